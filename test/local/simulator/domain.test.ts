import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Bench, type Json, projectId, startBench } from "./harness.ts";

const zones = "/domain/v2beta1/dns-zones";
const domain = "example.org";
const check = { url: "https://www.example.org/health", must_contain: "ok", user_agent: null };

let bench: Bench;
beforeAll(async () => {
  bench = await startBench({ quotas: { dnsRecordsPerZone: 20 } });
});
afterAll(() => bench.stop());

/** Applies changes to a zone and returns the records answered. */
async function change(zone: string, ...changes: Json[]): Promise<Json[]> {
  return (await bench.ok("PATCH", `${zones}/${zone}/records`, { changes, return_all_records: false }))
    .records;
}

async function add(zone: string, fields: Json): Promise<Json> {
  const [made] = await change(zone, {
    add: { records: [{ ttl: 60, type: "A", priority: 0, comment: null, id: "", ...fields }] },
  });
  return made;
}

async function zone(subdomain: string): Promise<string> {
  await bench.ok("POST", zones, { domain, subdomain, project_id: projectId });
  return subdomain === "" ? domain : `${subdomain}.${domain}`;
}

const resolve = async (name: string, type = "A") =>
  (await bench.control("GET", `dns?name=${name}&type=${type}`)).body;

/** Public addresses of load balancers to be, one a zone. */
async function publicAddresses(): Promise<[string, string]> {
  const made = ["fr-par-1", "fr-par-2"].map((place) => bench.ok("POST", `/lb/v1/zones/${place}/ips`, {}));
  const [one, two] = (await Promise.all(made)).map(({ ip_address }) => String(ip_address));
  return [String(one), String(two)];
}

describe("zones", () => {
  test("are known by their names, and bring the domain's root zone and their name servers", async () => {
    const made = await bench.ok("POST", zones, {
      domain: "Example.org",
      subdomain: "first",
      project_id: projectId,
    });
    expect(made).toEqual({
      domain,
      subdomain: "first",
      project_id: projectId,
      ns: ["ns0.dom.scw.cloud", "ns1.dom.scw.cloud"],
      ns_default: ["ns0.dom.scw.cloud", "ns1.dom.scw.cloud"],
      ns_master: [],
      status: "active",
      message: null,
      linked_products: [],
      updated_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    });
    const named = await bench.ok(
      "GET",
      `${zones}?domain=&dns_zones=first.${domain}&order_by=domain_asc&project_id=${projectId}`,
    );
    expect(named).toEqual({ dns_zones: [made], total_count: 1 });
    expect((await bench.ok("GET", `${zones}?dns_zones=${domain}`)).dns_zones[0].subdomain).toBe("");
    expect((await bench.ok("GET", `${zones}?dns_zones=absent.${domain}`)).total_count).toBe(0);
    const { records } = await bench.ok("GET", `${zones}/first.${domain}/records?name=&type=unknown`);
    expect(records.map(({ type, data }: Json) => [type, data])).toEqual([
      ["NS", "ns0.dom.scw.cloud."],
      ["NS", "ns1.dom.scw.cloud."],
    ]);
  });

  test("exist once, and only root zones are never deleted", async () => {
    const name = await zone("gone");
    const again = await bench.call("POST", zones, { domain, subdomain: "gone" });
    expect([again.status, again.body.type]).toEqual([409, "already_exists"]);
    const deleted = await bench.call("DELETE", `${zones}/${name}?project_id=${projectId}`);
    expect([deleted.status, deleted.body]).toEqual([200, {}]);
    const records = await bench.call("GET", `${zones}/${name}/records`);
    expect([records.status, records.body]).toEqual([404, { message: "subdomain not found" }]);
    const root = await bench.call("DELETE", `${zones}/${domain}?project_id=${projectId}`);
    expect([root.status, root.body]).toEqual([403, { message: "root zone can't be deleted" }]);
  });

  test("have domain names", async () => {
    const refused = await bench.call("POST", zones, { domain: "no name", subdomain: "" });
    expect([refused.status, refused.body.details[0].argument_name]).toEqual([400, "domain"]);
  });
});

