import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Bench, type Json, projectId, startBench } from "./harness.ts";

const api = "/edge-services/v1beta1";
const pipelines = `${api}/pipelines`;

let bench: Bench;
/** A pipeline of its own for each test. */
let pipeline: Json;
beforeAll(async () => {
  bench = await startBench({ quotas: { edgeServicesPipelines: 100 } });
  await bench.ok("PATCH", `${api}/current-plan`, { project_id: projectId, plan_name: "starter" });
});
beforeEach(async () => {
  pipeline = await bench.ok("POST", pipelines, { project_id: projectId, name: "web", description: "" });
});
afterAll(() => bench.stop());

type Noun = "dns" | "tls" | "cache" | "route" | "waf" | "backend";

const make = (noun: Noun, fields: Json): Promise<Json> =>
  bench.ok("POST", `${pipelines}/${pipeline.id}/${noun}-stages`, fields);
const read = (noun: Noun, { id }: Json): Promise<Json> => bench.ok("GET", `${api}/${noun}-stages/${id}`);
const patch = (noun: Noun, { id }: Json, fields: Json): Promise<Json> =>
  bench.ok("PATCH", `${api}/${noun}-stages/${id}`, fields);
const drop = (noun: Noun, { id }: Json) => bench.call("DELETE", `${api}/${noun}-stages/${id}`);

const bucket = { scaleway_s3: { bucket_name: "b", bucket_region: "fr-par", is_website: false } };

/** A load balancer with a frontend, as a backend stage names it. */
async function balancer(zone: string): Promise<{ ip: string; origin: Json }> {
  const path = `/lb/v1/zones/${zone}`;
  const ip = await bench.ok("POST", `${path}/ips`, {});
  const lb = await bench.ok("POST", `${path}/lbs`, { name: "lb", type: "lb-s", ip_ids: [ip.id] });
  const backend = await bench.ok("POST", `${path}/lbs/${lb.id}/backends`, {
    name: "b",
    forward_protocol: "tcp",
    forward_port: 443,
    forward_port_algorithm: "roundrobin",
    sticky_sessions: "none",
    health_check: { port: 443, check_max_retries: 3, tcp_config: {} },
    server_ip: [],
  });
  const frontend = await bench.ok("POST", `${path}/lbs/${lb.id}/frontends`, {
    name: "f",
    inbound_port: 443,
    backend_id: backend.id,
  });
  return {
    ip: ip.ip_address,
    origin: { id: lb.id, zone, frontend_id: frontend.id, is_ssl: true, domain_name: null },
  };
}

describe("plans", () => {
  test("are a project's, chosen, changed and left, and needed by pipelines", async () => {
    const project = await bench.ok("POST", "/account/v3/projects", { name: "edge", description: "" });
    const current = `${api}/current-plan/${project.id}`;
    const absent = await bench.call("GET", current);
    expect([absent.status, absent.body]).toEqual([404, { message: "Not Found" }]);
    const early = await bench.call("POST", pipelines, { project_id: project.id, name: "early" });
    expect([early.status, early.body.type]).toEqual([412, "precondition_failed"]);
    for (const plan_name of ["starter", "professional"]) {
      expect(await bench.ok("PATCH", `${api}/current-plan`, { project_id: project.id, plan_name })).toEqual({
        plan_name,
      });
      expect(await bench.ok("GET", current)).toEqual({ plan_name });
    }
    const held = await bench.ok("POST", pipelines, { project_id: project.id, name: "held" });
    expect((await bench.call("DELETE", current)).status).toBe(412);
    await bench.ok("DELETE", `${pipelines}/${held.id}`);
    expect((await bench.call("DELETE", current)).status).toBe(204);
    expect((await bench.call("DELETE", current)).status).toBe(404);
  });

  test("have names", async () => {
    const refused = await bench.call("PATCH", `${api}/current-plan`, {
      project_id: projectId,
      plan_name: "free",
    });
    expect([refused.status, refused.body.details[0].argument_name]).toEqual([400, "plan_name"]);
  });
});

