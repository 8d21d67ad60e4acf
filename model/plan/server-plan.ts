/** One server in a plan: what it is, where it is attached, how it starts, and what it is told. Exported by plan.ts. */

/** An Availability Zone as Scaleway names it. */
export type Zone = "fr-par-1" | "fr-par-2" | "fr-par-3";

/** A leg in a private network. */
export interface LegPlan {
  readonly privateNetwork: string;
  /** Key of the reservation. The host has that address, unless the leg only carries guests. */
  readonly reservation: string;
  readonly interface: string;
}

interface ServerPlan {
  /** Logical name, e.g. `finance-app-par-1-1`; never holds anything that may change. */
  readonly key: string;
  /** Physical name, the same with the estate's prefix; also the host name. */
  readonly name: string;
  readonly zone: Zone;
  readonly role: "firewall" | "hypervisor" | "fleet" | "bastion" | "proxy" | "egress" | "witness";
  readonly application: string | undefined;
  readonly trustClass: string | undefined;
  readonly offer: string;
  readonly os: string;
  readonly legs: readonly LegPlan[];
  readonly tags: readonly string[];
  /** Stateful: protected against deletion. */
  readonly data: "stateful" | "stateless";
  /** Day 0, with tokens. On bare metal a change is stored and takes a reboot; on an Instance it is user data, read at first boot. */
  readonly cloudInit: string;
  readonly host: HostPlan;
}

/** A bare-metal server. Changing `offer` replaces it, `os` reinstalls it, `legs` updates it. */
export interface BareMetalPlan extends ServerPlan {
  readonly kind: "bare-metal";
}

/** An Instance. Without `publicAddress` it has none; its security group drops in both directions by default. */
export interface InstancePlan extends ServerPlan {
  readonly kind: "instance";
  readonly publicAddress: string | undefined;
  readonly securityGroup: SecurityGroupPlan;
}

export interface SecurityGroupPlan {
  readonly key: string;
  readonly name: string;
  readonly inbound: readonly SecurityRulePlan[];
  readonly outbound: readonly SecurityRulePlan[];
  readonly tags: readonly string[];
}

export interface SecurityRulePlan {
  readonly protocol: "TCP" | "UDP" | "ICMP" | "ANY";
  readonly portRange: string | undefined;
  /** CIDR; may hold a token. */
  readonly ipRange: string;
}

/**
 * What a host is told over SSH: POSIX shell scripts, their text free of secrets, VLAN numbers and tokens other than public addresses;
 * applying one twice changes nothing and never reboots.
 */
export interface HostPlan {
  readonly user: string;
  readonly port: number;
  /** Address that the bastion reaches: on admin for a firewall, else on the first leg, through the pair that serves it. */
  readonly address: string;
  /** Key of the pair that forwards from the bastion; none for the bastion's own neighbours on admin. */
  readonly through: string | undefined;
  /** What `configure` lays down, sorted by path. */
  readonly files: readonly HostFile[];
  /** systemd units enabled and running after `configure`, in start order. */
  readonly units: readonly string[];
  /**
   * Sent once through the public address, before the private path exists (bare metal only): networks, and rules that let administration in
   * and nothing else. Small, because the engine keeps it in the state for ever.
   */
  readonly bootstrap: string | undefined;
  readonly configure: string;
}

/** `bootstrap`: before the private path of a bare-metal server is proved; `sealed`: for good. */
export type HostStage = "bootstrap" | "sealed";

export interface HostFile {
  readonly path: string;
  /** Octal, e.g. "0644". */
  readonly mode: string;
  /** `planned`: the plan's at each run; `initial`: laid down once, then the host's own. */
  readonly kept: "planned" | "initial";
  /** May hold `__VLAN_<interface>__` and `__MAC_<interface>__`, filled on the host from its environment. */
  readonly content: string;
}
