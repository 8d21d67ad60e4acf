/** The proof of what Scaleway's API lists: the same as of the log that led there, and whatever somebody did by hand is reported. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startHosts } from "../../../local/simulator/hosts/index.ts";
import type { Network } from "../../../model/proof/network.ts";
import { prove } from "../../../model/proof/prove.ts";
import { liveNetwork } from "../../../model/proof/read/live.ts";
import type { Entry } from "../../../model/proof/replay/index.ts";
import { World } from "../../../model/proof/replay/world.ts";
import { readLive } from "../../../operations/proof/live.ts";
import { scalewayApi } from "../../../operations/recover/scaleway-api.ts";
import { declared, partner, startTown, type Town, zoneNames } from "./live-town.ts";

let town: Town;
beforeEach(async () => {
  town = await startTown();
});
afterEach(() => town.bench.stop());

async function live(): Promise<Network> {
  return liveNetwork(await readLive(scalewayApi(town.environment), zoneNames), town.documents);
}

/** What is wrong, in few words: `front → back`, or what is not known. */
async function found(): Promise<readonly string[]> {
  const { violations, undetermined } = prove(await live(), declared);
  return [
    ...violations.map((each) => (each.kind === "flow" ? `${each.from} → ${each.to}` : each.kind)),
    ...undetermined.map((each) =>
      "origin" in each ? `${each.scope ?? "all"}: ${each.why}` : `${each.from} ? ${each.to}`,
    ),
  ];
}

describe("a town as deployed", () => {
  it("holds", async () => {
    expect(await found()).toEqual([]);
  });

  it("is the town that the log tells of", async () => {
    const { simulator } = town.bench;
    const hosts = await startHosts({
      directory: simulator.machines,
      changes: simulator.log,
      store: simulator.hosts,
    });
    await hosts.idle();
    const { body } = await town.bench.control("GET", "log?after=0&limit=1000");
    const world = new World(new Set());
    for (const entry of body.entries as Entry[]) world.apply(entry);
    const [told, listed] = [prove(world.network(), declared), prove(await live(), declared)];
    await hosts.close();
    expect(listed.pairs).toEqual(told.pairs);
    expect(listed.pairs.some(({ verdict }) => verdict !== "denied")).toBe(true);
    expect([told.undetermined, listed.undetermined]).toEqual([[], []]);
  });
});

describe("by hand", () => {
  const zone = "zones/fr-par-1";
  const call = (path: string, body: object): Promise<unknown> => town.bench.ok("POST", path, body);

  it("a card on another application's network", async () => {
    await town.nic("back-1", "front", "10.0.1.77");
    expect(await found()).toEqual(expect.arrayContaining(["back → front", "front → back"]));
  });

  it("a rule that lets through in the VPC's ACL", async () => {
    await town.acl(partner, { source: "10.0.1.0/24", destination: "10.0.2.0/24" });
    // The second by a source that it makes up.
    expect(await found()).toEqual(["egress → back", "front → back"]);
  });

  it("a route to where the ACL lets through", async () => {
    await call("/vpc/v2/regions/fr-par/routes", {
      vpc_id: town.id("vpc"),
      destination: partner.destination,
      nexthop_resource_id: town.id("gateway.transit"),
    });
    expect(await found()).toContain("front → internet");
  });

  it("a public address", async () => {
    await town.publicAddress("back-3");
    expect(await found()).toEqual(expect.arrayContaining(["internet → back", "back → internet"]));
  });

  it("a security group that lets in", async () => {
    await town.bench.ok("PATCH", `/instance/v1/${zone}/security_groups/${town.id("closed")}`, {
      outbound_default_policy: "accept",
    });
    expect(await found()).toEqual(["front → internet"]);
  });

  it("a load balancer's backend of another application", async () => {
    await call(`/lb/v1/${zone}/lbs/${town.id("balancer")}/attach-private-network`, {
      private_network_id: town.id("back"),
    });
    await call(`/lb/v1/${zone}/backends/${town.id("backend")}/servers`, { server_ip: ["10.0.2.2"] });
    expect(await found()).toEqual(expect.arrayContaining(["internet → back", "front → back"]));
  });

  it("a port that the gateway hands on", async () => {
    await call(`/vpc-gw/v2/${zone}/pat-rules`, {
      gateway_id: town.id("gateway"),
      public_port: 443,
      private_ip: "10.0.3.2",
      private_port: 8443,
      protocol: "tcp",
    });
    expect(await found()).toEqual(["internet → egress"]);
  });

  it("a server whose kernel nobody can tell of, and whose name and tags are not believed", async () => {
    await town.instance("front-3", "back", "10.0.2.44", { byHand: true });
    const key = `front-3 (${town.id("front-3")})`;
    expect(await found()).toEqual([expect.stringContaining(`${key}: it is in no state`)]);
    expect((await live()).nodes.find((node) => node.key === key)).toMatchObject({
      name: key,
      workload: undefined,
    });
  });

  it("a network whose name is another's", async () => {
    await call("/vpc/v2/regions/fr-par/private-networks", {
      name: "front",
      vpc_id: town.id("vpc"),
      subnets: ["10.0.9.0/24"],
    });
    const { privateNetworks } = await live();
    expect(privateNetworks.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["front", expect.stringMatching(/^front \(.{36}\)$/)]),
    );
    expect(await found()).toEqual([]);
  });

  it("a server deleted: who deleted it, or who hides it, may hide more", async () => {
    await call(`/instance/v1/${zone}/servers/${town.id("back-1")}/action`, { action: "terminate" });
    const { held, undetermined } = prove(await live(), declared);
    expect(held).toBe(false);
    expect(undetermined).toContainEqual(
      expect.objectContaining({
        origin: { resource: expect.stringMatching(/::back-1$/), stack: "some.stack" },
        why: expect.stringContaining("the API does not list it"),
      }),
    );
  });

  it("a product that is not understood, by the address that it holds", async () => {
    const objects = await readLive(scalewayApi(town.environment), zoneNames);
    const [[id, booking] = ["", {}]] = objects.of("booking");
    objects.keep("booking", { ...booking, id, resource: { type: "k8s_node", id: "node-1", name: "pool-1" } });
    const { undetermined } = liveNetwork(objects, town.documents);
    expect(undetermined.map(({ why }) => why)).toContainEqual(
      expect.stringMatching(/^k8s_node pool-1 holds 10\.0\.\d\.\d+\/24, and is not understood$/),
    );
  });
});

