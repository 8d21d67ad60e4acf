/** nftables for one packet: reads libnftables JSON anew at each step, statement by statement. */

import type { Node } from "../../../../model/proof/network.ts";
import { isIn, isIpv6, numberOf, type Packet, withoutLength } from "./packet.ts";

type Json = Readonly<Record<string, unknown>>;
interface Chain {
  base: { hook: string; prio: number; type: string } | undefined;
  policy: string;
  rules: Json[][];
}
interface Table {
  family: string;
  chains: Map<string, Chain>;
  sets: Map<string, unknown[]>;
}

export interface Hooking {
  readonly node: Node;
  readonly hook: string;
  readonly incoming: string | undefined;
  readonly outgoing: string | undefined;
}

/** The packet after the hook; undefined when it is dropped. */
export function throughHook(packet: Packet, at: Hooking): Packet | undefined {
  const bases: { chain: Chain; table: Table }[] = [];
  for (const table of loaded(at.node)) {
    const mine = table.family === "inet" || table.family === (packet.family === 4 ? "ip" : "ip6");
    for (const chain of table.chains.values())
      if (mine && chain.base?.hook === at.hook) bases.push({ chain, table });
  }
  bases.sort((a, b) => (a.chain.base?.prio ?? 0) - (b.chain.base?.prio ?? 0));
  let now = packet;
  for (const { chain, table } of bases) {
    const result = throughChain(now, chain, table, at);
    if (result === "drop" || ((result === "end" || result === "return") && chain.policy === "drop"))
      return undefined;
    if (typeof result === "object") now = result;
  }
  return now;
}

const cache = new WeakMap<Node, Table[]>();

function loaded(node: Node): Table[] {
  const known = cache.get(node);
  if (known !== undefined) return known;
  const tables = new Map<string, Table>();
  for (const { json } of node.rulesets) {
    for (const command of (JSON.parse(json) as { nftables: Json[] }).nftables) run(command, tables);
  }
  cache.set(node, [...tables.values()]);
  return [...tables.values()];
}

function run(command: Json, tables: Map<string, Table>): void {
  const [verb = "", object] = Object.entries(command)[0] as [string, Record<string, Json>];
  const [kind = "", value] = Object.entries(object)[0] as [string, Json];
  const key = `${String(value.family)} ${String(kind === "table" ? value.name : value.table)}`;
  const table = tables.get(key);
  if (verb === "delete" && kind === "table") tables.delete(key);
  else if (verb === "flush" && kind === "chain") table?.chains.get(String(value.name))?.rules.splice(0);
  else if (kind === "table" && table === undefined)
    tables.set(key, { family: String(value.family), chains: new Map(), sets: new Map() });
  else if (kind === "chain")
    table?.chains.set(String(value.name), {
      base: value.hook === undefined ? undefined : (value as unknown as Chain["base"]),
      policy: String(value.policy ?? "accept"),
      rules: [],
    });
  else if (kind === "rule" && verb === "insert")
    table?.chains.get(String(value.chain))?.rules.unshift(value.expr as Json[]);
  else if (kind === "rule") table?.chains.get(String(value.chain))?.rules.push(value.expr as Json[]);
  else if (kind === "set" || kind === "map")
    table?.sets.set(String(value.name), [...((value.elem as unknown[]) ?? [])]);
  else if (kind === "element") table?.sets.get(String(value.name))?.push(...(value.elem as unknown[]));
}

type Result = "accept" | "drop" | "return" | "end" | Packet;

function throughChain(packet: Packet, chain: Chain, table: Table, at: Hooking): Result {
  for (const rule of chain.rules) {
    const result = throughRule(packet, rule, table, at);
    if (result === "continue") continue;
    if (result === "return") return "return";
    return result;
  }
  return "end";
}

function throughRule(packet: Packet, rule: Json[], table: Table, at: Hooking): Result | "continue" {
  for (const statement of rule) {
    const [kind = "", value] = Object.entries(statement)[0] as [string, Json];
    if (kind === "match") {
      if (!matches(packet, value, table, at)) return "continue";
    } else if (kind === "vmap") {
      const entries = members((value as { data: unknown }).data, table) as [unknown, Json][];
      const found = entries.find(([key]) => keyMatches(packet, value.key, key, at));
      return found === undefined ? "continue" : decide(packet, found[1], table, at);
    } else if (kind === "dnat" || kind === "snat" || kind === "masquerade") {
      const translated = translate(packet, kind, value ?? {}, at);
      return translated ?? "continue";
    } else if (kind !== "counter" && kind !== "log" && kind !== "limit")
      return decide(packet, statement, table, at);
  }
  return "continue";
}

function decide(packet: Packet, verdict: Json, table: Table, at: Hooking): Result | "continue" {
  const [kind = "", value] = Object.entries(verdict)[0] as [string, Json | null];
  if (kind === "accept" || kind === "drop" || kind === "return") return kind;
  if (kind === "reject") return "drop";
  const target = table.chains.get(String(value?.target)) as Chain;
  const result = throughChain(packet, target, table, at);
  if (result !== "return" && result !== "end") return result;
  return kind === "jump" ? "continue" : "return";
}

