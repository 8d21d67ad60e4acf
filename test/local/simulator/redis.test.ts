import { afterAll, beforeAll, expect, test } from "vitest";
import { type Bench, startBench } from "./harness.ts";

const clusters = "/redis/v1/zones/fr-par-1/clusters";
const base = {
  name: "cache",
  version: "7.0.5",
  node_type: "RED1-XS",
  user_name: "u",
  password: "a password",
};

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.stop());

test("a cluster takes an address a node in its network, and gives them back", async () => {
  const pn = await bench.ok("POST", "/vpc/v2/regions/fr-par/private-networks", {
    name: "n",
    subnets: ["10.0.0.0/24"],
  });
  const endpoints = [{ private_network: { id: pn.id, service_ips: null, ipam_config: {} } }];
  const made = await bench.ok("POST", clusters, { ...base, cluster_size: 3, endpoints, tags: null });
  expect(made).toMatchObject({ status: "ready", cluster_size: 3, tags: [], upgradable_versions: [] });
  expect(made.endpoints[0]).toMatchObject({
    port: 6379,
    ips: ["10.0.0.2", "10.0.0.3", "10.0.0.4"],
    private_network: { id: pn.id, provisioning_mode: "ipam" },
  });
  const ips = `/ipam/v1/regions/fr-par/ips?resource_id=${made.id}&resource_type=redis_cluster`;
  expect((await bench.ok("GET", ips)).total_count).toBe(3);
  expect((await bench.call("POST", `${clusters}/${made.id}/migrate`, { cluster_size: 2 })).status).toBe(400);
  const larger = await bench.ok("POST", `${clusters}/${made.id}/migrate`, { cluster_size: 5 });
  expect(larger.endpoints[0].ips).toHaveLength(5);
  expect(await bench.call("DELETE", `${clusters}/${made.id}`)).toMatchObject({
    status: 200,
    body: { status: "deleting" },
  });
  expect((await bench.ok("GET", ips)).total_count).toBe(0);
  expect((await bench.call("DELETE", `/vpc/v2/regions/fr-par/private-networks/${pn.id}`)).status).toBe(204);
});

test("a password is neither answered nor kept", async () => {
  const made = await bench.ok("POST", clusters, base);
  expect(JSON.stringify(made)).not.toContain(base.password);
  expect(made.endpoints[0].ips[0]).toMatch(/^127\./);
  const logged = bench.simulator.log.list().filter((entry) => JSON.stringify(entry).includes(base.password));
  expect(logged).toEqual([]);
});
