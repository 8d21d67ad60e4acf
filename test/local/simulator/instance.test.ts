import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Bench, type Json, startBench } from "./harness.ts";

const zone = "/instance/v1/zones/fr-par-1";
const networks = "/vpc/v2/regions/fr-par/private-networks";

let bench: Bench;
let image: string;
beforeAll(async () => {
  bench = await startBench({ quotas: { "instances/PRO2-XXS": 1, instanceIps: 4 } });
  const images = await bench.ok(
    "GET",
    "/marketplace/v2/local-images?image_label=debian_bookworm&zone=fr-par-1&type=instance_sbs",
  );
  image = images.local_images.find((one: Json) => one.compatible_commercial_types.includes("PLAY2-NANO")).id;
});
afterAll(() => bench.stop());

async function create(more: object = {}): Promise<Json> {
  const body = {
    name: "web",
    commercial_type: "PLAY2-NANO",
    image,
    volumes: { 0: { volume_type: "sbs_volume" } },
  };
  return (await bench.ok("POST", `${zone}/servers`, { ...body, ...more })).server;
}

const read = async (id: string): Promise<Json> => (await bench.ok("GET", `${zone}/servers/${id}`)).server;
const act = (id: string, action: string) => bench.call("POST", `${zone}/servers/${id}/action`, { action });

describe("servers", () => {
  test("are created stopped, started, rebooted, stopped and terminated", async () => {
    const created = await bench.call("POST", `${zone}/servers`, {
      name: "a",
      commercial_type: "PLAY2-NANO",
      image,
    });
    expect(created.status).toBe(201);
    const { id } = created.body.server;
    expect(created.body.server).toMatchObject({
      state: "stopped",
      allowed_actions: ["poweron", "backup"],
      private_nics: [],
    });
    expect((await act(id, "poweron")).status).toBe(202);
    expect(await read(id)).toMatchObject({ state: "running", state_detail: "booting kernel" });
    expect(bench.simulator.machines.get(id)).toMatchObject({ power: "running", boots: 1 });
    await act(id, "reboot");
    expect(bench.simulator.machines.get(id)?.boots).toBe(2);
    await act(id, "poweroff");
    expect(bench.simulator.machines.get(id)?.power).toBe("stopped");
    await act(id, "poweron");
    expect((await act(id, "terminate")).status).toBe(202);
    const gone = await bench.call("GET", `${zone}/servers/${id}`);
    expect(gone.status).toBe(404);
    expect(gone.body).toMatchObject({ type: "not_found", resource: "instance_server", resource_id: id });
    expect(bench.simulator.machines.get(id)).toBeUndefined();
  });

  test("have a root volume on block storage, which stays when they go", async () => {
    const server = await create({ volumes: { 0: { volume_type: "sbs_volume", size: 20e9, name: "root" } } });
    const volume = server.volumes["0"];
    expect(volume).toMatchObject({ volume_type: "sbs_volume", state: "available", boot: false });
    const typed = await bench.call("GET", `${zone}/volumes/${volume.id}`);
    expect(typed.body).toMatchObject({
      type: "not_found",
      resource: "instance_volume",
      resource_id: volume.id,
    });
    const path = `/block/v1/zones/fr-par-1/volumes/${volume.id}`;
    const held = await bench.ok("GET", path);
    expect(held).toMatchObject({ name: "root", size: 20e9, status: "in_use", type: "sbs_5k" });
    expect(held.references[0]).toMatchObject({ product_resource_id: server.id, status: "attached" });
    expect((await bench.call("DELETE", path)).status).toBe(412);
    await act(server.id, "poweron");
    await act(server.id, "terminate");
    expect(await bench.ok("GET", path)).toMatchObject({ status: "available", references: [] });
    expect((await bench.call("DELETE", path)).status).toBe(204);
  });

  test("keep user data as text", async () => {
    const { id } = await create();
    const path = `${zone}/servers/${id}/user_data`;
    expect((await bench.call("PATCH", `${path}/cloud-init`, "#cloud-config\nruncmd: []\n")).status).toBe(204);
    expect(await bench.ok("GET", path)).toEqual({ user_data: ["cloud-init"] });
    expect(await bench.ok("GET", `${path}/cloud-init`)).toBe("#cloud-config\nruncmd: []\n");
    expect(bench.simulator.machines.get(id)?.userData).toBe("#cloud-config\nruncmd: []\n");
    await bench.ok("DELETE", `${path}/cloud-init`);
    expect((await bench.call("GET", `${path}/cloud-init`)).status).toBe(404);
  });

  test("change name, tags, placement group and security group in place", async () => {
    const group = (await bench.ok("POST", `${zone}/placement_groups`, { name: "apart" })).placement_group;
    const rules = (
      await bench.ok("POST", `${zone}/security_groups`, { name: "closed", inbound_default_policy: "drop" })
    ).security_group;
    const { id } = await create({ placement_group: group.id });
    const changed = await bench.ok("PATCH", `${zone}/servers/${id}`, {
      name: "new",
      tags: ["x"],
      placement_group: null,
      security_group: { id: rules.id, name: "closed" },
    });
    expect(changed.server).toMatchObject({ name: "new", tags: ["x"], placement_group: null });
    expect(changed.server.security_group.id).toBe(rules.id);
    const refused = await bench.call("DELETE", `${zone}/security_groups/${rules.id}`);
    expect(refused.status).toBe(409);
    expect(refused.body.message).toBe("Group is in use. You cannot delete it.");
    expect((await bench.call("DELETE", `${zone}/placement_groups/${group.id}`)).status).toBe(204);
  });

  test("are refused in a zone that does not sell the type, and above what is granted of it", async () => {
    const third = await bench.call("POST", "/instance/v1/zones/fr-par-3/servers", {
      commercial_type: "PLAY2-NANO",
    });
    expect(third.status).toBe(400);
    await create({ commercial_type: "PRO2-XXS" });
    const refused = await bench.call("POST", `${zone}/servers`, { commercial_type: "PRO2-XXS", image });
    expect(refused.status).toBe(403);
    expect(refused.body).toMatchObject({ type: "quotas_exceeded", details: [{ quota: 1, current: 1 }] });
  });

  test("that are protected are not terminated", async () => {
    const { id } = await create({ protected: true });
    expect((await act(id, "terminate")).body).toMatchObject({ type: "precondition_failed" });
    await bench.ok("PATCH", `${zone}/servers/${id}`, { protected: false });
    expect((await bench.call("DELETE", `${zone}/servers/${id}`)).status).toBe(204);
  });
});

