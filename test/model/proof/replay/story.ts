/** Logs made by hand: two private networks of one VPC, a machine on each, told call by call. */
import type { Entry } from "../../../../model/proof/replay/index.ts";

export const ids = { vpc: "vpc-1", a: "pn-a", b: "pn-b", one: "server-1", two: "server-2", metal: "metal-1" };
const region = "/vpc/v2/regions/fr-par";
const zone = "zones/fr-par-1";

const chain = (name: string, policy: string) => ({
  add: { chain: { family: "inet", table: "t", name, type: "filter", hook: name, prio: 0, policy } },
});

/** Rules that drop everything but what is let in by port. */
export function rules(ports: readonly number[], policy = "drop", from?: string): string {
  const match = (protocol: string, field: string, right: unknown) => ({
    match: { op: "==", left: { payload: { protocol, field } }, right },
  });
  const table = { table: { family: "inet", name: "t" } };
  return JSON.stringify({
    nftables: [
      { add: table },
      { delete: table },
      { add: table },
      ...["input", "forward", "output"].map((name) => chain(name, policy)),
      ...ports.map((port) => ({
        add: {
          rule: {
            family: "inet",
            table: "t",
            chain: "input",
            expr: [
              ...(from === undefined ? [] : [match("ip", "saddr", from)]),
              match("tcp", "dport", port),
              { accept: null },
            ],
          },
        },
      })),
    ],
  });
}

/** Tells a story; each method adds entries, and answers with the sequence of the last. */
export class Story {
  readonly entries: Entry[] = [];

  call(method: string, path: string, answer: unknown, body: unknown = null): number {
    const status = method === "DELETE" ? 204 : 200;
    return this.#add({
      type: "call",
      method,
      path,
      status,
      body,
      ...(answer === undefined ? {} : { answer }),
    });
  }

  host(machineId: string, kind: string, detail: Readonly<Record<string, unknown>>): number {
    return this.#add({ type: "host", machineId, name: machineId, kind, detail });
  }

  control(action: string, locality: string): number {
    return this.#add({ type: "control", action, locality });
  }

  networks(): this {
    this.call("POST", `${region}/vpcs`, { id: ids.vpc, name: "vpc" });
    for (const [id, name, subnet, subnet6] of [
      [ids.a, "a", "10.0.0.0/24", "fd00:0:0:1::/64"],
      [ids.b, "b", "10.0.1.0/24", "fd00:0:0:2::/64"],
    ])
      this.call("POST", `${region}/private-networks`, {
        id,
        name,
        vpc_id: ids.vpc,
        subnets: [
          { id: `subnet-${name}`, subnet },
          { id: `subnet6-${name}`, subnet: subnet6 },
        ],
      });
    return this;
  }

  acls(policy: "accept" | "drop"): number {
    for (const family of [false, true])
      this.call(
        "PUT",
        `${region}/vpcs/${ids.vpc}/acl-rules`,
        { rules: [], default_policy: policy },
        { rules: [], is_ipv6: family, default_policy: policy },
      );
    return this.entries.length;
  }

  /** An Instance on one network, without a public address: made, plugged, booted with rules or without. */
  instance(id: string, network: string, address: string, document: string | undefined): number {
    const mac = `02:00:00:00:00:${id.at(-1)}0`;
    this.call("POST", `/instance/v1/${zone}/servers`, {
      server: { id, name: id, zone: "fr-par-1", tags: [], public_ips: [] },
    });
    this.call("POST", `/instance/v1/${zone}/servers/${id}/private_nics`, {
      private_nic: { id: `nic-${id}`, server_id: id, private_network_id: network, mac_address: mac },
    });
    this.host(id, "boot", { power: "starting", installation: "disk-1", boots: 1 });
    if (document !== undefined) this.rules(id, document);
    this.host(id, "address", {
      link: "ens5",
      kind: "physical",
      mac,
      up: true,
      addresses: [`${address}/24`],
      virtual: [],
    });
    return this.host(id, "boot", { installation: "disk-1", boots: 1, firstBoot: true, errors: [] });
  }

  /** One more card of an Instance. */
  plug(
    id: string,
    network: string,
    { link, mac, address }: { link: string; mac: string; address: string },
  ): number {
    this.call("POST", `/instance/v1/${zone}/servers/${id}/private_nics`, {
      private_nic: { id: `nic-${id}-${link}`, server_id: id, private_network_id: network, mac_address: mac },
    });
    return this.host(id, "address", {
      link,
      kind: "physical",
      mac,
      up: true,
      addresses: [address],
      virtual: [],
    });
  }

  /** Bare metal, on the internet from its first boot on. */
  metal(address: string, document: string | undefined): number {
    const id = ids.metal;
    this.call("POST", `/baremetal/v1/${zone}/servers`, {
      id,
      name: id,
      zone: "fr-par-1",
      tags: [],
      ips: [{ address }],
    });
    this.call("POST", `/baremetal/v3/${zone}/servers/${id}/private-networks`, {
      server_id: id,
      private_network_id: ids.a,
      vlan: 1201,
    });
    this.host(id, "boot", { power: "starting", installation: "disk-1", boots: 1 });
    if (document !== undefined) this.rules(id, document);
    this.host(id, "address", {
      link: "eno1",
      kind: "physical",
      mac: "02:00:00:00:00:01",
      up: true,
      addresses: [`${address}/32`],
      virtual: [],
    });
    this.host(id, "address", {
      routes: [{ destination: "0.0.0.0/0", gateway: "62.210.0.1", link: "eno1", metric: 1024 }],
    });
    return this.host(id, "boot", { installation: "disk-1", boots: 1, firstBoot: true, errors: [] });
  }

  rules(id: string, document: string): number {
    return this.host(id, "rules", { tables: ["inet t"], document });
  }

  #add(entry: DistributiveOmit<Entry, "sequence">): number {
    const sequence = this.entries.length + 1;
    this.entries.push({ sequence, ...entry });
    return sequence;
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
