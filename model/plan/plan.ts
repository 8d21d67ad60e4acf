/**
 * What the planner decides, as plain data: sorted, JSON-serialisable, the same bytes for the same estate.
 * Components take slices of it and lay out resources; nothing after it takes a decision.
 *
 * Two kinds of value are not known at plan time and appear as tokens in text: `{{address:KEY}}`, a public address that
 * `foundation` reserves (KEY is a key of `FoundationPlan.publicAddresses`), replaced by the component that lays the text out.
 * VLAN numbers never appear in text: they reach a host through the command's environment (reference: Previews as data).
 */
import type { ZoneKey } from "../estate/estate.ts";
import type { BareMetalPlan, InstancePlan, Zone } from "./server-plan.ts";

export type * from "./server-plan.ts";

export interface Plan {
  readonly estate: string;
  readonly region: "fr-par";
  readonly zones: Readonly<Record<ZoneKey, Zone>>;
  readonly activeZone: ZoneKey;
  readonly domain: string;
  readonly foundation: FoundationPlan;
  readonly deployments: Readonly<Record<ZoneKey, ZonePlan>>;
  readonly witness: WitnessPlan;
  readonly edge: EdgePlan;
  readonly dr: DrPlan;
  readonly firewalls: FirewallsPlan;
  readonly intents: readonly Intent[];
  readonly capacity: readonly CapacityRow[];
  readonly quotas: readonly QuotaRow[];
  readonly cost: CostPlan;
  readonly summary: PlanSummary;
}

export interface PlanSummary {
  readonly estate: string;
  readonly bareMetal: number;
  readonly instances: number;
  readonly guests: number;
  readonly applications: number;
  readonly services: number;
  readonly privateNetworks: number;
  readonly flows: number;
  /** All kinds together, edge and access members included. `lowerBound`: no deployment holds with fewer. `moves`: networks that leave the pair they were on. */
  readonly firewalls: { readonly count: number; readonly lowerBound: number; readonly moves: number };
  readonly eurPerMonth: number;
}

// ── foundation ──────────────────────────────────────────────────────────────────────────────────────────────────────

export interface FoundationPlan {
  readonly vpcs: readonly VpcPlan[];
  readonly privateNetworks: readonly PrivateNetworkPlan[];
  readonly reservations: readonly ReservationPlan[];
  readonly publicAddresses: readonly PublicAddressPlan[];
  readonly identity: IdentityPlan;
  readonly domain: string;
}

/** A VPC; both its ACLs drop everything before anything attaches, and stay. */
export interface VpcPlan {
  readonly key: string;
  readonly name: string;
  readonly tags: readonly string[];
}

export type PrivateNetworkRole =
  | "application"
  | "hypervisors"
  | "transit"
  | "admin"
  | "ingress"
  | "egress"
  | "vpn";

export interface PrivateNetworkPlan {
  readonly key: string;
  readonly name: string;
  readonly vpc: string;
  readonly role: PrivateNetworkRole;
  /** IPv4, host bits zero. */
  readonly cidr: string;
  /** Its only default route: the virtual address of the firewall pair that serves it; none for transit and admin. */
  readonly gateway: string | undefined;
  /** Key of the pair that serves it. */
  readonly pair: string | undefined;
  readonly application: string | undefined;
  readonly trustClass: string | undefined;
  /** Interface name on every host with a leg here, 15 characters at most (IFNAMSIZ), unique in the estate. */
  readonly interface: string;
  readonly tags: readonly string[];
}

/** An address booked in IPAM. Every address of the estate is one: nothing is left to DHCP's choice. */
export interface ReservationPlan {
  /** `<network>.<holder>`, stable under insertion of others. */
  readonly key: string;
  readonly privateNetwork: string;
  /** IPv4 without prefix. */
  readonly address: string;
  /**
   * `virtual`: moved by VRRP, or a service's address held by its own servers; `guest`: a virtual machine's; `bridge`: of a hypervisor's leg that
   * only carries guests, where no host answers at it.
   */
  readonly purpose: "leg" | "bridge" | "virtual" | "guest" | "load-balancer" | "gateway";
  readonly tags: readonly string[];
}

/** A public IPv4 address, zonal, made before what uses it so that either zone knows the other's. */
export interface PublicAddressPlan {
  /** `bastion.par-1`, `edge.par-2`, `access.par-1`, `load-balancer.par-1`, `gateway.par-2`. */
  readonly key: string;
  readonly kind: "instance" | "load-balancer" | "gateway";
  readonly zone: Zone;
  readonly tags: readonly string[];
}

