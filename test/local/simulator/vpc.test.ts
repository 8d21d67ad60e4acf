import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Bench, projectId, startBench } from "./harness.ts";

const vpcs = "/vpc/v2/regions/fr-par/vpcs";
const networks = "/vpc/v2/regions/fr-par/private-networks";

let bench: Bench;
beforeAll(async () => {
  bench = await startBench({ quotas: { privateNetworksPerVpc: 4 } });
});
afterAll(() => bench.stop());

describe("VPCs", () => {
  test("are created, listed, read, changed and deleted", async () => {
    const vpc = await bench.ok("POST", vpcs, {
      name: "core",
      tags: null,
      project_id: projectId,
      enable_routing: false,
    });
    expect(vpc).toMatchObject({
      name: "core",
      tags: [],
      is_default: false,
      routing_enabled: true,
      region: "fr-par",
    });
    expect(vpc.private_network_count).toBe(0);
    expect(await bench.ok("GET", `${vpcs}/${vpc.id}`)).toEqual(vpc);
    const listed = await bench.ok("GET", `${vpcs}?name=core`);
    expect(listed).toEqual({ vpcs: [vpc], total_count: 1 });
    const changed = await bench.ok("PATCH", `${vpcs}/${vpc.id}`, { tags: ["a"] });
    expect(changed).toMatchObject({ name: "core", tags: ["a"] });
    expect((await bench.ok("POST", `${vpcs}/${vpc.id}/enable-custom-routes-propagation`, {})).id).toBe(
      vpc.id,
    );
    expect((await bench.call("DELETE", `${vpcs}/${vpc.id}`)).status).toBe(204);
    const gone = await bench.call("GET", `${vpcs}/${vpc.id}`);
    expect(gone.status).toBe(404);
    expect(gone.body).toEqual({
      message: "resource is not found",
      resource: "vpc",
      resource_id: vpc.id,
      type: "not_found",
    });
  });

  test("belong to one region", async () => {
    const vpc = await bench.ok("POST", vpcs, { name: "here" });
    expect((await bench.call("GET", `/vpc/v2/regions/nl-ams/vpcs/${vpc.id}`)).status).toBe(404);
    expect((await bench.call("GET", "/vpc/v2/regions/xx-yyy/vpcs")).status).toBe(404);
  });

  test("refuse wrong arguments, all at once", async () => {
    const refused = await bench.call("POST", vpcs, { name: 3, tags: "a" });
    expect(refused.status).toBe(400);
    expect(refused.body.details.map((d: { argument_name: string }) => d.argument_name)).toEqual([
      "name",
      "tags",
    ]);
  });
});

describe("access control lists", () => {
  test("accept by default, and are replaced whole, a family at a time", async () => {
    const vpc = await bench.ok("POST", vpcs, { name: "closed" });
    const path = `${vpcs}/${vpc.id}/acl-rules`;
    expect(await bench.ok("GET", `${path}?is_ipv6=true`)).toEqual({ default_policy: "accept", rules: [] });
    await bench.ok("PUT", path, { rules: null, is_ipv6: true, default_policy: "drop" });
    const rule = { protocol: "TCP", source: "10.0.0.0/24", destination: "0.0.0.0/0", action: "accept" };
    const set = await bench.ok("PUT", path, {
      rules: [{ ...rule, dst_port_low: 80, dst_port_high: 80, description: "web" }],
      is_ipv6: false,
      default_policy: "drop",
    });
    expect(set.rules[0]).toMatchObject({
      description: "(Rule scope: client) web",
      src_port_low: 0,
      dst_port_low: 80,
    });
    expect(await bench.ok("GET", `${path}?is_ipv6=false`)).toEqual(set);
    expect(await bench.ok("GET", `${path}?is_ipv6=true`)).toEqual({ default_policy: "drop", rules: [] });
    const wrong = await bench.call("PUT", path, { rules: [rule], is_ipv6: true, default_policy: "drop" });
    expect(wrong.body.details[0].argument_name).toBe("rules[0].source");
  });
});