describe("records", () => {
  test("are added, found by name and type or by id, set in place and deleted", async () => {
    const name = await zone("life");
    const made = await add(name, { name: "www", data: "192.0.2.1" });
    expect(made).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      name: "www",
      type: "A",
      data: "192.0.2.1",
      ttl: 60,
      priority: 0,
      comment: null,
      updated_at: expect.any(String),
    });
    const path = `${zones}/${name}/records`;
    expect(await bench.ok("GET", `${path}?name=www&order_by=name_asc&page=1&type=A`)).toEqual({
      records: [made],
      total_count: 1,
    });
    expect((await bench.ok("GET", `${path}?name=ww&type=A`)).total_count).toBe(0);
    expect((await bench.ok("GET", `${path}?id=${made.id}&name=&type=unknown`)).records).toEqual([made]);
    const [set] = await change(name, {
      set: {
        id: made.id,
        records: [{ name: "www", type: "A", data: "192.0.2.2", ttl: 120, priority: 0, id: "" }],
      },
    });
    expect(set).toMatchObject({ id: made.id, data: "192.0.2.2", ttl: 120 });
    expect(await change(name, { delete: { id: made.id } })).toEqual([]);
    expect((await bench.ok("GET", `${path}?name=www&type=A`)).total_count).toBe(0);
    const absent = await bench.call("PATCH", path, { changes: [{ delete: { id: made.id } }] });
    expect(absent.status).toBe(404);
  });

  test("are named by their fields too, and cleared down to the name servers", async () => {
    const name = await zone("fields");
    await add(name, { name: "a", data: "192.0.2.1" });
    await add(name, { name: "a", data: "192.0.2.2" });
    const fields = { name: `a.${name}.`, type: "A" };
    await change(name, { delete: { id_fields: { ...fields, data: "192.0.2.1" } } });
    const set = await change(name, {
      set: { id_fields: fields, records: [{ name: "a", type: "A", data: "192.0.2.3" }] },
    });
    expect(set).toMatchObject([{ data: "192.0.2.3", ttl: 3600 }]);
    expect((await resolve(`a.${name}`)).addresses).toEqual(["192.0.2.3"]);
    await change(name, { clear: {} });
    const all = await bench.ok("PATCH", `${zones}/${name}/records`, {
      changes: [{ add: { records: [{ name: "b", type: "A", data: "192.0.2.4" }] } }],
      return_all_records: true,
    });
    expect(all.records.map(({ type }: Json) => type)).toEqual(["NS", "NS", "A"]);
  });

  test.each([
    ["TXT", "v=spf1 -all", 0, '"v=spf1 -all"', 0],
    ["MX", "mail.example.net.", 10, "10 mail.example.net.", 10],
    ["SRV", "5 1 5060 sip.example.net.", 0, "5 1 5060 sip.example.net.", 5],
    ["CNAME", "here", 0, "here.forms.example.org.", 0],
    ["CAA", '0 issue "letsencrypt.org"', 0, '0 issue "letsencrypt.org"', 0],
  ])("answer %s in Scaleway's form", async (type, data, priority, answered, priorityAnswered) => {
    if ((await bench.ok("GET", `${zones}?dns_zones=forms.${domain}`)).total_count === 0) await zone("forms");
    const made = await add(`forms.${domain}`, { name: type.toLowerCase(), type, data, priority });
    expect(made).toMatchObject({ data: answered, priority: priorityAnswered });
  });

  test("are changed all or none", async () => {
    const name = await zone("whole");
    const good = { name: "good", type: "A", data: "192.0.2.1", ttl: 60 };
    const refused = await bench.call("PATCH", `${zones}/${name}/records`, {
      changes: [{ add: { records: [good] } }, { add: { records: [{ ...good, name: "bad", data: "here" }] } }],
    });
    expect(refused.status).toBe(400);
    expect((await bench.ok("GET", `${zones}/${name}/records?name=good&type=A`)).total_count).toBe(0);
  });

  test.each([
    ["a TTL below the least", { data: "192.0.2.1", ttl: 59 }, ["ttl"]],
    ["an address of the other family", { data: "2001:db8::1" }, ["data"]],
    ["a CNAME to nowhere", { type: "CNAME", data: "." }, ["data"]],
    ["an unknown type", { type: "B", data: "x" }, ["type"]],
    [
      "a check of nothing, all at once",
      { data: "192.0.2.1", http_service_config: { ips: [], url: "ftp://x", strategy: "first" } },
      ["http_service_config.ips", "http_service_config.url", "http_service_config.strategy"],
    ],
    [
      "a check on a name",
      { type: "TXT", data: "x", http_service_config: { ...check, ips: ["192.0.2.1"], strategy: "all" } },
      ["http_service_config", "http_service_config.ips"],
    ],
    [
      "two ways of choosing",
      {
        data: "192.0.2.1",
        http_service_config: { ...check, ips: ["192.0.2.1"], strategy: "all" },
        weighted_config: { weighted_ips: [{ ip: "192.0.2.1", weight: 1 }] },
      },
      ["weighted_config"],
    ],
  ])("are refused with %s", async (_, fields, names) => {
    if ((await bench.ok("GET", `${zones}?dns_zones=strict.${domain}`)).total_count === 0)
      await zone("strict");
    const refused = await bench.call("PATCH", `${zones}/strict.${domain}/records`, {
      changes: [{ add: { records: [{ name: "x", type: "A", ttl: 60, ...fields }] } }],
    });
    expect(refused.status).toBe(400);
    expect(refused.body.details.map((detail: Json) => detail.argument_name)).toEqual(names);
  });

  test("are refused twice, beside a CNAME, and above what is granted", async () => {
    const name = await zone("full");
    const path = `${zones}/${name}/records`;
    const put = (fields: Json) =>
      bench.call("PATCH", path, { changes: [{ add: { records: [{ ttl: 60, type: "A", ...fields }] } }] });
    await put({ name: "x", data: "192.0.2.1" });
    expect((await put({ name: "x", data: "192.0.2.1" })).status).toBe(409);
    expect((await put({ name: "x", type: "CNAME", data: "y" })).body.details[0].argument_name).toBe("type");
    for (let host = 2; host < 19; host++)
      expect((await put({ name: "x", data: `192.0.2.${host}` })).status).toBe(200);
    const refused = await put({ name: "x", data: "192.0.2.99" });
    expect([refused.status, refused.body.type]).toEqual([403, "quotas_exceeded"]);
  });
});

