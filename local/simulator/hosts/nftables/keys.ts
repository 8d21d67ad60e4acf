import { type DataType, protocolNumber, type Value } from "./datatypes.ts";
import { type Packet, parseAddress } from "./packet.ts";
import {
  asObject,
  asString,
  type Json,
  type JsonObject,
  NftError,
  onlyEntry,
  refuseOtherKeys,
} from "./ruleset.ts";

/** What `fib` asks of the host: its routes and its own addresses. */
export interface ForwardingBase {
  /** Name of the interface by which the host would answer an address, among `interfaces` when given. */
  route(address: string, through?: string): string | undefined;
  addressType(address: string): "local" | "unicast";
}

/** What a rule can see. */
export interface MatchContext {
  packet: Packet;
  fib: ForwardingBase;
}

/** A left-hand side: the types of its components, and their values in a packet (none: the rule does not match). */
export interface Key {
  types: DataType[];
  read(context: MatchContext): Value[] | undefined;
}

function single(type: DataType, read: (context: MatchContext) => Value | undefined): Key {
  return {
    types: [type],
    read: (context) => {
      const value = read(context);
      return value === undefined ? undefined : [value];
    },
  };
}

function port(read: (packet: Packet) => number | undefined, ...protocols: string[]): Key {
  return single("inet_service", ({ packet }) => {
    const value = protocols.includes(packet.protocol) ? read(packet) : undefined;
    return value === undefined ? undefined : BigInt(value);
  });
}

function address(family: "ip" | "ip6", field: "saddr" | "daddr"): Key {
  return single(family === "ip" ? "ipv4_addr" : "ipv6_addr", ({ packet }) =>
    packet.family === family ? parseAddress(packet[field]).value : undefined,
  );
}

function icmp(protocol: string, type: DataType): Key {
  return single(type, ({ packet }) => (packet.protocol === protocol ? packet.icmpType : undefined));
}

const transport = ["tcp", "udp", "sctp"];
const payloads: Readonly<Record<string, Key>> = {
  "ip saddr": address("ip", "saddr"),
  "ip daddr": address("ip", "daddr"),
  "ip protocol": single("inet_proto", ({ packet }) =>
    packet.family === "ip" ? protocolNumber(packet.protocol) : undefined,
  ),
  "ip6 saddr": address("ip6", "saddr"),
  "ip6 daddr": address("ip6", "daddr"),
  "ip6 nexthdr": single("inet_proto", ({ packet }) =>
    packet.family === "ip6" ? protocolNumber(packet.protocol) : undefined,
  ),
  "tcp sport": port((packet) => packet.sport, "tcp"),
  "tcp dport": port((packet) => packet.dport, "tcp"),
  "udp sport": port((packet) => packet.sport, "udp"),
  "udp dport": port((packet) => packet.dport, "udp"),
  "th sport": port((packet) => packet.sport, ...transport),
  "th dport": port((packet) => packet.dport, ...transport),
  "icmp type": icmp("icmp", "icmp_type"),
  "icmpv6 type": icmp("ipv6-icmp", "icmpv6_type"),
};
const interfaceIn = single("ifname", ({ packet }) => packet.iifname ?? "");
const interfaceOut = single("ifname", ({ packet }) => packet.oifname ?? "");
const metas: Readonly<Record<string, Key>> = {
  iifname: interfaceIn,
  oifname: interfaceOut,
  iif: interfaceIn,
  oif: interfaceOut,
  l4proto: single("inet_proto", ({ packet }) => protocolNumber(packet.protocol)),
  nfproto: single("nf_proto", ({ packet }) => (packet.family === "ip" ? "ipv4" : "ipv6")),
  mark: single("mark", ({ packet }) => BigInt(packet.mark)),
};
const connections: Readonly<Record<string, Key>> = {
  state: single("ct_state", ({ packet }) => packet.state),
  direction: single("ct_dir", ({ packet }) => packet.direction),
  mark: single("mark", ({ packet }) => BigInt(packet.connectionMark)),
};

function known(table: Readonly<Record<string, Key>>, name: string, what: string): Key {
  const key = Object.hasOwn(table, name) ? table[name] : undefined;
  if (!key)
    throw new NftError(`${what} "${name}" is not understood; known: ${Object.keys(table).join(", ")}`);
  return key;
}

function fibKey(body: JsonObject): Key {
  refuseOtherKeys(body, ["result", "flags"], "fib");
  const flags = Array.isArray(body.flags) ? body.flags : [body.flags ?? null];
  const subject = flags.includes("daddr") ? "daddr" : "saddr";
  for (const flag of flags) {
    if (flag !== "saddr" && flag !== "daddr" && flag !== "iif") {
      throw new NftError(`fib flag ${JSON.stringify(flag)} is not understood; known: saddr, daddr, iif`);
    }
  }
  if (flags.includes("saddr") && flags.includes("daddr")) throw new NftError("fib: saddr or daddr, not both");
  const bound = flags.includes("iif");
  const route = ({ packet, fib }: MatchContext): string | undefined =>
    fib.route(packet[subject], bound ? packet.iifname : undefined);
  switch (body.result) {
    case "oif":
    case "oifname":
    case "check":
      // The kernel gives index 0 (an empty name) when there is no such route; "missing" tests for that.
      return single("ifname", (context) => route(context) ?? "");
    case "type":
      return single("fib_addrtype", ({ packet, fib }) => fib.addressType(packet[subject]));
    default:
      throw new NftError(
        `fib result ${JSON.stringify(body.result)} is not understood; known: oif, oifname, check, type`,
      );
  }
}

/**
 * Compiles a left-hand side: meta, payload, ct, fib, or a concatenation of them.
 * @throws NftError for anything else: an expression that is not understood must not match in silence.
 */
export function compileKey(expression: Json): Key {
  const [kind, body] = onlyEntry(expression, "left-hand side");
  switch (kind) {
    case "meta":
      return known(metas, asString(asObject(body, "meta").key, "meta key"), "meta key");
    case "payload": {
      const payload = asObject(body, "payload");
      refuseOtherKeys(payload, ["protocol", "field"], "payload");
      return known(payloads, `${String(payload.protocol)} ${String(payload.field)}`, "payload");
    }
    case "ct": {
      const ct = asObject(body, "ct");
      refuseOtherKeys(ct, ["key"], "ct");
      return known(connections, asString(ct.key, "ct key"), "ct key");
    }
    case "fib":
      return fibKey(asObject(body, "fib"));
    case "concat": {
      if (!Array.isArray(body) || body.length < 2) throw new NftError("concat needs at least two parts");
      const parts = body.map(compileKey);
      return {
        types: parts.flatMap((part) => part.types),
        read: (context) => {
          const values: Value[] = [];
          for (const part of parts) {
            const value = part.read(context);
            if (!value) return undefined;
            values.push(...value);
          }
          return values;
        },
      };
    }
    default:
      throw new NftError(`expression "${kind}" is not understood`);
  }
}

/** Interface names that a rule names by index (`iif`, `oif`): the kernel resolves them when the rule is loaded. */
export function interfacesByIndex(left: Json, right: Json): string[] {
  const meta = left !== null && typeof left === "object" && !Array.isArray(left) ? left.meta : undefined;
  const key = meta !== null && typeof meta === "object" && !Array.isArray(meta) ? meta.key : undefined;
  return (key === "iif" || key === "oif") && typeof right === "string" ? [right] : [];
}