describe("private networks", () => {
  test("get an IPv4 /22 and an IPv6 /64 of their own", async () => {
    const vpc = await bench.ok("POST", vpcs, { name: "auto" });
    const one = await bench.ok("POST", networks, { name: "one", vpc_id: vpc.id, subnets: null });
    const two = await bench.ok("POST", networks, { name: "two", vpc_id: vpc.id });
    expect(one.subnets.map((s: { subnet: string }) => s.subnet)).toEqual([
      expect.stringMatching(/^172\.1[6-9]\.\d+\.0\/22$/),
      expect.stringMatching(/^fd[0-9a-f:]+::\/64$/),
    ]);
    expect(two.subnets[0].subnet).not.toBe(one.subnets[0].subnet);
    expect((await bench.ok("GET", `${vpcs}/${vpc.id}`)).private_network_count).toBe(2);
    const refused = await bench.call("DELETE", `${vpcs}/${vpc.id}`);
    expect(refused.status).toBe(412);
    expect(refused.body.type).toBe("precondition_failed");
  });

  test("join the default VPC when they name none", async () => {
    const network = await bench.ok("POST", networks, { name: "homeless" });
    const vpc = await bench.ok("GET", `${vpcs}/${network.vpc_id}`);
    expect(vpc).toMatchObject({ is_default: true, name: "default", tags: ["default"] });
  });

  test.each([
    ["a prefix that is too short", ["10.0.0.0/16"], 'prefix: {"max": 20, "min": 29}'],
    ["a public range", ["8.8.8.0/24"], "not a private range"],
    ["two of one family", ["10.9.0.0/24", "10.9.1.0/24"], "a second ipv4 subnet"],
    ["no CIDR", ["ten"], "not a CIDR"],
  ])("refuse %s", async (_, subnets, help) => {
    const refused = await bench.call("POST", networks, { name: "wrong", subnets });
    expect(refused.status).toBe(400);
    expect(refused.body.details[0].help_message).toBe(help);
  });

  test("do not overlap, and give their range back", async () => {
    const first = await bench.ok("POST", networks, { name: "range", subnets: ["10.20.0.0/22"] });
    const refused = await bench.call("POST", networks, { name: "inside", subnets: ["10.20.1.0/24"] });
    expect(refused.body.details[0]).toMatchObject({
      argument_name: "subnets[0]",
      help_message: "subnet_overlaps_in_project: {}",
    });
    expect((await bench.call("DELETE", `${networks}/${first.id}`)).status).toBe(204);
    expect((await bench.call("POST", networks, { name: "inside", subnets: ["10.20.1.0/24"] })).status).toBe(
      200,
    );
  });

  test("are refused above what is granted to a VPC", async () => {
    const vpc = await bench.ok("POST", vpcs, { name: "full" });
    for (const name of ["a", "b", "c", "d"]) await bench.ok("POST", networks, { name, vpc_id: vpc.id });
    const refused = await bench.call("POST", networks, { name: "e", vpc_id: vpc.id });
    expect(refused.status).toBe(403);
    expect(refused.body).toMatchObject({ type: "quotas_exceeded", details: [{ quota: 4, current: 4 }] });
    expect((await bench.ok("GET", `${vpcs}/${vpc.id}`)).private_network_count).toBe(4);
  });

  test("are refused in a VPC that does not exist", async () => {
    const refused = await bench.call("POST", networks, { name: "x", vpc_id: projectId });
    expect(refused.status).toBe(404);
    expect(refused.body.resource).toBe("vpc");
  });
});

describe("routes and connectors", () => {
  test("custom routes are kept, subnet routes are listed", async () => {
    const vpc = await bench.ok("POST", vpcs, { name: "routed" });
    const network = await bench.ok("POST", networks, { name: "n", vpc_id: vpc.id });
    const route = await bench.ok("POST", "/vpc/v2/regions/fr-par/routes", {
      vpc_id: vpc.id,
      destination: "10.99.0.0/16",
      description: "",
      tags: [],
      nexthop_private_network_id: network.id,
    });
    expect(route).toMatchObject({ is_read_only: false, type: "custom", nexthop_resource_id: null });
    const all = await bench.ok("GET", `/vpc/v2/regions/fr-par/routes-with-nexthop?vpc_id=${vpc.id}`);
    expect(all.total_count).toBe(3);
    const paged = `/vpc/v2/regions/fr-par/routes-with-nexthop?vpc_id=${vpc.id}&page_size=2`;
    expect((await bench.ok("GET", paged)).routes).toEqual(all.routes.slice(0, 2));
    expect((await bench.ok("GET", `${paged}&page=2`)).routes).toEqual(all.routes.slice(2));
    await bench.ok("DELETE", `/vpc/v2/regions/fr-par/routes/${route.id}`);
    const gone = await bench.call("GET", `/vpc/v2/regions/fr-par/routes/${route.id}`);
    expect(gone.body).toMatchObject({ resource: "unknown", resource_id: "" });
  });

  test("connectors are orphans until both sides have one", async () => {
    const [a, b] = [await bench.ok("POST", vpcs, { name: "a" }), await bench.ok("POST", vpcs, { name: "b" })];
    const path = "/vpc/v2/regions/fr-par/vpc-connectors";
    const there = await bench.ok("POST", path, { name: "there", vpc_id: a.id, target_vpc_id: b.id });
    expect(there.status).toBe("orphan");
    await bench.ok("POST", path, { name: "back", vpc_id: b.id, target_vpc_id: a.id });
    expect((await bench.ok("GET", `${path}/${there.id}`)).status).toBe("peered");
  });
});
