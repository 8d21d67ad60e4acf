/** What a lab is made of, as plain data: hosts on segments. Keys of hosts and segments are free text, unique in their kind. */

export type Family = 4 | 6;

export interface LabSpec {
  readonly hosts: readonly LabHost[];
}

/** A kernel of its own: what it has of the network is what is said here. */
export interface LabHost {
  readonly name: string;
  readonly interfaces: readonly LabInterface[];
  readonly forwards: Readonly<Record<Family, boolean>>;
  readonly routes: readonly LabRoute[];
  /** libnftables JSON, loaded in this order. */
  readonly rulesets: readonly string[];
  /** Linux's `rp_filter`, of all interfaces: 0 drops nothing that the rules would not. */
  readonly reversePathFilter: 0 | 1 | 2;
  /** More settings, by their path below /proc/sys: `net/ipv4/conf/all/arp_ignore`. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface LabInterface {
  /** As rules call it, 15 characters at most. */
  readonly name: string;
  /** Interfaces of the same segment meet on one bridge. */
  readonly segment: string;
  /** With their prefix length; an IPv6 one needs `ipv6`. */
  readonly addresses: readonly string[];
  /** Whether IPv6 is on at all. */
  readonly ipv6: boolean;
}

export interface LabRoute {
  /** A prefix. */
  readonly destination: string;
  /** Undefined: the destination is on the link. */
  readonly gateway: string | undefined;
  readonly interface: string;
  /** Holds for packets that came in by this interface alone, before the routes of all. */
  readonly incoming?: string;
  /** Holds for packets with this mark alone (1 to 9999), before all others: how a flow is sent by a next hop of one's choice. */
  readonly mark?: number;
}

/** One flow to be tried. */
export interface LabFlow {
  /** Name of the host that sends. */
  readonly from: string;
  readonly protocol: "tcp" | "udp";
  /** Any address: the host need not have it. */
  readonly source: string;
  readonly sourcePort: number;
  readonly destination: string;
  readonly port: number;
  readonly mark?: number;
}

/** What became of a flow. */
export interface LabOutcome {
  /** What the destination's listener saw; undefined when nothing came. Of TCP it sees whole connections only. */
  readonly arrival:
    | { readonly host: string; readonly source: string; readonly sourcePort: number }
    | undefined;
  /** The answer came back to the sender. */
  readonly answered: boolean;
  /** What the sender's kernel said, `connection refused`. */
  readonly refusal: string | undefined;
}
