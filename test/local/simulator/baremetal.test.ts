import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Bench, type Json, sshKey, startBench } from "./harness.ts";

const zone = "/baremetal/v1/zones/fr-par-1";
const v3 = "/baremetal/v3/zones/fr-par-1";
const option = "cd4158d7-2d65-49be-8803-c4b8ab6f760c";
const cloudInit = Buffer.from("#cloud-config\n").toString("base64");

let bench: Bench;
let offers: Json[];
let systems: Json[];
let key: string;
beforeAll(async () => {
  bench = await startBench({
    quotas: { "bareMetal/*": 20, "bareMetal/EM-I120E-NVME": 1, privateNetworksPerBareMetal: 3 },
  });
  offers = (await bench.ok("GET", `${zone}/offers?page=1&page_size=100&subscription_period=hourly`)).offers;
  systems = (await bench.ok("GET", `${zone}/os?page_size=100`)).os;
  key = (
    await bench.ok("POST", "/iam/v1alpha1/ssh-keys", { name: "operator", public_key: `${sshKey} me@here` })
  ).id;
});
afterAll(() => bench.stop());

const offer = (name: string): string => offers.find((one) => one.name === name).id;
const os = (name: string, version: string): string =>
  systems.find((one) => one.name === name && one.version.startsWith(version)).id;

function order(more: object = {}): Promise<{ status: number; body: Json }> {
  return bench.call("POST", `${zone}/servers`, {
    name: "metal",
    offer_id: offer("EM-B220E-NVME"),
    description: "",
    tags: [],
    user_data: cloudInit,
    install: { os_id: os("Debian", "12"), hostname: "", ssh_key_ids: [key], user: null, password: null },
    option_ids: null,
    ...more,
  });
}

async function server(): Promise<Json> {
  const { id } = (await order()).body;
  return bench.ok("POST", `${zone}/servers/${id}/options/${option}`, {});
}

async function network(name: string): Promise<string> {
  return (await bench.ok("POST", "/vpc/v2/regions/fr-par/private-networks", { name })).id;
}

describe("servers", () => {
  test("are delivered installed, with two public addresses", async () => {
    const { status, body } = await order();
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: "ready",
      offer_name: "EM-B220E-NVME",
      options: [],
      user_data: cloudInit,
    });
    expect(body.install).toMatchObject({ status: "completed", user: "root", ssh_key_ids: [key] });
    expect(body.ips.map((ip: Json) => ip.version)).toEqual(["IPv4", "IPv6"]);
    const machine = bench.simulator.machines.get(body.id);
    expect(machine).toMatchObject({ kind: "bare-metal", power: "running", userData: "#cloud-config\n" });
    expect(machine?.authorizedKeys).toEqual([sshKey]);
    expect(machine?.publicAddresses[0]).toMatch(/^127\./);
  });

  test("are off without a system; an install gives a new disk, a reboot does not", async () => {
    const { body } = await order({ install: null, user_data: null });
    expect(bench.simulator.machines.get(body.id)?.power).toBe("stopped");
    const install = { os_id: os("Debian", "12"), ssh_key_ids: [key], hostname: "metal" };
    await bench.ok("POST", `${zone}/servers/${body.id}/install`, install);
    const first = bench.simulator.machines.get(body.id);
    expect(first).toMatchObject({ power: "running", boots: 1 });
    await bench.ok("POST", `${zone}/servers/${body.id}/reboot`, { boot_type: "normal" });
    const second = bench.simulator.machines.get(body.id);
    expect(second).toMatchObject({ boots: 2, installation: first?.installation });
    await bench.ok("POST", `${zone}/servers/${body.id}/install`, install);
    expect(bench.simulator.machines.get(body.id)?.installation).not.toBe(first?.installation);
  });

  test("take cloud-init only where the offer and the system do", async () => {
    const refused = await order({ offer_id: offer("EM-A315X-SSD") });
    expect(refused).toMatchObject({
      status: 503,
      body: { message: "cloud-init is not supported on this offer" },
    });
    const system = await order({ install: { os_id: os("Proxmox", "VE 8"), ssh_key_ids: [key] } });
    expect(system.status).toBe(503);
  });

  test("are refused above what is granted of an offer, and where none are sold", async () => {
    expect((await order({ offer_id: offer("EM-I120E-NVME") })).status).toBe(200);
    const refused = await order({ offer_id: offer("EM-I120E-NVME") });
    expect(refused).toMatchObject({ status: 403, body: { type: "quotas_exceeded" } });
    const third = await bench.ok("GET", "/baremetal/v1/zones/fr-par-3/offers");
    expect(third.total_count).toBe(0);
  });

  test("go with an answer, then are not found", async () => {
    const { body } = await order();
    const gone = await bench.call("DELETE", `${zone}/servers/${body.id}`);
    expect(gone).toMatchObject({ status: 200, body: { status: "deleting" } });
    const missing = await bench.call("GET", `${zone}/servers/${body.id}`);
    expect(missing).toMatchObject({ status: 404, body: { message: "Not Found" } });
  });
});