describe("pipelines", () => {
  test("warn until they have a head stage", async () => {
    expect(pipeline).toMatchObject({
      name: "web",
      project_id: projectId,
      status: "warning",
      vpc_endpoint_ids: [],
    });
    expect(pipeline.errors).toMatchObject([{ code: "pipeline_missing_head_stage", severity: "critical" }]);
    const backend = await make("backend", bucket);
    const [first, second] = [
      await make("dns", { backend_stage_id: backend.id }),
      await make("dns", { backend_stage_id: backend.id }),
    ];
    const head = (said: Json) => bench.call("POST", `${pipelines}/${pipeline.id}/set-head-stage`, said);
    const heads = async () => (await bench.ok("GET", `${pipelines}/${pipeline.id}/head-stages`)).head_stages;
    expect((await head({ add_new_head_stage: { new_stage_id: first.id } })).body).toEqual({
      head_stage: { dns_stage_id: first.id },
    });
    expect(await bench.ok("GET", `${pipelines}/${pipeline.id}`)).toMatchObject({
      status: "ready",
      errors: [],
    });
    expect((await drop("dns", first)).status).toBe(412);
    expect(
      (await head({ swap_head_stage: { current_stage_id: second.id, new_stage_id: first.id } })).status,
    ).toBe(404);
    expect(
      (await head({ swap_head_stage: { current_stage_id: first.id, new_stage_id: second.id } })).status,
    ).toBe(200);
    expect(await heads()).toEqual([{ dns_stage_id: second.id }]);
    expect((await head({ remove_head_stage: { remove_stage_id: second.id } })).status).toBe(200);
    expect(await heads()).toEqual([]);
    expect((await head({})).status).toBe(400);
  });

  test("are changed, found by name, and deleted with their stages", async () => {
    const renamed = await bench.ok("PATCH", `${pipelines}/${pipeline.id}`, { name: "renamed" });
    expect(await bench.ok("GET", `${pipelines}?name=renamed`)).toEqual({
      pipelines: [renamed],
      total_count: 1,
    });
    const backend = await make("backend", bucket);
    const waf = await make("waf", { paranoia_level: 1, backend_stage_id: backend.id });
    const route = await make("route", { waf_stage_id: waf.id });
    await bench.ok("PUT", `${api}/route-stages/${route.id}/route-rules`, {
      route_rules: [{ backend_stage_id: backend.id }],
    });
    const dns = await make("dns", { backend_stage_id: backend.id });
    await bench.ok("POST", `${pipelines}/${pipeline.id}/set-head-stage`, {
      add_new_head_stage: { new_stage_id: dns.id },
    });
    expect((await bench.call("DELETE", `${pipelines}/${pipeline.id}`)).status).toBe(204);
    for (const [noun, { id }] of Object.entries({ backend, waf, route, dns })) {
      const gone = await bench.call("GET", `${api}/${noun}-stages/${id}`);
      expect([gone.status, gone.body]).toEqual([404, { message: "Not Found" }]);
    }
  });
});