export interface IdentityPlan {
  readonly applications: readonly IamApplicationPlan[];
  readonly sshKeys: readonly { readonly key: string; readonly name: string; readonly publicKey: string }[];
}

/** An IAM application with the least permissions that its use needs. */
export interface IamApplicationPlan {
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly permissionSets: readonly string[];
  readonly tags: readonly string[];
}

// ── par-1, par-2 ────────────────────────────────────────────────────────────────────────────────────────────────────

export interface ZonePlan {
  readonly key: ZoneKey;
  readonly zone: Zone;
  readonly bastion: InstancePlan;
  readonly gateway: GatewayPlan;
  /** Segmentation members: bare metal. */
  readonly firewalls: readonly BareMetalPlan[];
  /** Edge and access members: Instances; at most one of each. */
  readonly instanceFirewalls: readonly InstancePlan[];
  readonly hypervisors: readonly BareMetalPlan[];
  readonly fleets: readonly FleetPlan[];
  readonly proxies: readonly InstancePlan[];
  readonly egress: readonly InstancePlan[];
  readonly loadBalancer: LoadBalancerPlan | undefined;
}

/** The members of one workload in one zone. Members carry stable numbers: removing one renames none. */
export type FleetPlan =
  | {
      readonly kind: "bare-metal";
      readonly key: string;
      readonly application: string;
      readonly members: readonly BareMetalPlan[];
    }
  | {
      readonly kind: "instance";
      readonly key: string;
      readonly application: string;
      readonly members: readonly InstancePlan[];
    };

export interface GatewayPlan {
  readonly key: string;
  readonly name: string;
  readonly zone: Zone;
  readonly type: string;
  readonly publicAddress: string;
  readonly privateNetwork: string;
  readonly reservation: string;
  readonly tags: readonly string[];
}

export interface LoadBalancerPlan {
  readonly key: string;
  readonly name: string;
  readonly zone: Zone;
  readonly type: "LB-S" | "LB-M" | "LB-L" | "LB-XL";
  readonly publicAddress: string;
  /** Its one leg: an LB in two applications' networks is a bridge. */
  readonly privateNetwork: string;
  readonly reservation: string;
  readonly backends: readonly BackendPlan[];
  readonly frontends: readonly FrontendPlan[];
  readonly tags: readonly string[];
}

export interface BackendPlan {
  readonly key: string;
  readonly name: string;
  readonly forwardPort: number;
  /** Proxies of both zones. */
  readonly serverAddresses: readonly string[];
  /** Seconds; the provider's defaults are a minute and half a minute. */
  readonly healthCheck: {
    readonly port: number;
    readonly delaySeconds: number;
    readonly timeoutSeconds: number;
    readonly maxRetries: number;
  };
}

export interface FrontendPlan {
  readonly key: string;
  readonly name: string;
  readonly inboundPort: number;
  readonly backend: string;
}

// ── witness, edge, dr ───────────────────────────────────────────────────────────────────────────────────────────────

export interface WitnessPlan {
  readonly zone: "fr-par-3";
  readonly server: InstancePlan;
}

/** Edge Services: one pipeline a published service that asks for it, one chain of stages a zone behind it. */
export interface EdgePlan {
  readonly plan: "starter" | "professional" | "advanced" | undefined;
  readonly pipelines: readonly {
    readonly key: string;
    readonly name: string;
    readonly service: string;
    readonly fqdn: string;
    readonly waf: "enable" | "log_only" | "disable";
    /** Key of the zone's load balancer frontend behind each chain. */
    readonly frontends: Readonly<Record<ZoneKey, string>>;
  }[];
}

export interface DrPlan {
  readonly records: readonly DnsRecordPlan[];
  readonly writers: readonly WriterGroupPlan[];
}

/** A DNS record. `address`: key of a public address or a literal; `http_service` fails over by itself, towards `fallback`. */
export type DnsRecordPlan =
  | {
      readonly key: string;
      readonly name: string;
      readonly type: "A";
      readonly ttlSeconds: number;
      readonly kind: "http-service";
      readonly strategy: "active-passive" | "all";
      readonly addresses: Readonly<Record<ZoneKey, string>>;
      readonly url: string;
      readonly mustContain: string;
    }
  | {
      readonly key: string;
      readonly name: string;
      readonly type: "A";
      readonly ttlSeconds: number;
      readonly kind: "zone-address";
      readonly addresses: Readonly<Record<ZoneKey, string>>;
    }
  | {
      readonly key: string;
      readonly name: string;
      readonly type: "A" | "CNAME" | "TXT" | "MX";
      readonly ttlSeconds: number;
      readonly kind: "fixed";
      readonly data: string;
    };

