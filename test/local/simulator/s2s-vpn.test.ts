import { afterAll, beforeAll, expect, it } from "vitest";
import { type Bench, startBench } from "./harness.ts";

const base = "/s2s-vpn/v1alpha1/regions/fr-par";
let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.stop());

it("keeps gateways from going while a connection needs them, and their addresses with them", async () => {
  const network = await bench.ok("POST", "/vpc/v2/regions/fr-par/private-networks", { name: "inside" });
  const policy = await bench.ok("POST", `${base}/routing-policies`, { prefix_filter_in: ["10.0.1.0/24"] });
  const customer = await bench.ok("POST", `${base}/customer-gateways`, {
    asn: 65_000,
    ipv4_public: "192.0.2.7/32",
  });
  expect(customer.public_ipv4).toBe("192.0.2.7");
  const gateway = await bench.ok("POST", `${base}/vpn-gateways`, {
    gateway_type: "VGW-S",
    private_network_id: network.id,
  });
  const bgp = {
    routing_policy_id: policy.id,
    private_ip: "169.254.0.1/30",
    peer_private_ip: "169.254.0.2/30",
  };
  const said = { vpn_gateway_id: gateway.id, customer_gateway_id: customer.id };
  expect((await bench.call("POST", `${base}/connections`, said)).status).toBe(400);
  const { connection } = await bench.ok("POST", `${base}/connections`, { ...said, bgp_config_ipv4: bgp });
  expect(connection).toMatchObject({ status: "down", bgp_status_ipv4: "down", bgp_status_ipv6: "disabled" });
  expect((await bench.ok("GET", `${base}/vpn-gateways/${gateway.id}`)).connection_ids).toEqual([
    connection.id,
  ]);
  expect((await bench.call("DELETE", `${base}/vpn-gateways/${gateway.id}`)).status).toBe(412);
  expect((await bench.call("DELETE", `${base}/connections/${connection.id}`)).status).toBe(204);
  expect(await bench.ok("DELETE", `${base}/vpn-gateways/${gateway.id}`)).toMatchObject({
    status: "deprovisioning",
  });
  const held = await bench.ok("GET", `/ipam/v1/regions/fr-par/ips?private_network_id=${network.id}`);
  expect(held.total_count).toBe(0);
});
