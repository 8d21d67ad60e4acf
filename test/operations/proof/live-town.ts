/** A small town made call by call on a simulated Scaleway: two applications apart, a load balancer, a gateway, bare metal. */
import type { Permission } from "../../../model/proof/declared.ts";
import type { Documents } from "../../../model/proof/read/index.ts";
import {
  type Bench,
  type Json,
  projectId,
  secretKey,
  sshKey,
  startBench,
} from "../../local/simulator/harness.ts";
import { established, filterDocument, match, rule } from "../../local/simulator/hosts/machines-fixture.ts";
import { documents, type Made } from "../../model/proof/read/resources.ts";

const regional = "/vpc/v2/regions/fr-par";
export const zoneNames = {
  region: "fr-par",
  zones: { "par-1": "fr-par-1", "par-2": "fr-par-2" },
  witnessZone: "fr-par-3",
} as const;
const networkOption = "cd4158d7-2d65-49be-8803-c4b8ab6f760c";

export const declared = [
  { from: "internet", to: "front", protocol: "tcp", first: 8443, last: 8443 },
] as const satisfies readonly Permission[];

/** What the front may reach by the VPC's router: no route leads there. */
export const partner = { source: "10.0.1.0/24", destination: "203.0.113.0/24" };

/** What a first boot loads: rules that let in answers, and ports. */
function firstBoot(...ports: readonly number[]): string {
  const accept = { accept: null };
  const rules = filterDocument(
    rule("input", established, accept),
    ...ports.map((port) => rule("input", match("tcp", "dport", port), accept)),
    rule("output", established, accept),
  );
  return `#cloud-config
runcmd:
  - |
    cat >/etc/first-boot.json <<'RULES'
    ${rules}
    RULES
    nft -j -f /etc/first-boot.json
`;
}

/** Which of an Instance's two groups. */
type Group = "closed" | "open";

export class Town {
  readonly bench: Bench;
  readonly states: Made[] = [];
  readonly ids: Record<string, string> = {};
  readonly #image: string;

  constructor(bench: Bench, image: string) {
    this.bench = bench;
    this.#image = image;
  }

  /** The variables of a client. */
  get environment(): Readonly<Record<string, string>> {
    return {
      SCW_API_URL: this.bench.simulator.url,
      SCW_SECRET_KEY: secretKey,
      SCW_DEFAULT_PROJECT_ID: projectId,
    };
  }

  get documents(): Documents {
    return documents(...this.states);
  }

  /** Makes something, under a name; `type` as well: its state knows it. */
  async make(
    name: string,
    path: string,
    body: object,
    state?: { type: string; place?: string; inputs?: object },
  ): Promise<Json> {
    const answer = await this.bench.ok("POST", path, body);
    const made = answer.server ?? answer.private_nic ?? answer.security_group ?? answer.ip ?? answer;
    const object = made.id === undefined ? answer : made;
    this.ids[name] = object.id;
    if (state !== undefined)
      this.states.push({
        type: `scaleway:${state.type}`,
        name,
        id: `${state.place ?? "fr-par-1"}/${object.id}`,
        inputs: (state.inputs ?? {}) as Readonly<Record<string, unknown>>,
      });
    return object;
  }

  id(name: string): string {
    const found = this.ids[name];
    if (found === undefined) throw new Error(`nothing was made under the name ${name}`);
    return found;
  }

  network(name: string, number: number): Promise<Json> {
    return this.make(
      name,
      `${regional}/private-networks`,
      { name, vpc_id: this.id("vpc"), subnets: [`10.0.${number}.0/24`] },
      { type: "network/privateNetwork:PrivateNetwork", place: "fr-par" },
    );
  }

  /** The VPC drops all but this, and all of IPv6. */
  async acl(...rules: readonly { readonly source: string; readonly destination: string }[]): Promise<void> {
    const filled = rules.map((rule) => ({ ...rule, protocol: "ANY", action: "accept" }));
    for (const is_ipv6 of [false, true])
      await this.bench.ok("PUT", `${regional}/vpcs/${this.id("vpc")}/acl-rules`, {
        rules: is_ipv6 ? [] : filled,
        default_policy: "drop",
        is_ipv6,
      });
  }

  /** A public address on an Instance. */
  async publicAddress(server: string): Promise<void> {
    const name = `public.${server}`;
    const body = { type: "routed_ipv4", server: this.id(server) };
    await this.make(name, "/instance/v1/zones/fr-par-1/ips", body);
  }

  async booking(network: string, address: string): Promise<string> {
    const name = `${network}.${address}`;
    const body = { source: { private_network_id: this.id(network) }, address, is_ipv6: false };
    await this.make(name, "/ipam/v1/regions/fr-par/ips", body, { type: "ipam/ip:Ip", place: "fr-par" });
    return this.id(name);
  }

  /** An Instance, in a state unless it is made by hand. */
  async instance(
    name: string,
    network: string,
    address: string,
    { group = "closed", byHand = false }: { readonly group?: Group; readonly byHand?: boolean } = {},
  ): Promise<void> {
    const servers = "/instance/v1/zones/fr-par-1/servers";
    const body = {
      name,
      commercial_type: "PLAY2-NANO",
      image: this.#image,
      security_group: this.id(group),
      volumes: { 0: { volume_type: "sbs_volume" } },
    };
    const state = { type: "instance/server:Server", inputs: { cloudInit: firstBoot(8443) } };
    await this.make(name, servers, body, byHand ? undefined : state);
    const server = `${servers}/${this.id(name)}`;
    if (!byHand) await this.bench.ok("PATCH", `${server}/user_data/cloud-init`, firstBoot(8443));
    await this.nic(name, network, address);
    await this.bench.ok("POST", `${server}/action`, { action: "poweron" });
  }

