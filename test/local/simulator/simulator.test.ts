import { request } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { keptAnswer } from "../../../local/simulator/http/log.ts";
import type { CallEntry, LogEntry } from "../../../local/simulator/index.ts";
import { type Bench, controlToken, type Json, secretKey, startBench } from "./harness.ts";

const vpcs = "/vpc/v2/regions/fr-par/vpcs";
const servers = (zone: string): string => `/instance/v1/zones/${zone}/servers`;

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.stop());

const calls = (): CallEntry[] =>
  bench.simulator.log.list().filter((entry): entry is CallEntry => entry.type === "call");

async function instance(zone: string): Promise<string> {
  const { server } = await bench.ok("POST", servers(zone), { name: "s", commercial_type: "PLAY2-NANO" });
  await bench.ok("POST", `${servers(zone)}/${server.id}/action`, { action: "poweron" });
  return server.id;
}

describe("state", () => {
  test("survives a restart: resources, links, addresses taken, lost zones, grants, the log", async () => {
    const network = await bench.ok("POST", "/vpc/v2/regions/fr-par/private-networks", {
      name: "n",
      subnets: ["10.0.0.0/24"],
    });
    const source = { private_network_id: network.id };
    await bench.ok("POST", "/ipam/v1/regions/fr-par/ips", { source });
    const id = await instance("fr-par-1");
    await bench.ok("POST", `${servers("fr-par-1")}/${id}/private_nics`, { private_network_id: network.id });
    await bench.control("PUT", "quotas", { quotas: { vpcs: 1 } });
    await bench.control("POST", "zones/fr-par-2/lose", { mode: "refuse" });
    const before = { machines: bench.simulator.machines.list(), last: bench.simulator.log.last() };
    await bench.restart();
    expect(bench.simulator.machines.list()).toEqual(before.machines);
    expect(bench.simulator.log.last()).toBe(before.last);
    expect((await bench.ok("POST", "/ipam/v1/regions/fr-par/ips", { source })).address).toBe("10.0.0.4/24");
    expect((await bench.call("GET", servers("fr-par-2"))).status).toBe(503);
    expect((await bench.call("POST", vpcs, { name: "second" })).body.type).toBe("quotas_exceeded");
  });

  test("a call that is refused leaves nothing behind", async () => {
    const body = {
      name: "s",
      commercial_type: "PLAY2-NANO",
      public_ips: ["a0b1c2d3-0000-4000-8000-000000000000"],
    };
    expect((await bench.call("POST", servers("fr-par-1"), body)).status).toBe(404);
    expect((await bench.ok("GET", servers("fr-par-1"))).servers).toEqual([]);
    expect((await bench.ok("GET", "/block/v1/zones/fr-par-1/volumes")).total_count).toBe(0);
  });

  test("is forgotten on reset, and machines are told", async () => {
    const id = await instance("fr-par-1");
    const told: string[] = [];
    bench.simulator.onMachineChange((machine) => told.push(machine));
    expect((await bench.control("POST", "reset")).status).toBe(204);
    expect(told).toEqual([id]);
    expect(bench.simulator.machines.list()).toEqual([]);
    expect((await bench.control("GET", "status")).body).toMatchObject({
      resources: { "account.project": 1 },
      lastEntry: 0,
    });
  });
});