describe("stages", () => {
  test("form a chain, of which only what is set is answered", async () => {
    const backend = await make("backend", bucket);
    expect(backend).toEqual({
      id: expect.any(String),
      pipeline_id: pipeline.id,
      ...bucket,
      created_at: expect.any(String),
      updated_at: expect.any(String),
    });
    const waf = await make("waf", { backend_stage_id: backend.id, paranoia_level: 3, mode: "log_only" });
    expect(waf).toMatchObject({ backend_stage_id: backend.id, paranoia_level: 3, mode: "log_only" });
    const route = await make("route", { waf_stage_id: waf.id });
    expect(route).not.toHaveProperty("backend_stage_id");
    const cache = await make("cache", {
      route_stage_id: route.id,
      fallback_ttl: "7200.000000000s",
      include_cookies: true,
    });
    expect(cache).toMatchObject({ route_stage_id: route.id, fallback_ttl: "7200s", include_cookies: true });
    const tls = await make("tls", { secrets: [], managed_certificate: true, cache_stage_id: cache.id });
    expect(tls).toMatchObject({
      cache_stage_id: cache.id,
      managed_certificate: true,
      secrets: [],
      certificate_expires_at: null,
    });
    const dns = await make("dns", { fqdns: ["shop.example.net"], tls_stage_id: tls.id });
    expect(dns).toMatchObject({
      tls_stage_id: tls.id,
      fqdns: ["shop.example.net"],
      type: "custom",
      default_fqdn: "",
    });
    for (const [noun, stage] of Object.entries({ backend, waf, route, cache, tls, dns })) {
      expect(await read(noun as Noun, stage)).toEqual(stage);
      expect(await bench.ok("GET", `${pipelines}/${pipeline.id}/${noun}-stages`)).toEqual({
        stages: [stage],
        total_count: 1,
      });
    }
  });

  test("lead elsewhere in place: naming one way forgets the other", async () => {
    const backend = await make("backend", bucket);
    const [one, two] = [
      await make("waf", { paranoia_level: 1 }),
      await make("waf", { paranoia_level: 1, backend_stage_id: backend.id }),
    ];
    const tls = await make("tls", { waf_stage_id: one.id, managed_certificate: true });
    expect(await patch("tls", tls, { waf_stage_id: two.id })).toMatchObject({
      id: tls.id,
      waf_stage_id: two.id,
    });
    const direct = await patch("tls", tls, { backend_stage_id: backend.id });
    expect(direct.backend_stage_id).toBe(backend.id);
    expect(direct).not.toHaveProperty("waf_stage_id");
    const dns = await make("dns", { tls_stage_id: tls.id });
    expect(dns.type).toBe("auto");
    expect(await patch("dns", dns, { fqdns: ["a.example.net"] })).toMatchObject({
      type: "custom",
      tls_stage_id: tls.id,
    });
    expect(await patch("waf", two, { mode: "", paranoia_level: 2 })).toMatchObject({
      mode: "enable",
      paranoia_level: 2,
    });
    const secret = { secret_id: pipeline.id, region: "fr-par" };
    expect((await patch("tls", tls, { tls_secrets_config: { tls_secrets: [secret] } })).secrets).toEqual([
      secret,
    ]);
  });

  test("route by rules, kept in their order", async () => {
    const backend = await make("backend", bucket);
    const waf = await make("waf", { paranoia_level: 1 });
    const route = await make("route", { waf_stage_id: waf.id });
    const path = `${api}/route-stages/${route.id}/route-rules`;
    const match = { method_filters: ["get"], path_filter: { path_filter_type: "regex", value: ".*" } };
    const { route_rules } = await bench.ok("PUT", path, {
      route_rules: [{ rule_http_match: match, backend_stage_id: backend.id }, { waf_stage_id: waf.id }],
    });
    expect(route_rules).toEqual([
      { rule_http_match: match, backend_stage_id: backend.id, route_stage_id: route.id, position: 1 },
      {
        rule_http_match: { method_filters: [] },
        waf_stage_id: waf.id,
        route_stage_id: route.id,
        position: 2,
      },
    ]);
    expect(await bench.ok("GET", path)).toEqual({ route_rules, total_count: 2 });
    expect((await drop("backend", backend)).status).toBe(412);
    await bench.ok("PUT", path, { route_rules: [] });
    expect((await drop("backend", backend)).status).toBe(204);
  });

  test("stay while another leads to them", async () => {
    const backend = await make("backend", bucket);
    const waf = await make("waf", { paranoia_level: 1, backend_stage_id: backend.id });
    expect((await drop("backend", backend)).status).toBe(412);
    expect((await drop("waf", waf)).status).toBe(204);
    expect((await drop("backend", backend)).status).toBe(204);
    const again = await drop("backend", backend);
    expect([again.status, again.body]).toEqual([404, { message: "Not Found" }]);
  });

  test.each<[string, Noun, Json, number]>([
    ["two next stages", "dns", { tls_stage_id: projectId, cache_stage_id: projectId }, 400],
    ["a next stage that is not there", "tls", { waf_stage_id: projectId }, 404],
    ["a sensitivity above 4", "waf", { paranoia_level: 5 }, 400],
    ["a mode that is none", "waf", { paranoia_level: 1, mode: "on" }, 400],
    ["a time that is none", "cache", { fallback_ttl: "an hour" }, 400],
    ["no load balancer", "backend", { scaleway_lb: { lbs: [] } }, 400],
    [
      "a load balancer that is not there",
      "backend",
      { scaleway_lb: { lbs: [{ id: projectId, zone: "fr-par-1" }] } },
      404,
    ],
  ])("are refused with %s", async (_, noun, fields, status) => {
    expect((await bench.call("POST", `${pipelines}/${pipeline.id}/${noun}-stages`, fields)).status).toBe(
      status,
    );
  });

  test("are refused across pipelines", async () => {
    const backend = await make("backend", bucket);
    pipeline = await bench.ok("POST", pipelines, { project_id: projectId, name: "other" });
    const refused = await bench.call("POST", `${pipelines}/${pipeline.id}/waf-stages`, {
      paranoia_level: 1,
      backend_stage_id: backend.id,
    });
    expect(refused.body.details[0].argument_name).toBe("backend_stage_id");
  });
});

