import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bench, type Json, startBench } from "./harness.ts";

const base = "/rdb/v1/regions/fr-par";

describe("managed databases", () => {
  let bench: Bench;
  let network: Json;
  beforeAll(async () => {
    bench = await startBench();
    network = await bench.ok("POST", "/vpc/v2/regions/fr-par/private-networks", { name: "data" });
  });
  afterAll(() => bench.stop());

  function make(more: object = {}): Promise<Json> {
    return bench.ok("POST", `${base}/instances`, {
      name: "db",
      engine: "PostgreSQL-16",
      node_type: "DB-DEV-S",
      user_name: "owner",
      password: "not shown anywhere",
      ...more,
    });
  }

  it("books a private address at once and lets it go with its endpoint", async () => {
    const spec = { private_network: { private_network_id: network.id, ipam_config: {} } };
    const made = await make({ init_endpoints: [spec] });
    expect(made).toMatchObject({ node_type: "db-dev-s", endpoint: null });
    const [endpoint] = made.endpoints;
    const held = `/ipam/v1/regions/fr-par/ips?resource_id=${made.id}&resource_type=rdb_instance`;
    const { ips } = await bench.ok("GET", held);
    expect(ips).toMatchObject([
      { address: endpoint.private_network.service_ip, tags: ["managed", "scwdbaas"] },
    ]);
    const inUse = await bench.call("DELETE", `/vpc/v2/regions/fr-par/private-networks/${network.id}`);
    expect(inUse.status).toBe(412);
    expect((await bench.call("DELETE", `${base}/endpoints/${endpoint.id}`)).status).toBe(204);
    expect((await bench.ok("GET", held)).total_count).toBe(0);
    expect((await bench.call("DELETE", `${base}/endpoints/${endpoint.id}`)).status).toBe(404);
  });

  it("has a public address when no endpoint is asked for, shown once it is provisioned", async () => {
    const made = await make();
    expect(made.endpoints).toEqual([]);
    const { endpoint, endpoints, status } = await bench.ok("GET", `${base}/instances/${made.id}`);
    expect(endpoints).toEqual([endpoint]);
    expect(status).toBe("ready");
  });

  it("keeps users, databases and privileges, and no password", async () => {
    const { id } = await make();
    const path = `${base}/instances/${id}`;
    await bench.ok("POST", `${path}/users`, {
      name: "reader",
      password: "not shown anywhere",
      is_admin: false,
    });
    await bench.ok("POST", `${path}/databases`, { name: "orders" });
    const privilege = { database_name: "orders", user_name: "reader", permission: "readonly" };
    await bench.ok("PUT", `${path}/privileges`, privilege);
    await bench.ok("PUT", `${path}/privileges`, { ...privilege, permission: "all" });
    expect(await bench.ok("GET", `${path}/privileges?user_name=reader`)).toEqual({
      privileges: [{ ...privilege, permission: "all" }],
      total_count: 1,
    });
    expect(
      (await bench.call("PUT", `${path}/privileges`, { ...privilege, user_name: "nobody" })).status,
    ).toBe(404);
    expect((await bench.call("DELETE", `${path}/users/reader`)).status).toBe(204);
    expect((await bench.ok("GET", `${path}/privileges`)).total_count).toBe(0);
    const { body } = await bench.control("GET", "log?after=0&limit=1000");
    expect(JSON.stringify(body)).not.toContain("not shown anywhere");
  });

  it("upgrades the engine beside the old instance", async () => {
    const { id } = await make();
    const { upgradable_version } = await bench.ok("GET", `${base}/instances/${id}`);
    expect(upgradable_version).toMatchObject([{ name: "PostgreSQL-17" }]);
    const workflow = { upgradable_version_id: upgradable_version[0].id, with_endpoints: true };
    const newer = await bench.ok("POST", `${base}/instances/${id}/upgrade`, {
      major_upgrade_workflow: workflow,
    });
    expect(newer).toMatchObject({ engine: "PostgreSQL-17", name: "db" });
    expect(newer.id).not.toBe(id);
    const users = await bench.ok("GET", `${base}/instances/${newer.id}/users`);
    expect(users.users).toEqual([{ name: "owner", is_admin: true }]);
  });

  it("makes instances of snapshots, and backups outlive their instance", async () => {
    const { id } = await make();
    const snapshot = await bench.ok("POST", `${base}/instances/${id}/snapshots`, { name: "before" });
    const backup = await bench.ok("POST", `${base}/backups`, {
      instance_id: id,
      database_name: "rdb",
      name: "b",
    });
    await bench.ok("DELETE", `${base}/instances/${id}`);
    const again = await bench.ok("POST", `${base}/snapshots/${snapshot.id}/create-instance`, {
      instance_name: "again",
    });
    expect(again).toMatchObject({ name: "again", engine: "PostgreSQL-16" });
    expect(await bench.ok("GET", `${base}/backups/${backup.id}`)).toMatchObject({
      status: "ready",
      instance_id: id,
    });
  });
});
