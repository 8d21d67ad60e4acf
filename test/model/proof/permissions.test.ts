/** Permissions against the planner's intents, which are worked out apart: neither may have what the other has not. */
import { describe, expect, it } from "vitest";
import { type Permission, permissionsOf, permits } from "../../../model/proof/permissions.ts";
import { type Changes, harbour, plannedEstate } from "../../helpers/estate-resources.ts";

function planned(folder: string, changes?: Changes) {
  const { estate, plan } = plannedEstate(folder, changes);
  return { estate, plan, permissions: permissionsOf(estate) };
}

const estates: readonly (readonly [string, Changes?])[] = [
  ["estates/guadeloupe"],
  ["test/estates/small"],
  [harbour.folder, harbour.changes],
];

for (const [folder, changes] of estates) {
  describe(folder, () => {
    const { estate, plan, permissions } = planned(folder, changes);
    const sites = new Set(estate.sites.map(({ name }) => name));
    /** The planner has what sites send come out of the tunnel, which is on `vpn`. */
    const place = (name: string) => (sites.has(name) ? "vpn" : name);

    it("permit every intent of the plan", () => {
      const placed = permissions.map((each) => ({ ...each, from: place(each.from), to: place(each.to) }));
      const missing = plan.intents.flatMap(({ key, from, to, protocol, ports }) =>
        ports
          .map((text) => text.split("-").map(Number) as [number, number?])
          .filter(
            ([first, last]) =>
              !permits(placed, {
                from: from.privateNetwork,
                to: to.privateNetwork,
                protocol: protocol as "tcp" | "udp",
                first,
                last: last ?? first,
              }),
          )
          .map(() => key),
      );
      expect(missing).toEqual([]);
    });

    it("permit nothing between places that no intent of the plan asks for", () => {
      const asked = plan.intents.flatMap(({ from, to, protocol, ports }) =>
        ports.map((text) => `${from.privateNetwork} ${to.privateNetwork} ${protocol} ${text}`),
      );
      const wanted = new Set(asked);
      const idle = permissions.filter(
        ({ kind, from, to, protocol, first, last, forwarded }) =>
          forwarded &&
          // Of datagrams the edge pair's own hop is no intent.
          kind !== "datagrams" &&
          !wanted.has(
            `${place(from)} ${place(to)} ${protocol} ${first === last ? first : `${first}-${last}`}`,
          ),
      );
      expect(idle.map(({ key }) => key)).toEqual([]);
    });

    it("name the workload that a flow names, its reason and its owner", () => {
      const workloads = new Map(
        estate.applications.flatMap(({ workloads: list }) =>
          list.map(({ name, network }) => [name, network]),
        ),
      );
      for (const { flows, application } of estate.applications) {
        for (const { from, to, why, owner, expires } of flows) {
          const found = permissions.find(
            (each) =>
              each.declaredBy === application && each.why === why && nameOf(each.receiver, each.to) === to,
          );
          expect(found, `${from} → ${to}`).toMatchObject({ kind: "flow", owner, expires });
          if (workloads.has(from)) expect(found?.sender).toEqual({ kind: "workload", name: from });
        }
      }
    });
  });
}

function nameOf(party: Permission["receiver"], place: string): string {
  return party?.name ?? place;
}

describe("the platform", () => {
  const { permissions } = planned("estates/guadeloupe");
  const keysOf = (kind: Permission["kind"]) =>
    permissions.filter((each) => each.kind === kind && !each.forwarded).map(({ key }) => key);

  it("lets load balancers reach proxies alone, for connections and for health", () => {
    expect(keysOf("balancing")).toEqual([
      "internet → load-balancer@ingress tcp/443",
      "load-balancer@ingress → proxy@ingress tcp/443",
    ]);
    expect(keysOf("health")).toEqual(["load-balancer@ingress → proxy@ingress tcp/8404"]);
  });

  it("lets the internet reach bastions, and bastions new bare metal", () => {
    expect(keysOf("administration")).toEqual([
      "bastion@admin → firewall@admin tcp/22",
      "bastion@admin → bare-metal@internet tcp/22",
      "internet → bastion@admin tcp/2222",
    ]);
  });

  it("lets members of a pair speak to each other, and tunnels end on the access pair", () => {
    expect(keysOf("pair")).toEqual([
      "pair-member@transit → pair-member@transit vrrp",
      "pair-member@transit → pair-member@transit udp/3780",
      "pair-member@admin → pair-member@admin tcp/7411",
      "pair-member@admin → pair-member@admin icmp",
    ]);
    expect(keysOf("tunnel")).toEqual([
      "internet → firewall@vpn udp/51820",
      "internet → firewall@vpn udp/51821",
    ]);
  });
});