describe("a lost zone", () => {
  test("refuses its own API only, and its machines are lost until it is back", async () => {
    const [here, there] = [await instance("fr-par-1"), await instance("fr-par-2")];
    const told: string[] = [];
    bench.simulator.onMachineChange((machine) => told.push(machine));
    bench.simulator.loseZone("fr-par-1", "refuse");
    const refused = await bench.call("GET", `${servers("fr-par-1")}/${here}`);
    expect(refused.status).toBe(503);
    expect(refused.body.message).toMatch(/^upstream connect error/);
    expect((await bench.call("GET", `${servers("fr-par-2")}/${there}`)).status).toBe(200);
    expect((await bench.call("GET", vpcs)).status).toBe(200);
    expect((await bench.call("GET", "/domain/v2beta1/dns-zones")).status).toBe(200);
    expect(bench.simulator.machines.get(here)?.power).toBe("lost");
    expect(bench.simulator.machines.get(there)?.power).toBe("running");
    bench.simulator.restoreZone("fr-par-1");
    expect(bench.simulator.machines.get(here)?.power).toBe("running");
    expect(told).toEqual([here, here]);
    expect((await bench.call("GET", `${servers("fr-par-1")}/${here}`)).status).toBe(200);
  });

  test("may hang: nothing is answered, and the log says so", async () => {
    bench.simulator.loseZone("fr-par-1", "hang");
    const asked = fetch(`${bench.simulator.url}${servers("fr-par-1")}`, {
      headers: { "X-Auth-Token": secretKey },
      signal: AbortSignal.timeout(300),
    });
    await expect(asked).rejects.toThrow(/timeout/i);
    expect(calls().at(-1)).toMatchObject({ status: 0, locality: "fr-par-1", path: servers("fr-par-1") });
  });
});

