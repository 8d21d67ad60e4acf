/**
 * A network as a lab can have it: machines with kernels on flat segments, and nothing of Scaleway's own. What is left is a network again, so
 * that the verifier and the kernel are asked about the very same one.
 *
 * - The router of a VPC, its ACLs and security groups are not the kernel's: they are left out, and what would go there goes nowhere.
 * - Load balancers and gateways are plain hosts that filter and translate nothing; a gateway also holds an address of the internet's, so
 *   that what leaves by it arrives somewhere.
 * - Public interfaces are legs of one segment, `internet`, with a host outside; of each family only IPv4.
 * - A tunnel is a plain segment with a client behind it.
 * - An address that moves within a pair is held by one member.
 */
import type { Leg, Network, Node, PrivateNetwork, Route } from "../../model/proof/network.ts";

export interface LabChoice {
  /** Whether a node is in the lab. */
  readonly keeps: (node: Node) => boolean;
  /** Which of the nodes that share an address holds it: an index of those kept. */
  readonly holder: (members: readonly string[]) => number;
}

/** Who is outside, and what gateways hold: nobody's addresses (RFC 5737). */
export const outside = "203.0.113.77";
const beyondGateways = "198.51.100.";
/** Bare metal's public addresses under mocks may be all the same: two on one segment would answer for each other. */
const ownPublic = "192.0.2.";

/** Each may need an address of the prefixes above. */
const mostNodes = 250;

/** Throws an Error when more nodes are kept than a lab can have. */
export function labNetwork(network: Network, { keeps, holder }: LabChoice): Network {
  const kept = network.nodes.filter(keeps);
  if (kept.length > mostNodes) throw new Error(`a lab of ${kept.length} nodes: ${mostNodes} is the most`);
  const holders = holdersOf(kept, holder);
  const taken = new Set<string>();
  const parts = kept.map((node, index) => labNode(node, index, holders, taken, network.privateNetworks));
  const networks = [
    ...network.privateNetworks.map((each): PrivateNetwork => ({ ...each, vpc: "" })),
    ...parts.flatMap(({ segments }) => segments),
    segment("internet"),
  ];
  const stranger = hostOn("internet", "outside", `${outside}/32`, undefined);
  return {
    vpcs: [],
    privateNetworks: [...new Map(networks.map((each) => [each.key, each])).values()],
    nodes: [...parts.flatMap(({ nodes }) => nodes), stranger],
    undetermined: [],
  };
}

/** The member that holds each address of several. */
function holdersOf(nodes: readonly Node[], holder: LabChoice["holder"]): ReadonlyMap<string, string> {
  const members = new Map<string, string[]>();
  for (const { key, legs } of nodes) {
    for (const address of legs.flatMap(({ virtualAddresses }) => virtualAddresses)) {
      members.set(address, [...(members.get(address) ?? []), key]);
    }
  }
  // Members that share one address share all: they move as one.
  const chosen = new Map<string, string>();
  return new Map(
    [...members].map(([address, keys]) => {
      const pair = keys.join(" ");
      const found = chosen.get(pair) ?? (keys[holder(keys)] as string);
      chosen.set(pair, found);
      return [address, found];
    }),
  );
}

interface Part {
  readonly nodes: readonly Node[];
  readonly segments: readonly PrivateNetwork[];
}

function labNode(
  node: Node,
  index: number,
  holders: ReadonlyMap<string, string>,
  taken: Set<string>,
  networks: readonly PrivateNetwork[],
): Part {
  const segments: PrivateNetwork[] = [];
  const clients: Node[] = [];
  const routes: Route[] = [];
  const legs = node.legs.map((leg): Leg => {
    const virtualAddresses = leg.virtualAddresses.filter((address) => holders.get(address) === node.key);
    if (leg.privateNetwork !== undefined) {
      return {
        ...leg,
        virtualAddresses,
        addresses: [...leg.addresses, ...sixth(node, leg, index, networks)],
      };
    }
    const name = `tunnel:${node.key}:${leg.interface}`;
    segments.push(segment(name));
    for (const prefix of leg.beyond.filter((each) => !each.includes(":"))) {
      routes.push({ destination: prefix, gateway: undefined, interface: leg.interface });
      clients.push(hostOn(name, `client-${node.key}-${clients.length}`, clientOf(prefix, index), undefined));
    }
    return { ...leg, virtualAddresses, privateNetwork: name, beyond: [] };
  });
  const { publicInterface } = node;
  const translator = node.kind === "load-balancer" || node.kind === "gateway";
  if (node.kind === "gateway" && legs[0] !== undefined) {
    legs[0] = { ...legs[0], addresses: [...legs[0].addresses, `${beyondGateways}${index + 1}/32`] };
  }
  if (publicInterface !== undefined && !translator) {
    const known = publicInterface.addresses.find((each) => !each.includes(":"))?.split("/")[0] ?? "";
    const address = known === "" || taken.has(known) ? `${ownPublic}${index + 1}` : known;
    taken.add(address);
    legs.push({
      interface: publicInterface.interface,
      privateNetwork: "internet",
      addresses: [`${address}/32`],
      virtualAddresses: [],
      beyond: [],
    });
  }
  const plain: Node = {
    ...node,
    kind: translator ? "managed" : node.kind,
    publicInterface: undefined,
    translations: [],
    legs,
    routes: [...node.routes, ...routes],
  };
  return { nodes: [plain, ...clients], segments };
}

/** Networks announce an IPv6 prefix: a kernel that speaks the family and is not ours takes an address of it. */
function sixth(node: Node, leg: Leg, index: number, networks: readonly PrivateNetwork[]): string[] {
  if (node.kind !== "guest" || !node.speaks[6] || leg.addresses.some((each) => each.includes(":"))) return [];
  const network = networks.find(({ key }) => key === leg.privateNetwork);
  const prefix = network?.prefixes.find((each) => /::\/64$/.test(each));
  // As everybody else writes it: without leading zeros.
  const plain = prefix?.replace("/64", "").replaceAll(/\b0+(?=[0-9a-f])/g, "");
  return plain === undefined ? [] : [`${plain}${(index + 256).toString(16)}/64`];
}

/** An address well inside of what lies beyond a tunnel, another for each member; the far end's own is at its start. */
function clientOf(prefix: string, index: number): string {
  const [address = "", length = "32"] = prefix.split("/");
  if (Number(length) > 28) return `${address}/32`;
  const offset = 5 + (index % Math.min(200, 2 ** (32 - Number(length)) - 8));
  return `${address.replace(/\d+$/, (last) => String(Number(last) + offset))}/32`;
}

function segment(key: string): PrivateNetwork {
  return { key, name: key, origin: { resource: key, stack: "lab" }, vpc: "", prefixes: [] };
}

/** A machine of somebody else's: everything is on its link. */
function hostOn(network: string, key: string, address: string, gateway: string | undefined): Node {
  return {
    key,
    name: key,
    kind: "managed",
    origin: { resource: key, stack: "lab" },
    zone: "",
    role: "",
    application: undefined,
    workload: undefined,
    legs: [
      { interface: "eth0", privateNetwork: network, addresses: [address], virtualAddresses: [], beyond: [] },
    ],
    publicInterface: undefined,
    rulesets: [],
    forwards: { 4: false, 6: false },
    speaks: { 4: true, 6: false },
    routes: [{ destination: "0.0.0.0/0", gateway, interface: "eth0" }],
    carriedBy: [],
    translations: [],
  };
}