  async nic(server: string, network: string, address: string): Promise<void> {
    const booked = await this.booking(network, address);
    const path = `/instance/v1/zones/fr-par-1/servers/${this.id(server)}/private_nics`;
    const body = { private_network_id: this.id(network), ipam_ip_ids: [booked] };
    await this.make(`${server}.${network}`, path, body);
  }

  async metal(name: string, network: string): Promise<void> {
    const zone = "/baremetal/v1/zones/fr-par-1";
    const { offers } = await this.bench.ok("GET", `${zone}/offers?page_size=100&subscription_period=hourly`);
    const { os } = await this.bench.ok("GET", `${zone}/os?page_size=100`);
    const key = await this.bench.ok("POST", "/iam/v1alpha1/ssh-keys", { name: "key", public_key: sshKey });
    const install = {
      os_id: os.find((one: Json) => one.name === "Debian" && one.version.startsWith("12")).id,
      hostname: "",
      ssh_key_ids: [key.id],
      user: null,
      password: null,
    };
    const body = {
      name,
      offer_id: offers.find((one: Json) => one.name === "EM-B220E-NVME").id,
      description: "",
      tags: [],
      user_data: Buffer.from(firstBoot()).toString("base64"),
      install,
      option_ids: null,
    };
    const inputs = { cloudInit: firstBoot() };
    await this.make(name, `${zone}/servers`, body, { type: "elasticmetal/server:Server", inputs });
    await this.bench.ok("POST", `${zone}/servers/${this.id(name)}/options/${networkOption}`, {});
    await this.bench.ok("POST", `/baremetal/v3/zones/fr-par-1/servers/${this.id(name)}/private-networks`, {
      private_network_id: this.id(network),
      ipam_ip_ids: [await this.booking(network, "10.0.2.9")],
    });
  }

  async balancer(): Promise<void> {
    const zone = "/lb/v1/zones/fr-par-1";
    const lb = { name: "balancer", type: "LB-S" };
    await this.make("balancer", `${zone}/lbs`, lb, { type: "loadbalancers/loadBalancer:LoadBalancer" });
    const path = `${zone}/lbs/${this.id("balancer")}`;
    await this.bench.ok("POST", `${path}/attach-private-network`, {
      private_network_id: this.id("front"),
      ipam_ids: [await this.booking("front", "10.0.1.5")],
    });
    await this.make("backend", `${path}/backends`, {
      name: "backend",
      forward_protocol: "tcp",
      forward_port: 8443,
      server_ip: ["10.0.1.2"],
    });
    await this.make("frontend", `${path}/frontends`, {
      name: "frontend",
      inbound_port: 443,
      backend_id: this.id("backend"),
    });
  }

  async gateway(): Promise<void> {
    const zone = "/vpc-gw/v2/zones/fr-par-1";
    const body = { name: "gateway", type: "VPC-GW-S", enable_bastion: false };
    await this.make("gateway", `${zone}/gateways`, body, { type: "network/publicGateway:PublicGateway" });
    for (const [network, address, masquerade] of [
      ["egress", "10.0.3.5", false],
      ["transit", "10.0.4.5", true],
    ] as const)
      await this.make(`gateway.${network}`, `${zone}/gateway-networks`, {
        gateway_id: this.id("gateway"),
        private_network_id: this.id(network),
        enable_masquerade: masquerade,
        ipam_ip_id: await this.booking(network, address),
      });
  }
}

export async function startTown(): Promise<Town> {
  const bench = await startBench({
    quotas: { "bareMetal/*": 2, privateNetworksPerBareMetal: 3, privateNetworksPerLoadBalancer: 3 },
  });
  const { local_images: images } = await bench.ok(
    "GET",
    "/marketplace/v2/local-images?image_label=debian_bookworm&zone=fr-par-1&type=instance_sbs",
  );
  const image = images.find((one: Json) => one.compatible_commercial_types.includes("PLAY2-NANO")).id;
  const town = new Town(bench, image);
  await town.make("vpc", `${regional}/vpcs`, { name: "vpc" }, { type: "network/vpc:Vpc", place: "fr-par" });
  // To a partner that no route leads to.
  await town.acl(partner);
  await town.network("front", 1);
  await town.network("back", 2);
  await town.network("egress", 3);
  await town.network("transit", 4);
  for (const [name, policy] of [
    ["closed", "drop"],
    ["open", "accept"],
  ] as const) {
    const body = { name, inbound_default_policy: policy, outbound_default_policy: policy, stateful: true };
    const group = { type: "instance/securityGroup:SecurityGroup" };
    await town.make(name, "/instance/v1/zones/fr-par-1/security_groups", body, group);
  }
  await town.instance("front-1", "front", "10.0.1.2");
  await town.instance("back-1", "back", "10.0.2.2");
  await town.instance("back-3", "back", "10.0.2.3", { group: "open" });
  await town.instance("front-2", "front", "10.0.1.3");
  await town.publicAddress("front-2");
  await town.instance("egress-1", "egress", "10.0.3.2");
  await town.metal("back-2", "back");
  await town.balancer();
  await town.gateway();
  return town;
}
