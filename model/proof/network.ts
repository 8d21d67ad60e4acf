/**
 * The network as it really is: what the proof reasons about. Made from resources alone (previews, states, or the live API), never from the
 * planner, so that a fault in one does not hide in the other. Plain data, sorted by key, no address computed here.
 *
 * What could not be read is listed in `undetermined`, and what hangs on it is never taken for held.
 */

/** IPv4 or IPv6; the two are proved apart, since Scaleway's ACLs, routes and rules are. */
export type Family = 4 | 6;

/** Where a fact comes from, so that a verdict can name it. */
export interface Origin {
  /** URN of the resource in a preview or state; `<type>::<id>` where only the API knows it. */
  readonly resource: string;
  /** Stack that declares it, `guadeloupe.par-1`. */
  readonly stack: string;
}

export interface Network {
  readonly vpcs: readonly Vpc[];
  readonly privateNetworks: readonly PrivateNetwork[];
  readonly nodes: readonly Node[];
  readonly undetermined: readonly Undetermined[];
}

/** Something that a verdict would need and that is not known. */
export interface Undetermined {
  readonly origin: Origin;
  /** Property or file, `inputs.stdin`, `/etc/nftables/archipel.json`. */
  readonly property: string;
  /** `unknown` (computed at update), `secret`, `missing`, or what is not understood. */
  readonly why: string;
  /** Key of the node, private network or VPC whose verdicts hang on it; absent: all of them. */
  readonly scope?: string;
}

// ── Scaleway ────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface Vpc {
  readonly key: string;
  readonly origin: Origin;
  /** Stateless, first match, in order; the list of a family that has no ACL resource accepts everything. */
  readonly acls: Readonly<Record<Family, Acl>>;
  /** Custom routes; routes to the VPC's own private networks are always there (routing cannot be turned off). */
  readonly routes: readonly VpcRoute[];
  /** Keys of VPCs that a connector joins to this one. */
  readonly connectedTo: readonly string[];
}

export interface Acl {
  readonly origin: Origin | undefined;
  readonly defaultPolicy: "accept" | "drop";
  readonly rules: readonly AclRule[];
}

/** Ports are inclusive; both 0 in the API is every port, written [0, 65535] here. */
export interface AclRule {
  readonly action: "accept" | "drop";
  readonly protocol: "any" | "tcp" | "udp" | "icmp";
  readonly source: string;
  readonly sourcePorts: readonly [number, number];
  readonly destination: string;
  readonly destinationPorts: readonly [number, number];
}

export interface VpcRoute {
  readonly origin: Origin;
  readonly destination: string;
  /** Address on a private network that packets are handed to. */
  readonly nextHop: string | undefined;
}

/** One layer-2 domain. ACLs and security groups are blind inside it: neighbours meet whatever they say. */
export interface PrivateNetwork {
  readonly key: string;
  /** Name in the estate (`payroll`), from the tag or the logical name; how intents call it. */
  readonly name: string;
  readonly origin: Origin;
  readonly vpc: string;
  /** CIDRs, IPv4 and IPv6. An IPv6 prefix that Scaleway has not drawn yet is a stand-in of fd00::/8. */
  readonly prefixes: readonly string[];
}

// ── what stands on it ───────────────────────────────────────────────────────────────────────────────────────────────

/**
 * `bare-metal` and `instance`: machines with a kernel of ours. `guest`: a virtual machine on a hypervisor, whose kernel is not ours:
 * no rule of its own is counted on. `load-balancer`, `gateway`, `managed`: Scaleway's own.
 */
export type NodeKind = "bare-metal" | "instance" | "guest" | "load-balancer" | "gateway" | "managed";