describe("lists", () => {
  it("are read to their last page", async () => {
    for (let number = 100; number < 230; number += 1) await town.booking("back", `10.0.2.${number}`);
    const before = town.states.filter(({ type }) => type === "scaleway:ipam/ip:Ip").length;
    const objects = await readLive(scalewayApi(town.environment), zoneNames);
    expect(objects.of("booking").size).toBe(before);
    expect(before).toBeGreaterThan(130);
  });

  it("make the same network twice", async () => {
    expect(JSON.stringify(await live())).toBe(JSON.stringify(await live()));
  });

  it("of a zone that refuses, or never answers, are an error and no partial network", async () => {
    const client = (answerSeconds: number) => scalewayApi(town.environment, { attempts: 1, answerSeconds });
    await town.bench.control("POST", "zones/fr-par-2/lose", { mode: "refuse" });
    await expect(readLive(client(30), zoneNames)).rejects.toMatchObject({
      code: "api-refused",
      message: expect.stringMatching(/^GET \/\S+fr-par-2\S*: 503 /),
    });
    await town.bench.control("POST", "zones/fr-par-2/lose", { mode: "hang" });
    await expect(readLive(client(2), zoneNames)).rejects.toMatchObject({
      code: "api-unreachable",
      message: expect.stringMatching(/fr-par-2\S*: no answer in 2 s$/),
    });
  });

  it.each([
    ["nothing", "{}"],
    ["no JSON", "<html>"],
  ])("that say %s are an error as well", async (_what, answer) => {
    const server = createServer((_request, response) => response.end(answer)).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const api = scalewayApi({ ...town.environment, SCW_API_URL: `http://127.0.0.1:${port}` });
    await expect(readLive(api, zoneNames)).rejects.toMatchObject({
      code: "api-refused",
      message: expect.stringMatching(/^GET \/\S+: 200, and no \w+ in the answer$/),
    });
    server.closeAllConnections();
    server.close();
  });

  it("need credentials, which no message shows", async () => {
    expect(() => scalewayApi({})).toThrow("SCW_SECRET_KEY is not set");
    const secret = "00000000-dead-4bad-8bad-000000000000";
    const refused = readLive(scalewayApi({ ...town.environment, SCW_SECRET_KEY: secret }), zoneNames);
    await expect(refused).rejects.toMatchObject({ code: "api-refused" });
    await expect(refused).rejects.not.toMatchObject({ message: expect.stringContaining(secret) });
  });
});
