/** Rules in libnftables' JSON (libnftables-json(5)), as one transaction that the kernel takes whole or not at all. */
import { createHash } from "node:crypto";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type Statement = { readonly [key: string]: Json };
export type Rule = readonly Statement[];

export interface Chain {
  readonly name: string;
  /** A base chain, which drops what no rule accepts; without it, a chain to jump to. */
  readonly base?: {
    readonly type: "filter" | "nat";
    readonly hook: "prerouting" | "input" | "forward" | "output" | "postrouting";
    readonly prio: number;
    readonly policy: "accept" | "drop";
  };
  readonly rules: readonly Rule[];
}

export const table = { family: "inet", name: "archipel" } as const;

/** Where every host keeps its rules, and what it adds to them until its private path is proved. */
export const rulesPath = "/etc/nftables/archipel.json";
export const bootstrapRulesPath = "/etc/nftables/bootstrap.json";

/** The whole table anew: made, deleted, made again, so that the first load and every later one are the same commands. */
export function transaction(chains: readonly Chain[]): string {
  return commandsText([
    { add: { table } },
    { delete: { table } },
    { add: { table } },
    ...chains.map(({ name, base }) => ({
      add: { chain: { family: table.family, table: table.name, name, ...base } },
    })),
    ...chains.flatMap(({ name, rules }) => rules.map((rule) => addRule(name, rule))),
  ]);
}

/** One more rule at the end of a chain that is there. */
export function addition(chain: string, rule: Rule): string {
  return commandsText([addRule(chain, rule)]);
}

function addRule(chain: string, expr: Rule): Json {
  return { add: { rule: { family: table.family, table: table.name, chain, expr } } };
}

/** One command a line, so that a reviewer's difference shows rules. */
function commandsText(commands: readonly Json[]): string {
  return `{ "nftables": [\n${commands.map((command) => `  ${JSON.stringify(command)}`).join(",\n")}\n] }\n`;
}

type Operator = "==" | "!=" | "in";

const match = (left: Json, right: Json, op: Operator = "=="): Statement => ({ match: { op, left, right } });
const payload = (protocol: string, field: string): Json => ({ payload: { protocol, field } });

export const accept: Statement = { accept: null };
export const drop: Statement = { drop: null };
export const counter: Statement = { counter: null };
export const masquerade: Statement = { masquerade: null };
export const jump = (target: string): Statement => ({ jump: { target } });
export const translateTo = (address: string): Statement => ({ dnat: { family: "ip", addr: address } });
export const inFrom = (name: string): Statement => match({ meta: { key: "iifname" } }, name);
export const notInFrom = (name: string): Statement => match({ meta: { key: "iifname" } }, name, "!=");
export const outTo = (name: string): Statement => match({ meta: { key: "oifname" } }, name);
export const notOutTo = (name: string): Statement => match({ meta: { key: "oifname" } }, name, "!=");
export const isIpv6: Statement = match({ meta: { key: "nfproto" } }, "ipv6");
export const protocolIs = (protocol: string): Statement => match({ meta: { key: "l4proto" } }, protocol);
export const echoRequest: Statement = match(payload("icmp", "type"), "echo-request");
export const connection = (...states: readonly string[]): Statement =>
  match({ ct: { key: "state" } }, states.length === 1 ? (states[0] as string) : [...states], "in");

/** What is neither new nor part of a connection that a rule let through. */
export const notNew: Statement = match({ ct: { key: "state" } }, "new", "!=");

/** The reverse path test: a leg takes only sources that it would answer itself. */
export const noWayBack: Statement = match({ fib: { result: "oif", flags: ["saddr", "iif"] } }, false);

export const source = (addresses: readonly string[]): Statement =>
  match(payload("ip", "saddr"), setOf(addresses));
export const notSource = (prefix: string): Statement =>
  match(payload("ip", "saddr"), addressOf(prefix), "!=");
export const destination = (addresses: readonly string[]): Statement =>
  match(payload("ip", "daddr"), setOf(addresses));
export const notDestination = (prefix: string): Statement =>
  match(payload("ip", "daddr"), addressOf(prefix), "!=");

export function portsTo(protocol: "tcp" | "udp", ports: readonly string[]): Statement {
  return match(payload(protocol, "dport"), oneOrSet(ports.map(portOf)));
}

export function portFrom(protocol: "tcp" | "udp", port: number): Statement {
  return match(payload(protocol, "sport"), port);
}

/** Two interfaces at once, to a chain each: one look-up whatever their number. */
export function byInterfaces(
  entries: readonly { readonly from: string; readonly to: string; readonly chain: string }[],
): Statement {
  return {
    vmap: {
      key: { concat: [{ meta: { key: "iifname" } }, { meta: { key: "oifname" } }] },
      data: {
        set: entries.map(({ from, to, chain }) => [{ concat: [from, to] }, { jump: { target: chain } }]),
      },
    },
  };
}

/** Longest log prefix that the kernel takes is 127 bytes; a long name is cut and keeps a digest of the whole. */
const longestPrefix = 120;

/** Logs to netfilter's log (group 0): the kernel's own log could not bear a line for every connection. */
export function log(name: string): Statement {
  const full = `archipel ${name} `;
  if (full.length <= longestPrefix) return { log: { prefix: full, group: 0 } };
  const digest = createHash("sha256").update(name).digest("hex").slice(0, 8);
  const prefix = `${full.slice(0, longestPrefix - 10)}~${digest} `;
  return { log: { prefix, group: 0 } };
}

/** What ends a base chain: counted, logged at a bearable rate, then dropped by the chain's policy. */
export function dropped(hook: string): Rule[] {
  return [[counter, { limit: { rate: 10, burst: 20, per: "second" } }, log(`dropped ${hook}`)]];
}

function addressOf(text: string): Json {
  const [addr = "", length] = text.split("/");
  return length === undefined || length === "32" ? addr : { prefix: { addr, len: Number(length) } };
}

function portOf(text: string): Json {
  const [first = "", last] = text.split("-");
  return last === undefined ? Number(first) : { range: [Number(first), Number(last)] };
}

function setOf(addresses: readonly string[]): Json {
  return oneOrSet(addresses.map(addressOf));
}

function oneOrSet(values: readonly Json[]): Json {
  return values.length === 1 ? (values[0] as Json) : { set: values };
}
