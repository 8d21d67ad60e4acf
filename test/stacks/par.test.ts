import { describe, expect, it } from "vitest";
import type { ZoneKey } from "../../model/estate/estate.ts";
import { par } from "../../stacks/par.ts";
import { known, type LaidOut, layOut } from "../helpers/laid-out.ts";
import { runOf, withOperatorKey } from "./run.ts";
import { tinyPlan } from "./tiny-plan.ts";

const layOutZone = (key: ZoneKey) =>
  withOperatorKey((environment) => layOut(() => par(runOf(environment), key), { stack: `tiny.${key}` }));

/** Everything that a resource waits for, directly or not. */
function waitsFor(resources: readonly LaidOut[], name: string, seen = new Set<string>()): Set<string> {
  for (const dependency of resources
    .filter((one) => one.name === name)
    .flatMap(({ dependencies }) => dependencies)) {
    if (!seen.has(dependency)) waitsFor(resources, dependency, seen.add(dependency));
  }
  return seen;
}

describe("par", () => {
  it("names the zone of every resource that has one, and never the sibling's", async () => {
    const { resources } = await layOutZone("par-2");
    const zoned = resources.filter(
      ({ type }) =>
        /:(Server|PrivateNic|SecurityGroup|LoadBalancer|PublicGateway|GatewayNetwork)$/.test(type) &&
        type.startsWith("scaleway:"),
    );
    expect(zoned.length).toBeGreaterThan(10);
    expect(new Set(zoned.map(({ inputs }) => inputs.zone))).toEqual(new Set(["fr-par-2"]));
    expect(resources.filter(({ name }) => name.includes("par-1"))).toEqual([]);
  });

  it("opens the door first, then the firewalls, then egress, then what serves, and the public last", async () => {
    const { resources } = await layOutZone("par-1");
    const firewall = "segmentation-internal-1-par-1-host-configure";
    expect(waitsFor(resources, firewall)).toContain("bastion-par-1-host-configure");
    expect(waitsFor(resources, "egress-par-1-1-host-configure")).toContain(firewall);
    expect(waitsFor(resources, "egress-par-1-1-host-configure")).toContain("gateway-par-1-egress");
    for (const served of [
      "payroll-db-par-1-1-host-configure",
      "payroll-db-par-1-1-host-bootstrap",
      "proxy-par-1-1-host-configure",
    ]) {
      expect(waitsFor(resources, served)).toContain("egress-par-1-1-host-configure");
    }
  });

  it("provides every server and load balancer, and says what it took of the foundation", async () => {
    const { result } = await layOutZone("par-1");
    expect(await known(result.provides)).toEqual({
      servers: {
        "bastion-par-1": "fr-par-1/id-of-bastion-par-1",
        "egress-par-1-1": "fr-par-1/id-of-egress-par-1-1",
        "payroll-db-par-1-1": "fr-par-1/id-of-payroll-db-par-1-1",
        "proxy-par-1-1": "fr-par-1/id-of-proxy-par-1-1",
        "segmentation-internal-1-par-1": "fr-par-1/id-of-segmentation-internal-1-par-1",
      },
      loadBalancers: { "load-balancer-par-1": { id: "fr-par-1/id-of-load-balancer-par-1", frontends: {} } },
    });
    expect(Object.keys(result.consumes)).toEqual([
      "privateNetworks",
      "publicAddresses",
      "reservations",
      "sshKeys",
      "subnets",
    ]);
    // All of them: a firewall's rules name networks that it has no leg in.
    expect(result.consumes.subnets).toEqual(
      Object.fromEntries(tinyPlan.foundation.privateNetworks.map(({ key, cidr }) => [key, cidr])),
    );
    expect(Object.keys(result.consumes.privateNetworks ?? {})).toEqual([
      "admin",
      "egress",
      "ingress",
      "payroll",
      "transit",
    ]);
    expect(Object.keys(result.consumes.reservations ?? {}).filter((key) => key.includes("par-2"))).toEqual(
      [],
    );
  });

  it("previews on an empty backend, and refuses to go up on one", async () => {
    const upstream = (mode: "preview" | "update") => async (kind: "foundation" | string) =>
      ({ estate: "tiny", kind: kind as "foundation", mode, provides: undefined }) as const;
    await withOperatorKey(async (environment) => {
      const preview = await layOut(
        () => par(runOf(environment, { upstream: upstream("preview") }), "par-1"),
        { mode: "preview" },
      );
      expect(preview.ofType("Server")).toHaveLength(5);
      await expect(par(runOf(environment, { upstream: upstream("update") }), "par-1")).rejects.toThrow(
        /STACK-001/,
      );
    });
  });
});