/** Servers of one workload that hold data with one writer; `dr` tells the surviving zone's member to take the role. */
export interface WriterGroupPlan {
  readonly key: string;
  readonly application: string;
  readonly rpoSeconds: number;
  readonly hosts: Readonly<
    Record<
      ZoneKey,
      { readonly server: string; readonly address: string; readonly user: string; readonly port: number }
    >
  >;
}

// ── what holds it together ──────────────────────────────────────────────────────────────────────────────────────────

export interface FirewallsPlan {
  readonly pairs: readonly FirewallPairPlan[];
  readonly certificate: FirewallCertificate;
}

export interface FirewallPairPlan {
  readonly key: string;
  readonly kind: "segmentation" | "edge" | "access";
  readonly trustClass: string | undefined;
  /** VRRP virtual router id, 1–255, unique on transit. */
  readonly vrid: number;
  /** Server keys by zone. */
  readonly members: Readonly<Record<ZoneKey, string>>;
  /** Private networks served, with the pair's virtual address in each; transit and admin included. */
  readonly virtualAddresses: readonly { readonly privateNetwork: string; readonly address: string }[];
  readonly legs: { readonly used: number; readonly limit: number; readonly reserved: number };
  /**
   * Peak and half the card of a member; `limit` unknown where no bandwidth of the offer was recorded. The peak is what private networks
   * send (`forwardedGbps` each); what comes in from the internet and out of tunnels is declared nowhere and not in it.
   */
  readonly loadGbps: { readonly peak: number; readonly limit: number | undefined };
}

/** Why no fewer firewalls will do. */
export interface FirewallCertificate {
  readonly perClass: readonly {
    readonly trustClass: string;
    readonly networks: number;
    readonly usableLegs: number;
    readonly byLegs: number;
    readonly byThroughput: number;
    readonly pairs: number;
  }[];
  readonly count: number;
  readonly lowerBound: number;
  readonly moves: number;
  readonly because: readonly string[];
  /** What the same estate takes with other numbers of legs a server: 8, which Scaleway grants by default, and what is granted. */
  readonly alternatives: readonly FirewallAlternative[];
}

export interface FirewallAlternative {
  readonly legs: number;
  /** None where every leg is reserved: no number is enough. */
  readonly firewalls: number | undefined;
  /** Without the offers in `unpriced`. */
  readonly eurPerMonth: number | undefined;
  readonly unpriced: readonly string[];
}

/**
 * One permission the network grants, and the reviewed reason for it. `privateNetwork` is a key of `FoundationPlan.privateNetworks`, or
 * `internet`, or `vpn` for what comes out of a tunnel (addresses of clients' pools, prefixes of sites).
 */
export interface Intent {
  /** Stable: `<from>:<to>:<protocol>:<ports>`. */
  readonly key: string;
  /** Log prefixes name it: the key, but for a baseline flow, whose intents share `every:<to>:…` and one rule where only sources differ. */
  readonly group: string;
  readonly kind: "flow" | "exposure" | "vpn" | "administration" | "egress" | "health";
  readonly from: { readonly privateNetwork: string; readonly addresses: readonly string[] };
  readonly to: { readonly privateNetwork: string; readonly addresses: readonly string[] };
  readonly protocol: "tcp" | "udp";
  /** `443` or `1000-1010`. */
  readonly ports: readonly string[];
  readonly why: string;
  readonly owner: string;
  readonly expires: string | undefined;
}

/** Users carried by what is left when a zone is lost, against the peak times the growth. */
export interface CapacityRow {
  readonly application: string;
  readonly lost: ZoneKey;
  readonly needed: number;
  readonly left: number;
  readonly verdict: "holds" | "falls short";
}

export interface QuotaRow {
  readonly quota: string;
  readonly scope: string;
  readonly needed: number;
  readonly default: number | undefined;
  readonly granted: number | undefined;
  readonly verdict: "granted" | "within default" | "missing";
}

export interface CostPlan {
  readonly currency: "EUR";
  readonly pricesOf: string;
  readonly lines: readonly {
    readonly what: string;
    readonly count: number;
    readonly unitPerMonth: number | undefined;
    readonly perMonth: number | undefined;
  }[];
  readonly perMonth: number;
  readonly unpriced: readonly string[];
}