describe("public addresses", () => {
  test("lie in the zone's block of the pool, and follow the server they are given to", async () => {
    const address = (await bench.ok("POST", `${zone}/ips`, { type: "routed_ipv4" })).ip;
    expect(address.address).toMatch(/^127\.(6[4-7])\./);
    expect(address).toMatchObject({ state: "detached", server: null, prefix: null, ipam_id: address.id });
    const other = (await bench.ok("POST", "/instance/v1/zones/fr-par-2/ips", {})).ip;
    expect(other.address).toMatch(/^127\.(6[8-9]|7[0-1])\./);
    const server = await create({ public_ips: [address.id] });
    expect(server.public_ips[0]).toMatchObject({
      id: address.id,
      address: address.address,
      dynamic: false,
      family: "inet",
    });
    expect(bench.simulator.machines.get(server.id)?.publicAddresses).toEqual([address.address]);
    const second = await create();
    const taken = await bench.call("PATCH", `${zone}/ips/${address.id}`, { server: second.id });
    expect(taken.status).toBe(409);
    await bench.ok("PATCH", `${zone}/ips/${address.id}`, { server: null });
    expect((await read(server.id)).public_ips).toEqual([]);
    const far = await bench.call("PATCH", `${zone}/ips/${other.id}`, { server: second.id });
    expect(far.status).toBe(404);
  });

  test("have a /64 of the documentation prefix in IPv6", async () => {
    const address = (await bench.ok("POST", `${zone}/ips`, { type: "routed_ipv6" })).ip;
    expect(address).toMatchObject({
      address: null,
      prefix: expect.stringMatching(/^2001:db8:[0-9a-f:]+::\/64$/),
    });
  });

  test("are refused above what is granted", async () => {
    await bench.ok("POST", `${zone}/ips`, {});
    expect((await bench.call("POST", `${zone}/ips`, {})).body.type).toBe("quotas_exceeded");
  });
});

