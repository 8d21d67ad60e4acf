import { afterAll, beforeAll, expect, test } from "vitest";
import { type Bench, startBench } from "./harness.ts";

const ips = "/ipam/v1/regions/fr-par/ips";
const networks = "/vpc/v2/regions/fr-par/private-networks";

let bench: Bench;
let network: { id: string; subnets: { id: string }[] };
beforeAll(async () => {
  bench = await startBench();
  network = await bench.ok("POST", networks, { name: "n", subnets: ["10.0.0.0/28"] });
});
afterAll(() => bench.stop());

const book = (more: object = {}) =>
  bench.call("POST", ips, { source: { private_network_id: network.id }, is_ipv6: false, ...more });

test("hands out addresses from .2 upward, and the lowest that is free again", async () => {
  const first = (await book()).body;
  expect(first).toMatchObject({
    address: "10.0.0.2/28",
    is_ipv6: false,
    resource: null,
    zone: null,
    reverses: [],
  });
  expect(first.source).toEqual({ subnet_id: network.subnets[0]?.id });
  const second = (await book()).body;
  expect(second.address).toBe("10.0.0.3/28");
  expect((await bench.call("DELETE", `${ips}/${first.id}`)).status).toBe(204);
  expect((await book()).body.address).toBe("10.0.0.2/28");
});

test("reserves a given address once, and none that the network keeps", async () => {
  expect((await book({ address: "10.0.0.9" })).body.address).toBe("10.0.0.9/28");
  for (const address of ["10.0.0.9", "10.0.0.0", "10.0.0.1", "10.0.0.15", "10.0.1.4"]) {
    const refused = await book({ address });
    expect(refused.status, address).toBe(400);
    expect(refused.body.details[0].argument_name).toBe("address");
  }
});

test("books IPv6 addresses of the network", async () => {
  const address = (await book({ is_ipv6: true })).body;
  expect(address.address).toMatch(/^fd[0-9a-f:]+\/64$/);
  expect(address.is_ipv6).toBe(true);
});

test("gives an address to a custom resource, moves it and takes it back", async () => {
  const held = (await book({ resource: { mac_address: "bc:24:11:74:d0:5a", name: null } })).body;
  expect(held.resource).toEqual({
    type: "custom",
    id: held.id,
    mac_address: "BC:24:11:74:D0:5A",
    name: null,
  });
  const found = await bench.ok("GET", `${ips}?mac_address=BC:24:11:74:D0:5A`);
  expect(found.ips.map((ip: { id: string }) => ip.id)).toEqual([held.id]);
  const moved = await bench.ok("POST", `${ips}/${held.id}/move`, {
    from_resource: { mac_address: "bc:24:11:74:d0:5a" },
    to_resource: { mac_address: "bc:24:11:74:d0:5b", name: "vm" },
  });
  expect(moved.resource).toMatchObject({ mac_address: "BC:24:11:74:D0:5B", name: "vm" });
  expect((await bench.ok("POST", `${ips}/${held.id}/detach`, {})).resource).toBeNull();
  expect(
    (await bench.call("POST", `${ips}/${held.id}/attach`, { resource: { mac_address: "x" } })).status,
  ).toBe(400);
  await bench.ok("DELETE", `${ips}/${held.id}`);
});

test("keeps the network from being deleted while it holds addresses", async () => {
  const other = await bench.ok("POST", networks, { name: "other", subnets: ["10.1.0.0/28"] });
  const held = await bench.ok("POST", ips, { source: { private_network_id: other.id }, tags: ["x"] });
  const refused = await bench.call("DELETE", `${networks}/${other.id}`);
  expect(refused.status).toBe(412);
  expect(refused.body.help_message).toBe("Private Network must be empty to be deleted");
  await bench.ok("DELETE", `${ips}/${held.id}`);
  expect((await bench.call("DELETE", `${networks}/${other.id}`)).status).toBe(204);
});

test("runs out", async () => {
  const small = await bench.ok("POST", networks, { name: "small", subnets: ["10.2.0.0/29"] });
  const source = { private_network_id: small.id };
  for (let n = 2; n <= 6; n++)
    expect((await bench.ok("POST", ips, { source })).address).toBe(`10.2.0.${n}/29`);
  expect((await bench.call("POST", ips, { source })).status).toBe(412);
});

test("narrows lists by network, tags, family and attachment", async () => {
  const other = await bench.ok("POST", networks, { name: "listed", subnets: ["10.3.0.0/24"] });
  const source = { private_network_id: other.id };
  const tagged = await bench.ok("POST", ips, { source, tags: ["a", "b"] });
  await bench.ok("POST", ips, { source, is_ipv6: true });
  const count = async (query: string) =>
    (await bench.ok("GET", `${ips}?private_network_id=${other.id}&${query}`)).total_count;
  expect(await count("")).toBe(2);
  expect(await count("is_ipv6=true")).toBe(1);
  expect(await count("tags=a&tags=b")).toBe(1);
  expect(await count("attached=true")).toBe(0);
  expect(await count(`ip_ids=${tagged.id}`)).toBe(1);
  expect(
    (await bench.ok("GET", `${ips}?private_network_id=${other.id}&page=2&page_size=1`)).ips,
  ).toHaveLength(1);
});
