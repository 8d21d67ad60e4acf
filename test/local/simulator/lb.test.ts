import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Bench, type Json, startBench } from "./harness.ts";

const zone = "/lb/v1/zones/fr-par-1";

let bench: Bench;
beforeAll(async () => {
  bench = await startBench({ quotas: { privateNetworksPerLoadBalancer: 1 } });
});
afterAll(() => bench.stop());

const create = (more: object = {}): Promise<Json> =>
  bench.ok("POST", `${zone}/lbs`, { name: "lb", type: "LB-S", ...more });

const network = async (name: string): Promise<string> =>
  (await bench.ok("POST", "/vpc/v2/regions/fr-par/private-networks", { name })).id;

async function backendOf(lb: string, more: object = {}): Promise<Json> {
  return bench.ok("POST", `${zone}/lbs/${lb}/backends`, {
    name: "backend",
    forward_protocol: "tcp",
    forward_port: 443,
    server_ip: ["10.0.0.1"],
    ...more,
  });
}

describe("load balancers", () => {
  test("get an address unless they say none, and leave it when they go", async () => {
    const made = await create();
    expect(made).toMatchObject({
      type: "lb-s",
      status: "ready",
      region: "fr-par",
      zone: "fr-par-1",
      subscriber: null,
    });
    expect(made.ip[0]).toMatchObject({ lb_id: made.id, ip_address: expect.stringMatching(/^127\./) });
    expect(made.ip[0].reverse).toBe(`${made.ip[0].ip_address.replaceAll(".", "-")}.lb.fr-par.scw.cloud`);
    expect((await create({ assign_flexible_ip: false })).ip).toEqual([]);
    const held = await bench.call("DELETE", `${zone}/ips/${made.ip[0].id}`);
    expect(held.status).toBe(412);
    expect((await bench.call("DELETE", `${zone}/lbs/${made.id}?release_ip=false`)).status).toBe(204);
    expect((await bench.ok("GET", `${zone}/ips/${made.ip[0].id}`)).lb_id).toBeNull();
    const gone = await bench.call("GET", `${zone}/lbs/${made.id}`);
    expect(gone).toMatchObject({ status: 404, body: { message: "lbs not Found" } });
  });

  test("take reserved addresses, and release them when asked", async () => {
    const ip = await bench.ok("POST", `${zone}/ips`, { tags: ["a"] });
    const made = await create({ ip_ids: [ip.id] });
    expect(made.ip.map((one: Json) => one.id)).toEqual([ip.id]);
    expect((await bench.call("POST", `${zone}/lbs`, { name: "thief", ip_ids: [ip.id] })).status).toBe(400);
    await bench.ok("DELETE", `${zone}/lbs/${made.id}?release_ip=true`);
    expect((await bench.call("GET", `${zone}/ips/${ip.id}`)).body).toEqual({ message: "ips not Found" });
  });

  test("hold their private address themselves, one a network, as many as granted", async () => {
    const { id } = await create();
    const [one, two] = [await network("one"), await network("two")];
    const attached = await bench.ok("POST", `${zone}/lbs/${id}/attach-private-network`, {
      private_network_id: one,
      ipam_ids: [],
    });
    expect(attached).toMatchObject({
      status: "ready",
      private_network_id: one,
      lb: { private_network_count: 1 },
    });
    expect(attached).not.toHaveProperty("id");
    const booked = await bench.ok(
      "GET",
      `/ipam/v1/regions/fr-par/ips?resource_id=${id}&resource_type=lb_server`,
    );
    expect(booked.ips.map((ip: Json) => ip.id)).toEqual(attached.ipam_ids);
    expect(booked.ips[0].is_ipv6).toBe(false);
    const refused = await bench.call("POST", `${zone}/lbs/${id}/attach-private-network`, {
      private_network_id: two,
    });
    expect(refused.body).toMatchObject({ type: "quotas_exceeded", details: [{ quota: 1, current: 1 }] });
    expect((await bench.call("DELETE", `/vpc/v2/regions/fr-par/private-networks/${one}`)).status).toBe(412);
    expect(
      (await bench.call("POST", `${zone}/lbs/${id}/detach-private-network`, { private_network_id: one }))
        .status,
    ).toBe(204);
    expect(await bench.ok("GET", `${zone}/lbs/${id}/private-networks`)).toEqual({
      private_network: [],
      total_count: 0,
    });
    expect((await bench.call("DELETE", `/vpc/v2/regions/fr-par/private-networks/${one}`)).status).toBe(204);
  });

  test("go with all their parts", async () => {
    const { id } = await create();
    const backend = await backendOf(id);
    const frontend = await bench.ok("POST", `${zone}/lbs/${id}/frontends`, {
      name: "f",
      inbound_port: 443,
      backend_id: backend.id,
    });
    await bench.ok("POST", `${zone}/routes`, {
      frontend_id: frontend.id,
      backend_id: backend.id,
      match: { sni: "a.example" },
    });
    await bench.ok("POST", `${zone}/lbs/${id}/attach-private-network`, {
      private_network_id: await network("three"),
    });
    await bench.ok("DELETE", `${zone}/lbs/${id}`);
    expect((await bench.call("GET", `${zone}/backends/${backend.id}`)).body).toEqual({
      message: "backend not Found",
    });
    expect((await bench.call("GET", `${zone}/frontends/${frontend.id}`)).body).toEqual({
      message: "frontend not Found",
    });
    expect((await bench.ok("GET", `/ipam/v1/regions/fr-par/ips?resource_id=${id}`)).total_count).toBe(0);
  });
});