describe("private NICs", () => {
  test("book both families, or take what is reserved, and give it back", async () => {
    const network = await bench.ok("POST", networks, { name: "n", subnets: ["10.5.0.0/24"] });
    const server = await create();
    const nics = `${zone}/servers/${server.id}/private_nics`;
    const created = await bench.call("POST", nics, { private_network_id: network.id });
    expect(created.status).toBe(201);
    const nic = created.body.private_nic;
    expect(nic).toMatchObject({
      state: "available",
      server_id: server.id,
      mac_address: expect.stringMatching(/^02:00:00:/),
    });
    const ips = `/ipam/v1/regions/fr-par/ips?resource_id=${nic.id}&resource_type=instance_private_nic`;
    const booked = await bench.ok("GET", ips);
    expect(booked.ips.map((ip: Json) => ip.id).sort()).toEqual([...nic.ipam_ip_ids].sort());
    expect(booked.ips[0].resource).toMatchObject({ name: "web", mac_address: nic.mac_address.toUpperCase() });
    const leg = bench.simulator.machines.get(server.id)?.legs[0];
    expect(leg).toMatchObject({ privateNetworkId: network.id, cidr: "10.5.0.0/24", vlan: undefined });
    expect(leg?.addresses[0]).toBe("10.5.0.2/24");
    expect((await bench.call("POST", nics, { private_network_id: network.id })).status).toBe(409);
    expect((await bench.call("DELETE", `${networks}/${network.id}`)).status).toBe(412);
    await bench.ok("DELETE", `${nics}/${nic.id}`);
    expect((await bench.ok("GET", ips)).total_count).toBe(0);

    const reserved = await bench.ok("POST", "/ipam/v1/regions/fr-par/ips", {
      source: { private_network_id: network.id },
      address: "10.5.0.77",
    });
    const again = (
      await bench.ok("POST", nics, { private_network_id: network.id, ipam_ip_ids: [reserved.id] })
    ).private_nic;
    expect(again.ipam_ip_ids).toEqual([reserved.id]);
    expect((await bench.call("DELETE", `/ipam/v1/regions/fr-par/ips/${reserved.id}`)).status).toBe(412);
    await act(server.id, "poweron");
    await act(server.id, "terminate");
    const kept = await bench.ok("GET", `/ipam/v1/regions/fr-par/ips/${reserved.id}`);
    expect(kept).toMatchObject({ resource: null, address: "10.5.0.77/24" });
  });

  test("are eight at most, of the server's region", async () => {
    const server = await create();
    const nics = `${zone}/servers/${server.id}/private_nics`;
    for (let n = 0; n < 8; n++) {
      const network = await bench.ok("POST", networks, { name: `leg-${n}` });
      await bench.ok("POST", nics, { private_network_id: network.id });
    }
    const ninth = await bench.ok("POST", networks, { name: "leg-9" });
    expect((await bench.call("POST", nics, { private_network_id: ninth.id })).body.type).toBe(
      "quotas_exceeded",
    );
    const far = await bench.ok("POST", "/vpc/v2/regions/nl-ams/private-networks", { name: "far" });
    expect((await bench.call("POST", nics, { private_network_id: far.id })).status).toBe(404);
  });

  test("keep to one VPC where the assumption is refused", async () => {
    const strict = await startBench({ assumptions: { legsInTwoVpcs: "refused" } });
    try {
      const vpc = await strict.ok("POST", "/vpc/v2/regions/fr-par/vpcs", { name: "other" });
      const one = await strict.ok("POST", networks, { name: "one" });
      const two = await strict.ok("POST", networks, { name: "two", vpc_id: vpc.id });
      const { id } = (await strict.ok("POST", `${zone}/servers`, { commercial_type: "PLAY2-NANO", image }))
        .server;
      await strict.ok("POST", `${zone}/servers/${id}/private_nics`, { private_network_id: one.id });
      const refused = await strict.call("POST", `${zone}/servers/${id}/private_nics`, {
        private_network_id: two.id,
      });
      expect(refused.status).toBe(412);
    } finally {
      await strict.stop();
    }
  });
});

