import { afterAll, beforeAll, expect, test } from "vitest";
import { type Bench, type Json, startBench } from "./harness.ts";

const zone = "/vpc-gw/v2/zones/fr-par-1";

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.stop());

const gateway = (more: object = {}): Promise<Json> =>
  bench.ok("POST", `${zone}/gateways`, { name: "gateway", type: "VPC-GW-S", enable_bastion: false, ...more });

test("gateways have an address of their own or one that was reserved", async () => {
  const made = await gateway();
  expect(made).toMatchObject({
    status: "running",
    bandwidth: 100,
    bastion_port: 61000,
    bastion_allowed_ips: ["0.0.0.0/0"],
  });
  expect(made.ipv4).toMatchObject({ gateway_id: made.id, address: expect.stringMatching(/^127\./) });
  const ip = await bench.ok("POST", `${zone}/ips`, { tags: [] });
  const second = await gateway({ ip_id: ip.id });
  expect(second.ipv4.id).toBe(ip.id);
  expect((await bench.call("POST", `${zone}/gateways`, { type: "VPC-GW-S", ip_id: ip.id })).status).toBe(400);
  expect((await bench.call("DELETE", `${zone}/ips/${ip.id}`)).status).toBe(412);
  const gone = await bench.call("DELETE", `${zone}/gateways/${second.id}?delete_ip=false`);
  expect(gone).toMatchObject({ status: 200, body: { status: "deleting" } });
  expect((await bench.ok("GET", `${zone}/ips/${ip.id}`)).gateway_id).toBeNull();
  expect((await bench.call("GET", `${zone}/gateways/${second.id}`)).body).toMatchObject({
    resource: "gateway",
  });
});

test("the bastion's port and allowed addresses are checked", async () => {
  const { id } = await gateway();
  expect((await bench.call("PATCH", `${zone}/gateways/${id}`, { bastion_port: 60000 })).status).toBe(400);
  const allowed = { ip_ranges: ["192.0.2.0/24"] };
  expect(await bench.ok("PUT", `${zone}/gateways/${id}/bastion-allowed-ips`, allowed)).toEqual(allowed);
  expect((await bench.ok("GET", `${zone}/gateways/${id}`)).bastion_allowed_ips).toEqual(allowed.ip_ranges);
  expect(
    (await bench.call("PUT", `${zone}/gateways/${id}/bastion-allowed-ips`, { ip_ranges: ["x"] })).status,
  ).toBe(400);
});

test("a gateway's network has an address, a default route to push, and keeps the network alive", async () => {
  const { id } = await gateway();
  const network = await bench.ok("POST", "/vpc/v2/regions/fr-par/private-networks", {
    name: "n",
    subnets: ["10.0.0.0/24"],
  });
  const attach = {
    gateway_id: id,
    private_network_id: network.id,
    enable_masquerade: true,
    push_default_route: true,
  };
  const leg = await bench.ok("POST", `${zone}/gateway-networks`, attach);
  expect(leg).toMatchObject({ status: "ready", masquerade_enabled: true, push_default_route: true });
  expect(bench.simulator.networks.pushedRoutes(network.id)).toContainEqual({
    destination: "0.0.0.0/0",
    via: "10.0.0.2",
    type: "default",
  });
  expect((await bench.call("POST", `${zone}/gateway-networks`, attach)).status).toBe(400);
  const reserved = await bench.ok("POST", "/ipam/v1/regions/fr-par/ips", {
    source: { private_network_id: network.id },
    address: "10.0.0.77",
  });
  const moved = await bench.ok("PATCH", `${zone}/gateway-networks/${leg.id}`, { ipam_ip_id: reserved.id });
  expect(moved.ipam_ip_id).toBe(reserved.id);
  const held = await bench.ok(
    "GET",
    `/ipam/v1/regions/fr-par/ips?resource_id=${leg.id}&resource_type=vpc_gateway_network`,
  );
  expect(held.ips.map((ip: Json) => ip.address)).toEqual(["10.0.0.77/24"]);
  expect((await bench.call("DELETE", `/vpc/v2/regions/fr-par/private-networks/${network.id}`)).status).toBe(
    412,
  );
  const detached = await bench.call("DELETE", `${zone}/gateway-networks/${leg.id}`);
  expect(detached).toMatchObject({ status: 200, body: { status: "detaching" } });
  expect((await bench.ok("GET", `/ipam/v1/regions/fr-par/ips/${reserved.id}`)).resource).toBeNull();
});

test("a public port leads to one place a protocol", async () => {
  const { id } = await gateway();
  const rule = {
    gateway_id: id,
    public_port: 2222,
    private_ip: "10.0.0.5",
    private_port: 22,
    protocol: "tcp",
  };
  const made = await bench.ok("POST", `${zone}/pat-rules`, rule);
  expect(made).toMatchObject(rule);
  expect((await bench.call("POST", `${zone}/pat-rules`, { ...rule, protocol: "both" })).status).toBe(400);
  expect((await bench.call("POST", `${zone}/pat-rules`, { ...rule, protocol: "udp" })).status).toBe(200);
  const changed = await bench.ok("PATCH", `${zone}/pat-rules/${made.id}`, {
    private_port: 23,
    protocol: "unknown_protocol",
  });
  expect(changed).toMatchObject({ private_port: 23, protocol: "tcp" });
});