function translate(
  packet: Packet,
  kind: string,
  { addr, port, family }: Json,
  at: Hooking,
): Packet | "drop" | undefined {
  if (family !== undefined && (family === "ip") !== (packet.family === 4)) return undefined;
  if (addr !== undefined && isIpv6(String(addr)) !== (packet.family === 6)) return undefined;
  const own = [
    ...at.node.legs
      .filter((leg) => leg.interface === at.outgoing)
      .flatMap((leg) => [...leg.addresses, ...leg.virtualAddresses]),
    ...publicAddresses(at.node, at.outgoing),
  ].find((each) => isIpv6(each) === (packet.family === 6));
  if (kind === "masquerade" && own === undefined) return "drop";
  const address = kind === "masquerade" ? own : (addr as string | undefined);
  const number = address === undefined ? undefined : numberOf(withoutLength(address));
  return kind === "dnat"
    ? {
        ...packet,
        destination: number ?? packet.destination,
        destinationPort: (port as number) ?? packet.destinationPort,
      }
    : { ...packet, source: number ?? packet.source, sourcePort: (port as number) ?? packet.sourcePort };
}

function matches(packet: Packet, { op, left, right }: Json, table: Table, at: Hooking): boolean {
  const { ct, fib, concat } = left as { ct?: Json; fib?: Json; concat?: unknown[] };
  const values = members(right, table);
  if (ct !== undefined) return values.includes("new") === (op !== "!=");
  if (fib !== undefined) return hasWayBack(packet, at) === ((right === true) === (op !== "!="));
  if (concat !== undefined && op !== "!=") return values.some((value) => keyMatches(packet, left, value, at));
  if (!applies(packet, left as Json)) return false;
  if (op === "<" || op === ">" || op === "<=" || op === ">=") {
    const value = Number(actualOf(packet, left as Json, at));
    const bound = Number(right);
    return op === "<"
      ? value < bound
      : op === ">"
        ? value > bound
        : op === "<="
          ? value <= bound
          : value >= bound;
  }
  const found = values.some((value) => oneMatches(packet, left as Json, value, at));
  return found === (op !== "!=");
}

function members(right: unknown, table: Table): unknown[] {
  if (typeof right === "string" && right.startsWith("@")) return table.sets.get(right.slice(1)) ?? [];
  const set = (right as { set?: unknown[] } | null)?.set;
  return set ?? (Array.isArray(right) ? right : [right]);
}

function keyMatches(packet: Packet, key: unknown, value: unknown, at: Hooking): boolean {
  const keys = (key as { concat?: Json[] }).concat ?? [key as Json];
  const values = (value as { concat?: unknown[] }).concat ?? [value];
  return keys.every((each, index) => applies(packet, each) && oneMatches(packet, each, values[index], at));
}

const numbers: Readonly<Record<string, number>> = {
  tcp: 6,
  udp: 17,
  icmp: 1,
  icmpv6: 58,
  vrrp: 112,
  "echo-request": 8,
};

/** Whether the packet has what is asked for: a port of UDP is no packet's of TCP. */
function applies(packet: Packet, { payload }: Json): boolean {
  const { protocol } = (payload ?? {}) as { protocol?: string };
  if (protocol === "ip") return packet.family === 4;
  if (protocol === "ip6") return packet.family === 6;
  if (protocol === "icmp") return packet.family === 4 && packet.protocol === 1;
  return protocol === undefined || packet.protocol === numbers[protocol];
}

function actualOf(packet: Packet, { meta, payload }: Json, at: Hooking): bigint | number | string {
  const { key } = (meta ?? {}) as { key?: string };
  if (key === "iifname") return at.incoming ?? "";
  if (key === "oifname") return at.outgoing ?? "";
  if (key === "nfproto") return packet.family === 4 ? "ipv4" : "ipv6";
  if (key === "l4proto") return packet.protocol;
  const { field } = payload as { field: string };
  if (field === "saddr") return packet.source;
  if (field === "daddr") return packet.destination;
  return field === "sport" ? packet.sourcePort : packet.destinationPort;
}

function oneMatches(packet: Packet, left: Json, value: unknown, at: Hooking): boolean {
  const actual = actualOf(packet, left, at);
  const { prefix, range } = (value ?? {}) as { prefix?: { addr: string; len: number }; range?: unknown[] };
  if (typeof actual === "string") {
    const pattern = String(value);
    return pattern.endsWith("*") ? actual.startsWith(pattern.slice(0, -1)) : actual === pattern;
  }
  if (typeof actual === "bigint") {
    if (prefix !== undefined) return isIn(actual, packet.family, `${prefix.addr}/${prefix.len}`);
    if (range !== undefined)
      return numberOf(String(range[0])) <= actual && actual <= numberOf(String(range[1]));
    return isIn(actual, packet.family, String(value));
  }
  if (range !== undefined) return Number(range[0]) <= actual && actual <= Number(range[1]);
  return actual === (typeof value === "number" ? value : numbers[String(value)]);
}

/** Some route by the interface leads to the source, which is not the machine's own there. */
function hasWayBack({ source, family }: Packet, { node, incoming }: Hooking): boolean {
  const legs = node.legs.filter((leg) => leg.interface === incoming);
  const own = [
    ...legs.flatMap((leg) => [...leg.addresses, ...leg.virtualAddresses]),
    ...publicAddresses(node, incoming),
  ];
  if (own.some((each) => isIn(source, family, withoutLength(each)))) return false;
  const connected = node.speaks[family] ? legs.flatMap((leg) => leg.addresses) : [];
  const beyond = legs.filter((leg) => leg.privateNetwork === undefined).flatMap((leg) => leg.beyond);
  const routes = node.routes
    .filter((route) => route.incoming === undefined && route.interface === incoming)
    .map((route) => route.destination);
  return [...connected, ...beyond, ...routes].some((prefix) => isIn(source, family, prefix));
}

function publicAddresses({ publicInterface }: Node, name: string | undefined): readonly string[] {
  return publicInterface !== undefined && publicInterface.interface === name ? publicInterface.addresses : [];
}