describe("private networks", () => {
  test("need the option", async () => {
    const { body } = await order();
    const map = { per_private_network_ipam_ip_ids: { [await network("early")]: [] } };
    expect((await bench.call("PUT", `${v3}/servers/${body.id}/private-networks`, map)).status).toBe(412);
  });

  test("have a VLAN number of their own on each server, and reserved addresses", async () => {
    const [one, two, pn] = [await server(), await server(), await network("shared")];
    const ip = await bench.ok("POST", "/ipam/v1/regions/fr-par/ips", { source: { private_network_id: pn } });
    const put = (id: string, map: object) =>
      bench.ok("PUT", `${v3}/servers/${id}/private-networks`, { per_private_network_ipam_ip_ids: map });
    const first = (await put(one.id, { [pn]: [ip.id] })).server_private_networks[0];
    const second = (await put(two.id, { [pn]: [] })).server_private_networks[0];
    expect(first).toMatchObject({
      status: "attached",
      private_network_id: pn,
      server_id: one.id,
      ipam_ip_ids: [ip.id],
    });
    expect(first.vlan).not.toBe(second.vlan);
    expect(second.ipam_ip_ids).toHaveLength(2);
    const held = await bench.ok("GET", `/ipam/v1/regions/fr-par/ips/${ip.id}`);
    expect(held.resource).toMatchObject({ type: "baremetal_private_nic", id: first.id, name: "metal" });
    expect(held.resource.mac_address).toMatch(/^B4:83:51:/);
    const leg = bench.simulator.machines.get(one.id)?.legs[0];
    expect(leg).toMatchObject({ privateNetworkId: pn, vlan: first.vlan, addresses: [held.address] });

    const other = await network("other");
    const both = (await put(one.id, { [pn]: [ip.id], [other]: [] })).server_private_networks;
    expect(both.find((item: Json) => item.private_network_id === pn).vlan).toBe(first.vlan);
    const listed = await bench.ok("GET", `${v3}/server-private-networks?server_id=${one.id}`);
    expect(listed.total_count).toBe(2);
    await put(one.id, { [other]: [] });
    expect((await bench.ok("GET", `/ipam/v1/regions/fr-par/ips/${ip.id}`)).resource).toBeNull();
    expect((await put(one.id, { [pn]: [ip.id], [other]: [] })).server_private_networks).toHaveLength(2);
    expect(
      bench.simulator.machines.get(one.id)?.legs.find((item) => item.privateNetworkId === pn)?.vlan,
    ).toBe(first.vlan);
    expect((await bench.call("DELETE", `${v3}/servers/${one.id}/private-networks/${pn}`)).status).toBe(204);
  });

  test("are refused above what is granted to a server, and nothing of the demand is kept", async () => {
    const { id } = await server();
    const names = ["a", "b", "c", "d"];
    const map = Object.fromEntries(await Promise.all(names.map(async (name) => [await network(name), []])));
    const path = `${v3}/servers/${id}/private-networks`;
    const refused = await bench.call("PUT", path, { per_private_network_ipam_ip_ids: map });
    expect(refused).toMatchObject({
      status: 403,
      body: { type: "quotas_exceeded", details: [{ quota: 3 }] },
    });
    expect((await bench.ok("GET", `${v3}/server-private-networks?server_id=${id}`)).total_count).toBe(0);
    const removed = await bench.call("DELETE", `${zone}/servers/${id}/options/${option}`);
    expect(removed.body.options).toEqual([]);
  });
});

describe("flexible addresses", () => {
  test("are attached, detached, and gone as if they were somebody else's", async () => {
    const fips = "/flexible-ip/v1alpha1/zones/fr-par-1/fips";
    const address = await bench.ok("POST", fips, { description: "", tags: [], is_ipv6: false });
    expect(address).toMatchObject({ status: "ready", server_id: null, mac_address: null });
    const { id } = await server();
    const attached = await bench.ok("POST", `${fips}/attach`, { fips_ids: [address.id], server_id: id });
    expect(attached.flexible_ips[0]).toMatchObject({ status: "attached", server_id: id });
    expect(bench.simulator.machines.get(id)?.publicAddresses).toContain(address.ip_address);
    const mac = await bench.ok("POST", `${fips}/${address.id}/mac`, { mac_type: "kvm" });
    expect(mac.mac_address).toMatchObject({ mac_type: "kvm", status: "used" });
    const detached = await bench.ok("POST", `${fips}/detach`, { fips_ids: [address.id] });
    expect(detached.flexible_ips[0]).toMatchObject({ status: "ready", server_id: null });
    await bench.ok("POST", `${fips}/attach`, { fips_ids: [address.id], server_id: id });
    await bench.ok("DELETE", `${fips}/${address.id}`);
    expect(bench.simulator.machines.get(id)?.publicAddresses).not.toContain(address.ip_address);
    const gone = await bench.call("GET", `${fips}/${address.id}`);
    expect(gone).toMatchObject({
      status: 403,
      body: { details: [{ action: "read", resource: "flexible-ip" }] },
    });
  });
});