describe("load balancer backends", () => {
  test("answer what they lead to, and refuse another's frontend", async () => {
    const [one, two] = [await balancer("fr-par-1"), await balancer("fr-par-2")];
    const made = await make("backend", { scaleway_lb: { lbs: [one.origin] } });
    const answered = { ...one.origin, domain_name: "", has_websocket: false, private_network_id: null };
    expect(made.scaleway_lb).toEqual({ lbs: [answered] });
    const moved = await patch("backend", made, {
      pipeline_id: "",
      scaleway_lb: { lbs: [{ ...two.origin, domain_name: "a.example.net" }] },
    });
    expect(moved.scaleway_lb.lbs).toEqual([{ ...answered, ...two.origin, domain_name: "a.example.net" }]);
    const mixed = { ...one.origin, frontend_id: two.origin.frontend_id };
    expect(
      (
        await bench.call("POST", `${pipelines}/${pipeline.id}/backend-stages`, {
          scaleway_lb: { lbs: [mixed] },
        })
      ).status,
    ).toBe(404);
  });

  test("stand for the pipeline's names, which follow the zone chosen, also while the other is lost", async () => {
    await bench.ok("POST", "/domain/v2beta1/dns-zones", { domain: "example.org", subdomain: "edge" });
    const fqdn = "shop.edge.example.org";
    const ask = async () => (await bench.control("GET", `dns?name=${fqdn}`)).body;
    const chain = async ({ origin }: { origin: Json }) =>
      make("waf", {
        paranoia_level: 1,
        backend_stage_id: (await make("backend", { scaleway_lb: { lbs: [origin] } })).id,
      });
    const [one, two] = [await balancer("fr-par-1"), await balancer("fr-par-2")];
    const [first, second] = [await chain(one), await chain(two)];
    const tls = await make("tls", { waf_stage_id: first.id, managed_certificate: true });
    const dns = await make("dns", { tls_stage_id: tls.id, fqdns: [fqdn] });
    expect(dns.type).toBe("managed");
    expect((await ask()).kind).toBe("none");
    await bench.ok("POST", `${pipelines}/${pipeline.id}/set-head-stage`, {
      add_new_head_stage: { new_stage_id: dns.id },
    });
    expect(await ask()).toMatchObject({ kind: "edge-services", addresses: [one.ip] });
    const own = `${pipeline.id}.svc.edge.scw.cloud`;
    const named = { name: "named", type: "CNAME", data: `${own}.`, ttl: 60 };
    await bench.ok("PATCH", "/domain/v2beta1/dns-zones/edge.example.org/records", {
      changes: [{ add: { records: [named] } }],
    });
    const aliased = (await bench.control("GET", "dns?name=named.edge.example.org")).body;
    expect(aliased).toMatchObject({ kind: "edge-services", addresses: [one.ip] });
    bench.simulator.loseZone("fr-par-1", "hang");
    await patch("tls", tls, { waf_stage_id: second.id });
    expect((await ask()).addresses).toEqual([two.ip]);
    bench.simulator.restoreZone("fr-par-1");
  });
});

describe("purge requests", () => {
  test("are done at once", async () => {
    const made = await bench.ok("POST", `${api}/purge-requests`, { pipeline_id: pipeline.id, all: true });
    expect(made).toMatchObject({ pipeline_id: pipeline.id, all: true, status: "done" });
    expect(made).not.toHaveProperty("assets");
    expect(await bench.ok("GET", `${api}/purge-requests/${made.id}`)).toEqual(made);
    expect(
      (await bench.ok("GET", `${api}/purge-requests?pipeline_id=${pipeline.id}`)).purge_requests,
    ).toEqual([made]);
  });
});