describe("backends and frontends", () => {
  test("answer durations and nothings as the API does", async () => {
    const { id } = await create();
    const backend = await backendOf(id, {
      timeout_queue: "0.000000000s",
      max_connections: 0,
      redispatch_attempt_count: 0,
      health_check: { port: 8443, check_delay: 2000, transient_check_delay: "0.500000000s" },
    });
    expect(backend).toMatchObject({
      timeout_queue: "0s",
      max_connections: null,
      pool: ["10.0.0.1"],
      lb: { id },
    });
    expect(backend.health_check).toEqual({
      port: 8443,
      check_delay: 2000,
      check_timeout: 30000,
      check_max_retries: 2,
      check_send_proxy: false,
      transient_check_delay: "0.500s",
      tcp_config: {},
    });
    const check = {
      port: 80,
      check_delay: 5000,
      check_timeout: 1000,
      http_config: { uri: "/", method: "GET", code: 200, host_header: "" },
    };
    const changed = await bench.ok("PUT", `${zone}/backends/${backend.id}/healthcheck`, check);
    expect(changed).toMatchObject(check);
    expect(changed).not.toHaveProperty("tcp_config");
    expect(
      (await bench.ok("PUT", `${zone}/backends/${backend.id}/servers`, { server_ip: ["10.0.0.2"] })).pool,
    ).toEqual(["10.0.0.2"]);
  });

  test("a PUT replaces the whole: what it leaves out is cleared", async () => {
    const { id } = await create();
    const backend = await backendOf(id, { failover_host: "a.example", max_retries: 3 });
    const base = { name: "new", forward_protocol: "tcp", forward_port: 8080 };
    const put = await bench.ok("PUT", `${zone}/backends/${backend.id}`, base);
    expect(put).toMatchObject({ ...base, failover_host: null, max_retries: null, pool: ["10.0.0.1"] });
  });

  test("a port is taken once, by a backend of the same load balancer that stays while it is used", async () => {
    const [one, two] = [await create(), await create()];
    const [backend, foreign] = [await backendOf(one.id), await backendOf(two.id)];
    const path = `${zone}/lbs/${one.id}/frontends`;
    await bench.ok("POST", path, {
      name: "f",
      inbound_port: 443,
      backend_id: backend.id,
      connection_rate_limit: 0,
    });
    const twice = await bench.call("POST", path, { name: "g", inbound_port: 443, backend_id: backend.id });
    expect(twice.body.details[0].argument_name).toBe("inbound_port");
    const other = await bench.call("POST", path, { name: "g", inbound_port: 80, backend_id: foreign.id });
    expect(other.body.details[0].argument_name).toBe("backend_id");
    expect((await bench.call("DELETE", `${zone}/backends/${backend.id}`)).status).toBe(412);
  });

  test("access rules are replaced one by one or whole", async () => {
    const { id } = await create();
    const backend = await backendOf(id);
    const frontend = await bench.ok("POST", `${zone}/lbs/${id}/frontends`, {
      inbound_port: 80,
      backend_id: backend.id,
    });
    const acls = `${zone}/frontends/${frontend.id}/acls`;
    const rule = { name: "r", index: 1, action: { type: "allow" }, match: { ip_subnet: ["192.0.2.0/24"] } };
    const acl = await bench.ok("POST", acls, rule);
    expect(acl).toMatchObject({ action: { type: "allow", redirect: null }, frontend: { id: frontend.id } });
    expect(acl.match).toMatchObject({ http_filter: "acl_http_filter_none", invert: false });
    await bench.ok("PUT", `${zone}/acls/${acl.id}`, { ...rule, action: { type: "deny" } });
    expect((await bench.ok("GET", acls)).acls[0].action.type).toBe("deny");
    const whole = await bench.ok("PUT", acls, { acls: [rule, { ...rule, index: 2 }] });
    expect(whole.acls.map((one: Json) => one.index)).toEqual([1, 2]);
    expect((await bench.ok("GET", acls)).total_count).toBe(2);
  });
});