describe("security groups", () => {
  test("replace their rules whole and keep those that cannot be edited", async () => {
    const group = (
      await bench.ok("POST", `${zone}/security_groups`, {
        name: "sg",
        stateful: true,
        inbound_default_policy: "drop",
        enable_default_security: true,
      })
    ).security_group;
    expect(group).toMatchObject({
      description: null,
      servers: [],
      state: "available",
      project_default: false,
    });
    const rule = { action: "accept", protocol: "TCP", direction: "inbound", dest_port_to: null, id: null };
    const set = await bench.ok("PUT", `${zone}/security_groups/${group.id}/rules`, {
      rules: [
        { ...rule, ip_range: "0.0.0.0/0", dest_port_from: 80 },
        { ...rule, ip_range: "1.1.1.1/32", dest_port_from: 22 },
      ],
    });
    expect(set.rules.filter((one: Json) => !one.editable)).toHaveLength(6);
    expect(set.rules.slice(6)).toMatchObject([
      { ip_range: "0.0.0.0/0", dest_port_from: 80, position: 1 },
      { ip_range: "1.1.1.1", dest_port_from: 22, position: 2 },
    ]);
    const second = await bench.ok("GET", `${zone}/security_groups/${group.id}/rules?per_page=6&page=2`);
    expect(second.rules).toEqual(set.rules.slice(6));
    const wrong = await bench.call("PUT", `${zone}/security_groups/${group.id}/rules`, {
      rules: [{ ...rule, ip_range: "x", protocol: "GRE" }],
    });
    expect(wrong.body.details).toHaveLength(2);
    const { id } = await create({ security_group: group.id });
    expect(bench.simulator.machines.get(id)?.securityGroup).toMatchObject({
      inboundDefault: "drop",
      stateful: true,
    });
    expect(bench.simulator.machines.get(id)?.securityGroup?.rules.at(-1)).toMatchObject({
      portFrom: 22,
      portTo: 22,
    });
  });
});

describe("placement groups", () => {
  test("are one thing in both versions of the API", async () => {
    const path = "/instance/v2alpha1/zones/fr-par-1/placement-groups";
    const made = await bench.ok("POST", path, { name: "pg", policy_type: "max_availability", tags: [] });
    expect(made).toMatchObject({ name: "pg", zone: "fr-par-1", policy_type: "max_availability" });
    const old = await bench.ok("PATCH", `${zone}/placement_groups/${made.id}`, { policy_mode: "enforced" });
    expect(old.placement_group).toMatchObject({
      policy_mode: "enforced",
      policy_respected: true,
      name: "pg",
    });
    const tagged = await bench.ok("PATCH", `${path}/${made.id}`, {
      policy_type: "unknown_policy_type",
      tags: ["t"],
    });
    expect(tagged).toMatchObject({ policy_type: "max_availability", tags: ["t"] });
    await bench.ok("DELETE", `${path}/${made.id}`);
    expect((await bench.call("GET", `${path}/${made.id}`)).status).toBe(404);
  });
});

describe("block storage", () => {
  test("makes volumes from nothing and from snapshots, and never shrinks them", async () => {
    const volumes = "/block/v1/zones/fr-par-1/volumes";
    const first = await bench.ok("POST", volumes, {
      name: "v",
      perf_iops: 15000,
      from_empty: { size: 20e9 },
      tags: [],
    });
    expect(first).toMatchObject({
      type: "sbs_15k",
      status: "available",
      parent_snapshot_id: null,
      references: [],
    });
    const snapshot = await bench.ok("POST", "/block/v1/zones/fr-par-1/snapshots", {
      name: "s",
      volume_id: first.id,
    });
    expect(snapshot.parent_volume).toMatchObject({ id: first.id, type: "sbs_15k" });
    const second = await bench.ok("POST", volumes, {
      name: "w",
      perf_iops: 5000,
      from_snapshot: { snapshot_id: snapshot.id },
    });
    expect(second).toMatchObject({ size: 20e9, parent_snapshot_id: snapshot.id });
    expect((await bench.call("PATCH", `${volumes}/${first.id}`, { size: 10e9 })).status).toBe(400);
    expect((await bench.ok("PATCH", `${volumes}/${first.id}`, { size: 30e9, perf_iops: 5000 })).type).toBe(
      "sbs_5k",
    );
  });
});
