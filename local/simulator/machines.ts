/**
 * The seam between the simulated API and the simulated hosts: the machines the API lists, as a host needs them to boot,
 * and what the hosts give back (changes for the log, state to keep).
 */

/** How a port or a protocol is matched by a rule of an Instance's security group (Instance API v1, 2026-07). */
export interface SecurityRule {
  readonly direction: "inbound" | "outbound";
  readonly action: "accept" | "drop";
  readonly protocol: "TCP" | "UDP" | "ICMP" | "ANY";
  /** CIDR of the remote end. */
  readonly ipRange: string;
  /** First and last port; both undefined for every port. */
  readonly portFrom: number | undefined;
  readonly portTo: number | undefined;
}

/** The security group of an Instance. Filters public interfaces only: it is blind on private networks. */
export interface SecurityGroup {
  readonly id: string;
  readonly name: string;
  readonly stateful: boolean;
  readonly inboundDefault: "accept" | "drop";
  readonly outboundDefault: "accept" | "drop";
  /** In order of evaluation; the first that matches decides. */
  readonly rules: readonly SecurityRule[];
}

/** A route that the network pushes by DHCP to whoever asks for it on a leg (a host may refuse it). */
export interface PushedRoute {
  readonly destination: string;
  /** The router of the leg's private network (its first address), or the public gateway's for the default route. */
  readonly via: string;
  readonly type: "subnet" | "default" | "custom";
}

/** An attachment of a machine to a private network. */
export interface Leg {
  readonly privateNetworkId: string;
  readonly vpcId: string;
  /** IPv4 subnet of the private network. */
  readonly cidr: string;
  readonly mac: string;
  /** Bare metal only: the VLAN number of the network on this server, different by server. Undefined on Instances. */
  readonly vlan: number | undefined;
  /** Booked by IPAM for this leg, CIDR form, IPv4 first. */
  readonly addresses: readonly string[];
}

/** A machine as the API lists it: what is needed to boot it. */
export interface Machine {
  readonly id: string;
  readonly kind: "bare-metal" | "instance";
  readonly name: string;
  readonly zone: string;
  readonly projectId: string;
  /** `lost`: its zone is lost, whatever its own power was. A bare-metal server without an OS is `stopped`. */
  readonly power: "running" | "stopped" | "lost";
  /** Identifies the disk's content: changes at each install and reinstall, not at a reboot. */
  readonly installation: string;
  /** Count of boots: a reboot or a stop and start raises it; the same installation keeps its disk. */
  readonly boots: number;
  /** cloud-init text, or "". */
  readonly userData: string;
  /** Public halves of SSH keys, `type base64` form, sorted. */
  readonly authorizedKeys: readonly string[];
  /** Without prefix length; IPv4 first. */
  readonly publicAddresses: readonly string[];
  /** Sorted by private network id. */
  readonly legs: readonly Leg[];
  /** Instances only. */
  readonly securityGroup: SecurityGroup | undefined;
  readonly tags: readonly string[];
}

/** All machines of all zones. Reads are of the present moment; ids are the API's (no zone prefix). */
export interface MachineDirectory {
  /** Sorted by id. */
  list(): readonly Machine[];
  get(id: string): Machine | undefined;
  /**
   * Called after each committed change that touches a machine (created, deleted, power, legs, addresses, user data,
   * keys, zone lost or back), once a machine. Returns what stops the calls.
   */
  onChange(listener: (machineId: string) => void): () => void;
}

/** What the private networks themselves tell their members. */
export interface NetworkDirectory {
  /** Routes pushed at this moment in a private network, sorted by destination; none for a network that is not there. */
  pushedRoutes(privateNetworkId: string): readonly PushedRoute[];
}

/**
 * A change made on a host. `detail` holds no secret.
 * - `boot`: `power` (`starting`, then the boot's report without it; `stopped`, `lost`, `deleted`). Nothing of before is left of rules,
 *   links and settings once it starts.
 * - `rules`: the libnftables `document` loaded, over what was loaded before; `address`: one link, or all `routes`;
 *   `setting`: kernel settings of forwarding and of IPv6 by their path below /proc/sys.
 * What rules and addresses are at each moment follows from these in their order.
 */
export interface HostChange {
  readonly machineId: string;
  readonly name: string;
  readonly zone: string;
  readonly kind: "file" | "address" | "rules" | "service" | "setting" | "boot" | "command";
  readonly detail: Record<string, unknown>;
}

/** The one log of API calls and host changes. */
export interface ChangeLog {
  append(change: HostChange): void;
}

/** Persistence of the hosts' state, in the simulator's own state file; one JSON text a machine. */
export interface HostStore {
  load(machineId: string): string | undefined;
  save(machineId: string, json: string): void;
  remove(machineId: string): void;
}