describe("the log", () => {
  test("holds every call in one sequence, refused ones too, with what hosts change", async () => {
    await bench.ok("POST", vpcs, { name: "v" });
    await bench.call("GET", vpcs, undefined, "wrong");
    await bench.call("GET", "/nowhere/v1/things");
    bench.simulator.log.append({
      machineId: "m",
      name: "host",
      zone: "fr-par-1",
      kind: "file",
      detail: { path: "/etc/x" },
    });
    bench.simulator.loseZone("fr-par-1", "refuse");
    await bench.call("POST", servers("fr-par-1"), { name: "s", commercial_type: "PLAY2-NANO" });
    const { entries } = (await bench.control("GET", "log?after=0")).body as { entries: LogEntry[] };
    expect(entries.map((entry) => entry.sequence)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(entries).toMatchObject([
      {
        type: "call",
        method: "POST",
        path: vpcs,
        body: { name: "v" },
        status: 200,
        locality: "fr-par",
        caller: "configured",
      },
      { type: "call", status: 401, caller: "" },
      { type: "call", status: 404, path: "/nowhere/v1/things" },
      { type: "host", machineId: "m", kind: "file", detail: { path: "/etc/x" } },
      { type: "control", action: "lose refuse", locality: "fr-par-1" },
      { type: "call", status: 503, locality: "fr-par-1", body: { name: "s" } },
    ]);
    const rest = (await bench.control("GET", "log?after=4&limit=1")).body.entries;
    expect(rest.map((entry: LogEntry) => entry.sequence)).toEqual([5]);
  });

  test("holds the answers of calls that changed something, without secrets, and not those of questions", async () => {
    const made = await bench.ok("POST", vpcs, { name: "v" });
    await bench.ok("GET", `${vpcs}/${made.id}`);
    await bench.call("POST", vpcs, { name: 7 });
    const application = await bench.ok("POST", "/iam/v1alpha1/applications", { name: "a" });
    await bench.ok("POST", "/iam/v1alpha1/api-keys", { application_id: application.id });
    await bench.call("DELETE", `${vpcs}/${made.id}`);
    const [create, read, refused, , key, removed] = calls();
    expect(create?.answer).toEqual(made);
    for (const entry of [read, refused, removed]) expect(entry).not.toHaveProperty("answer");
    expect(key?.answer).toMatchObject({ application_id: application.id, secret_key: "[secret]" });
  });

  test("keeps no answer that is too long", () => {
    const body = {
      rules: Array.from({ length: 5000 }, (_, index) => ({ id: `rule-${index}`, port: index })),
    };
    expect(keptAnswer("PUT", "/x", { status: 200, body })).toEqual({ answer: "[too long]" });
    expect(keptAnswer("PUT", "/x", { status: 200, body: { password: "p" } })).toEqual({
      answer: { password: "[secret]" },
    });
  });

  test("never holds a secret", async () => {
    const application = await bench.ok("POST", "/iam/v1alpha1/applications", { name: "a" });
    const key = await bench.ok("POST", "/iam/v1alpha1/api-keys", { application_id: application.id });
    await bench.call("GET", vpcs, undefined, key.secret_key);
    const text = JSON.stringify(bench.simulator.log.list());
    for (const secret of [key.secret_key, secretKey, controlToken]) expect(text).not.toContain(secret);
    expect(calls().at(-1)?.caller).toBe(key.access_key);
  });
});

describe("the door", () => {
  test("the control API opens to its own token only, and that token opens nothing else", async () => {
    expect((await bench.control("GET", "status", undefined, secretKey)).status).toBe(401);
    expect((await bench.call("GET", vpcs, undefined, controlToken)).status).toBe(401);
    expect((await bench.control("POST", "zones/xx-yyy-9/lose")).status).toBe(404);
    expect((await bench.control("POST", "zones/fr-par-1/lose", { mode: "explode" })).status).toBe(400);
  });

  test("answers to no name but this machine's", async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const asked = request(
        `${bench.simulator.url}${vpcs}`,
        { headers: { Host: "evil.example", "X-Auth-Token": secretKey } },
        (response) => resolve(response.resume().statusCode),
      );
      asked.on("error", reject).end();
    });
    expect(status).toBe(421);
  });

  test("bodies that are no JSON, no object or too large are refused", async () => {
    const send = (body: string) =>
      fetch(`${bench.simulator.url}${vpcs}`, {
        method: "POST",
        headers: { "X-Auth-Token": secretKey },
        body,
      });
    expect((await send("{")).status).toBe(400);
    expect((await send("[1]")).status).toBe(400);
    expect((await send(`"${"x".repeat(5 * 1024 * 1024)}"`)).status).toBe(413);
  });

  test("malformed input gets an answer of the API, never a failure", async () => {
    const id = await instance("fr-par-1");
    const odd: Json[] = [
      null,
      1,
      "",
      "x",
      [],
      [1],
      {},
      { a: 1 },
      true,
      "a0b1c2d3-0000-4000-8000-000000000000",
      -1,
      1e99,
    ];
    const paths: [string, string, string[]][] = [
      ["POST", vpcs, ["name", "tags", "project_id"]],
      ["POST", "/vpc/v2/regions/fr-par/private-networks", ["name", "subnets", "vpc_id"]],
      ["POST", "/ipam/v1/regions/fr-par/ips", ["source", "address", "resource"]],
      [
        "POST",
        servers("fr-par-1"),
        ["commercial_type", "image", "volumes", "public_ips", "security_group", "placement_group"],
      ],
      [
        "PATCH",
        `${servers("fr-par-1")}/${id}`,
        ["security_group", "volumes", "public_ips", "commercial_type"],
      ],
      ["POST", `${servers("fr-par-1")}/${id}/action`, ["action"]],
      ["POST", `${servers("fr-par-1")}/${id}/private_nics`, ["private_network_id", "ipam_ip_ids"]],
      [
        "POST",
        "/baremetal/v1/zones/fr-par-1/servers",
        ["offer_id", "install", "option_ids", "user_data", "name"],
      ],
      ["POST", "/lb/v1/zones/fr-par-1/lbs", ["name", "type", "ip_ids", "ip_id"]],
      ["POST", "/vpc-gw/v2/zones/fr-par-1/gateways", ["type", "ip_id", "bastion_port"]],
      ["POST", "/iam/v1alpha1/policies", ["name", "rules", "application_id"]],
      ["POST", "/iam/v1alpha1/ssh-keys", ["public_key", "name"]],
      ["POST", "/redis/v1/zones/fr-par-1/clusters", ["version", "endpoints", "cluster_size", "acl_rules"]],
      ["POST", "/secret-manager/v1beta1/regions/fr-par/secrets", ["name", "path", "type"]],
      ["POST", "/flexible-ip/v1alpha1/zones/fr-par-1/fips/attach", ["fips_ids", "server_id"]],
    ];
    const failed: string[] = [];
    for (const [method, path, fields] of paths) {
      for (const field of fields) {
        for (const value of odd) {
          const { status } = await bench.call(method, path, { name: "n", [field]: value });
          if (status >= 500 && status !== 503)
            failed.push(`${status} ${method} ${path} ${field}=${JSON.stringify(value)}`);
        }
      }
    }
    expect(failed).toEqual([]);
  });
});
