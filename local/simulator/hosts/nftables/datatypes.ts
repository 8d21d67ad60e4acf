import { parseAddress, prefixBounds } from "./packet.ts";
import { asObject, type Json, NftError, onlyEntry } from "./ruleset.ts";

/** nftables data types that keys, sets and maps can have. */
export type DataType =
  | "ipv4_addr"
  | "ipv6_addr"
  | "inet_service"
  | "inet_proto"
  | "nf_proto"
  | "ifname"
  | "ct_state"
  | "ct_dir"
  | "icmp_type"
  | "icmpv6_type"
  | "mark"
  | "fib_addrtype"
  | "boolean";

/** A value of a packet, comparable with ===; numbers are bigint so that intervals are one kind. */
export type Value = bigint | string;

/** One component of what is matched against: a single value, an interval, or a name with a trailing wildcard. */
export type Component =
  | { kind: "value"; value: Value }
  | { kind: "interval"; first: bigint; last: bigint }
  | { kind: "prefix-name"; start: string };

const services: Readonly<Record<string, number>> = {
  ssh: 22,
  smtp: 25,
  domain: 53,
  bootps: 67,
  bootpc: 68,
  http: 80,
  ntp: 123,
  snmp: 161,
  ldap: 389,
  https: 443,
  syslog: 514,
  ldaps: 636,
  postgresql: 5432,
};
const protocols: Readonly<Record<string, number>> = {
  icmp: 1,
  igmp: 2,
  tcp: 6,
  udp: 17,
  gre: 47,
  esp: 50,
  ah: 51,
  icmpv6: 58,
  "ipv6-icmp": 58,
  vrrp: 112,
  sctp: 132,
};
const names: Readonly<Partial<Record<DataType, readonly string[]>>> = {
  nf_proto: ["ipv4", "ipv6"],
  ct_state: ["new", "established", "related", "invalid", "untracked"],
  ct_dir: ["original", "reply"],
  icmp_type: [
    "echo-reply",
    "destination-unreachable",
    "source-quench",
    "redirect",
    "echo-request",
    "router-advertisement",
    "router-solicitation",
    "time-exceeded",
    "parameter-problem",
    "timestamp-request",
    "timestamp-reply",
  ],
  icmpv6_type: [
    "destination-unreachable",
    "packet-too-big",
    "time-exceeded",
    "parameter-problem",
    "echo-request",
    "echo-reply",
    "mld-listener-query",
    "mld-listener-report",
    "mld-listener-done",
    "nd-router-solicit",
    "nd-router-advert",
    "nd-neighbor-solicit",
    "nd-neighbor-advert",
    "nd-redirect",
    "mld2-listener-report",
  ],
  fib_addrtype: [
    "unicast",
    "local",
    "broadcast",
    "anycast",
    "multicast",
    "blackhole",
    "unreachable",
    "prohibit",
  ],
};
const setTypes: readonly string[] = [
  "ipv4_addr",
  "ipv6_addr",
  "inet_service",
  "inet_proto",
  "ifname",
  "mark",
  "icmp_type",
  "icmpv6_type",
];

/** The number of a protocol name, for `meta l4proto` of a packet. */
export function protocolNumber(name: string): bigint {
  const number = protocols[name];
  if (number === undefined) throw new RangeError(`protocol "${name}" is not known`);
  return BigInt(number);
}

/** Checks the type of a declared set or map. */
export function parseSetType(type: Json | undefined, what: string): DataType[] {
  const list = Array.isArray(type) ? type : [type];
  return list.map((name) => {
    if (typeof name !== "string" || !setTypes.includes(name)) {
      throw new NftError(
        `${what}: type ${JSON.stringify(name)} is not understood; known: ${setTypes.join(", ")}`,
      );
    }
    return name as DataType;
  });
}

function bounded(value: Json, limit: number, what: string): bigint {
  const number = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof number !== "number" || !Number.isInteger(number) || number < 0 || number > limit) {
    throw new NftError(`${JSON.stringify(value)} is not ${what}`);
  }
  return BigInt(number);
}