export interface Node {
  readonly key: string;
  readonly name: string;
  readonly kind: NodeKind;
  readonly origin: Origin;
  readonly zone: string;
  /** `firewall`, `bastion`, `hypervisor`, … from its tags; for words only, never for a verdict. */
  readonly role: string;
  readonly application: string | undefined;
  /** Name in the estate (`payroll-db`), from its tags; how a flow calls the servers or guests behind a name. */
  readonly workload: string | undefined;
  readonly legs: readonly Leg[];
  /** Keys of the private networks that it is meant for while it has no leg yet, so that its public address belongs to them. */
  readonly homes?: readonly string[];
  readonly publicInterface: PublicInterface | undefined;
  /** Tables that its kernel loads, in the order loaded; empty: nothing filters. */
  readonly rulesets: readonly Ruleset[];
  /** Whether the kernel forwards between interfaces. */
  readonly forwards: Readonly<Record<Family, boolean>>;
  /** Whether the family is on at all on its private legs (`disable_ipv6`). */
  readonly speaks: Readonly<Record<Family, boolean>>;
  readonly routes: readonly Route[];
  /** Key of the hypervisor that carries a guest. A hypervisor's root reads and writes its guests. */
  readonly carriedBy: readonly string[];
  /** Load balancers and gateways. */
  readonly translations: readonly Translation[];
}

export interface Leg {
  /** Name that rules call it by; `pn-payroll`. A tunnel has one too (`wg-clients`), and no private network. */
  readonly interface: string;
  /** Key of the private network; undefined for a tunnel. */
  readonly privateNetwork: string | undefined;
  /** The node's own addresses with their prefix length, `10.64.3.6/24`; empty on a hypervisor's leg that only bridges guests. */
  readonly addresses: readonly string[];
  /** Addresses that move here by VRRP, without prefix. Every member of the pair lists them. */
  readonly virtualAddresses: readonly string[];
  /** A tunnel's far side: prefixes of the clients or the site. */
  readonly beyond: readonly string[];
  /** A hypervisor's leg that hands every frame to guests, whether or not one lives there now: the machine itself has no address on it. */
  readonly bridges?: true;
}

/** An interface on the internet. Bare metal always has one. */
export interface PublicInterface {
  readonly interface: string;
  /** Never empty. One that is not known before the machine exists is a stand-in of 198.18.0.0/15 or 2001:db8::/32, nobody's. */
  readonly addresses: readonly string[];
  /** Security group of an Instance: stateful, in front of the machine, blind on private legs. */
  readonly securityGroup: SecurityGroup | undefined;
}

export interface SecurityGroup {
  readonly origin: Origin;
  readonly stateful: boolean;
  readonly inbound: Filter;
  readonly outbound: Filter;
}

export interface Filter {
  readonly defaultPolicy: "accept" | "drop";
  readonly rules: readonly {
    readonly action: "accept" | "drop";
    readonly protocol: "any" | "tcp" | "udp" | "icmp";
    readonly remote: string;
    readonly ports: readonly [number, number];
  }[];
}

/** libnftables JSON as the host loads it. `day-zero` rules hold until the configuration's are loaded. */
export interface Ruleset {
  readonly origin: Origin;
  readonly path: string;
  readonly stage: "day-zero" | "bootstrap" | "configured";
  readonly json: string;
}

/** A route of a host; `interface` alone: the destination is on the link. */
export interface Route {
  readonly destination: string;
  readonly gateway: string | undefined;
  readonly interface: string;
  /** Holds for packets that came in by this interface alone, and is asked before the routes of all (a routing table of its own). */
  readonly incoming?: string;
}

/**
 * What a load balancer or gateway does with a connection: it comes in at `listen` and goes out to `targets`, with the translator's own
 * address. `listen.from: internet` for a public frontend, or a private network's key.
 */
export interface Translation {
  readonly origin: Origin;
  readonly kind: "balance" | "port-forward" | "masquerade";
  readonly protocol: "tcp" | "udp" | "any";
  readonly listen: { readonly from: string; readonly ports: readonly [number, number] };
  /** Addresses and ports; empty for `masquerade`, which leads to the internet. */
  readonly targets: readonly { readonly address: string; readonly ports: readonly [number, number] }[];
  /** Whose connections it takes, by source address; absent: anybody's. */
  readonly allowed?: Filter;
}