describe("resolving", () => {
  test("answers what is held, by the longest zone, through aliases and wildcards", async () => {
    const name = await zone("names");
    await add(name, { name: "one", data: "192.0.2.1" });
    await add(name, { name: "one", data: "192.0.2.2", ttl: 90 });
    await add(name, { name: "alias", type: "CNAME", data: "one", ttl: 70 });
    await add(name, { name: "*", data: "192.0.2.9" });
    await add(name, { name: "six", type: "AAAA", data: "2001:db8::6" });
    await add(name, { name: "loop", type: "CNAME", data: "loop" });
    expect(await resolve(`ONE.${name}.`)).toEqual({
      name: `one.${name}`,
      type: "A",
      kind: "plain",
      addresses: ["192.0.2.1", "192.0.2.2"],
      ttlSeconds: 60,
      probeSeconds: 30,
    });
    expect(await resolve(`alias.${name}`)).toMatchObject({
      addresses: ["192.0.2.1", "192.0.2.2"],
      ttlSeconds: 60,
    });
    expect((await resolve(`any.${name}`)).addresses).toEqual(["192.0.2.9"]);
    expect((await resolve(`six.${name}`, "AAAA")).addresses).toEqual(["2001:db8::6"]);
    expect(await resolve(`loop.${name}`)).toMatchObject({ kind: "none", addresses: [] });
    expect(await resolve("elsewhere.example.net")).toMatchObject({
      kind: "none",
      addresses: [],
      ttlSeconds: 0,
    });
    expect((await bench.control("GET", "dns?name=x&type=MX")).status).toBe(400);
  });

  test("active-passive follows the loss of a zone, and the change of the active one", async () => {
    const name = await zone("passive");
    const [one, two] = await publicAddresses();
    const service = (active: string, fallback: string) => ({
      name: "www",
      type: "A",
      ttl: 60,
      data: fallback,
      http_service_config: { ...check, ips: [active], strategy: "random" },
    });
    const made = await add(name, service(one, two));
    expect(made.http_service_config).toEqual({ ...check, ips: [one], strategy: "random" });
    const ask = () => resolve(`www.${name}`);
    expect(await ask()).toMatchObject({ kind: "http-service", addresses: [one] });
    bench.simulator.loseZone("fr-par-1", "refuse");
    expect((await ask()).addresses).toEqual([two]);
    const [set] = await change(name, { set: { id: made.id, records: [service(two, one)] } });
    expect(set.id).toBe(made.id);
    bench.simulator.restoreZone("fr-par-1");
    expect((await ask()).addresses).toEqual([two]);
    bench.simulator.loseZone("fr-par-2", "hang");
    expect((await ask()).addresses).toEqual([one]);
    bench.simulator.restoreZone("fr-par-2");
  });

  test("active-active answers the healthy ones, and the fallback when none is", async () => {
    const name = await zone("active");
    const [one, two] = await publicAddresses();
    for (const strategy of ["all", "hashed", "random"]) {
      await add(name, {
        name: strategy,
        data: "192.0.2.66",
        http_service_config: { ...check, ips: [one, two], strategy },
      });
    }
    await add(name, {
      name: "weighted",
      data: one,
      weighted_config: {
        weighted_ips: [
          { ip: one, weight: 0 },
          { ip: two, weight: 1 },
        ],
      },
    });
    const ask = async (host: string) => (await resolve(`${host}.${name}`)).addresses;
    for (const strategy of ["all", "hashed", "random"]) expect(await ask(strategy)).toEqual([one, two]);
    expect(await resolve(`weighted.${name}`)).toMatchObject({ kind: "weighted", addresses: [two] });
    bench.simulator.loseZone("fr-par-1", "refuse");
    expect(await ask("all")).toEqual([two]);
    bench.simulator.loseZone("fr-par-2", "refuse");
    expect(await ask("all")).toEqual(["192.0.2.66"]);
    for (const place of ["fr-par-1", "fr-par-2"]) bench.simulator.restoreZone(place);
    expect(await ask("all")).toEqual([one, two]);
  });
});