function addressOf(value: Json, family: "ip" | "ip6"): bigint {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  let address: ReturnType<typeof parseAddress>;
  try {
    address = parseAddress(text);
  } catch {
    throw new NftError(`Could not resolve hostname ${text}: not an address`);
  }
  if (address.family !== family) throw new NftError(`${text} is not an ${family} address`);
  return address.value;
}

/** Parses one literal of a data type. */
export function parseLiteral(value: Json, type: DataType): Component {
  switch (type) {
    case "ipv4_addr":
    case "ipv6_addr": {
      const family = type === "ipv4_addr" ? "ip" : "ip6";
      if (typeof value === "string" && value.includes("/")) {
        const [base, length] = value.split("/");
        return parseComponent({ prefix: { addr: base ?? "", len: Number(length) } }, type);
      }
      return { kind: "value", value: addressOf(value, family) };
    }
    case "inet_service": {
      const port = typeof value === "string" ? services[value] : undefined;
      return { kind: "value", value: port === undefined ? bounded(value, 65_535, "a port") : BigInt(port) };
    }
    case "inet_proto": {
      const number = typeof value === "string" ? protocols[value] : undefined;
      return {
        kind: "value",
        value: number === undefined ? bounded(value, 255, "a protocol") : BigInt(number),
      };
    }
    case "mark":
      return { kind: "value", value: bounded(value, 0xffff_ffff, "a mark") };
    case "boolean":
      if (typeof value !== "boolean") throw new NftError(`${JSON.stringify(value)} is not true or false`);
      return { kind: "value", value: value ? 1n : 0n };
    case "ifname":
      if (typeof value !== "string" || value === "" || value.length > 16) {
        throw new NftError(`${JSON.stringify(value)} is not an interface name`);
      }
      return value.endsWith("*")
        ? { kind: "prefix-name", start: value.slice(0, -1) }
        : { kind: "value", value };
    default: {
      const allowed = names[type] ?? [];
      if (typeof value !== "string" || !allowed.includes(value)) {
        throw new NftError(`${JSON.stringify(value)} is not a ${type}; known: ${allowed.join(", ")}`);
      }
      return { kind: "value", value };
    }
  }
}

function numeric(component: Component): bigint {
  if (component.kind !== "value" || typeof component.value !== "bigint") {
    throw new NftError("the ends of a range must be numbers or addresses");
  }
  return component.value;
}

/** Parses one component of a right-hand side: literal, prefix or range. */
export function parseComponent(value: Json, type: DataType): Component {
  if (value === null || typeof value !== "object") return parseLiteral(value, type);
  if (Array.isArray(value)) throw new NftError(`a list is not a ${type}: ${JSON.stringify(value)}`);
  const [kind, body] = onlyEntry(value, "value");
  if (kind === "prefix" && (type === "ipv4_addr" || type === "ipv6_addr")) {
    const prefix = asObject(body, "prefix");
    const address = addressOf(prefix.addr ?? null, type === "ipv4_addr" ? "ip" : "ip6");
    try {
      const bounds = prefixBounds(
        { family: type === "ipv4_addr" ? "ip" : "ip6", value: address },
        Number(prefix.len),
      );
      return { kind: "interval", ...bounds };
    } catch (error) {
      throw new NftError((error as Error).message);
    }
  }
  if (kind === "range" && Array.isArray(body) && body.length === 2) {
    const first = numeric(parseLiteral(body[0] ?? null, type));
    const last = numeric(parseLiteral(body[1] ?? null, type));
    if (first > last) throw new NftError(`range ${JSON.stringify(body)} is empty`);
    return { kind: "interval", first, last };
  }
  throw new NftError(`"${kind}" is not understood as a ${type}`);
}

/** Whether a value of a packet is what a component says. */
export function componentMatches(component: Component, value: Value): boolean {
  switch (component.kind) {
    case "value":
      return component.value === value;
    case "interval":
      return typeof value === "bigint" && value >= component.first && value <= component.last;
    case "prefix-name":
      return typeof value === "string" && value.startsWith(component.start);
  }
}
