/** What firewalls may let through that nobody declared. */
import type { Random } from "../oracle/random.ts";
import type { Base, Mutant, Operator } from "./base.ts";
import type { Json } from "./edit.ts";
import {
  accept,
  drop,
  first,
  incoming,
  intentOf,
  match,
  meta,
  outgoing,
  payload,
  port,
  rule,
  ruleOf,
  subjectOf,
  withExpr,
  withPolicy,
} from "./rules.ts";

/** Changes the rules of an intent on every firewall that has it: another firewall of the way would stop the packets otherwise. */
function intentChanged(
  base: Base,
  random: Random,
  change: (expr: readonly Json[]) => readonly Json[],
): Mutant {
  const intent = base.intentToGuests(random);
  const edit = base.edit();
  for (const firewall of intent.firewalls) {
    edit.setRules(firewall, (commands) =>
      commands.map((each) => {
        const parts = ruleOf(each);
        return parts !== undefined && intentOf(parts) === intent.name
          ? withExpr(each, change(parts.expr))
          : each;
      }),
    );
  }
  return { where: `${intent.name}on ${intent.firewalls.join(", ")}`, edit };
}

/** A rule of two networks of one firewall, at the head of its forwarding. */
function added(
  name: string,
  what: (base: Base, random: Random, from: string, to: string) => readonly Json[],
  behind: (base: Base, random: Random) => readonly Json[] | undefined = () => undefined,
): Operator {
  return {
    name,
    make: (base, random) => {
      const passage = base.passage(random);
      if (passage === undefined) return undefined;
      const { firewall, from, to } = passage;
      const between = [incoming(from.name), outgoing(to.name)];
      const tests = what(base, random, from.network, to.network);
      const late = behind(base, random);
      const edit = base.edit();
      edit.setRules(firewall.key, (commands) =>
        first(
          commands,
          "forward",
          rule("forward", ...between, ...tests, accept),
          ...(late === undefined ? [] : [rule("forward", ...between, ...late)]),
        ),
      );
      return { where: `${firewall.key}, ${from.network} to ${to.network}, ${JSON.stringify(tests)}`, edit };
    },
  };
}

const widened: Operator = {
  name: "firewall rule: ports widened",
  make: (base, random) => {
    const wide = random.pick<unknown>([
      { range: [1, 65_535] },
      { range: [1024, 65_535] },
      { range: [1, 1023] },
    ]);
    return intentChanged(base, random, (expr) =>
      expr.map((each) => {
        const of = (each.match as { readonly left: Json } | undefined)?.left;
        return subjectOf(each) === "dport" && of !== undefined ? match(of, wide) : each;
      }),
    );
  },
};

const portForgotten: Operator = {
  name: "firewall rule: port and protocol forgotten",
  make: (base, random) =>
    intentChanged(base, random, (expr) => expr.filter((each) => subjectOf(each) !== "dport")),
};

const pathOpened: Operator = {
  name: "accept rules added on both firewalls of a way",
  make: (base, random) => {
    const [one, other] = [random.pick(base.inner), random.pick(base.inner)];
    const from = random.pick(base.networksOf(one));
    const to = random.pick(base.networksOf(other).filter(({ network }) => base.hasGuests(network)));
    const own = one.legs.some(({ privateNetwork }) => privateNetwork === to?.network);
    if (to === undefined || own || from.network === to.network || from.network === "admin") return undefined;
    const dport = port("tcp", base.undeclaredPort(random, from.network, to.network));
    const edit = base.edit();
    const open = (firewall: string, inside: string, outside: string): void =>
      edit.setRules(firewall, (commands) =>
        first(commands, "forward", rule("forward", incoming(inside), outgoing(outside), dport, accept)),
      );
    open(one.key, from.name, "pn-transit");
    open(other.key, "pn-transit", to.name);
    return { where: `${from.network} to ${to.network} by ${one.key} and ${other.key}`, edit };
  },
};

const policyAccept: Operator = {
  name: "firewall: forward policy accept",
  make: (base, random) => {
    const firewall = random.pick(
      base.inner.filter((each) => base.networksOf(each).some(({ network }) => base.hasGuests(network))),
    );
    const edit = base.edit();
    edit.setRules(firewall.key, (commands) => withPolicy(commands, "forward", "accept"));
    return { where: firewall.key, edit };
  },
};

/** A declared flow between two networks of one firewall, and a third network whose hosts would have to forge the first's addresses. */
const antispoof = (removed: boolean): Operator => ({
  name: removed
    ? "antispoof rule removed where a rule trusts sources"
    : "a rule that trusts sources, antispoof kept",
  ...(removed
    ? {}
    : { equivalent: "the antispoof rule drops what comes by another interface than its source is behind" }),
  make: (base, random) => {
    const firewall = random.pick(base.inner);
    const networks = base.networksOf(firewall);
    const flows = base.permissions.filter(
      ({ from, to, protocol, receiver }) =>
        protocol === "tcp" &&
        receiver === undefined &&
        networks.some(({ network }) => network === from) &&
        networks.some(({ network }) => network === to && base.hasGuests(to)) &&
        from !== to,
    );
    if (flows.length === 0) return undefined;
    const flow = random.pick(flows);
    const prefixes = (key: string): Json => {
      const [address = "", length] = (base.privateNetwork(key).prefixes[0] ?? "").split("/");
      return { prefix: { addr: address, len: Number(length) } };
    };
    const edit = base.edit();
    edit.setRules(firewall.key, (commands) =>
      first(
        removed ? commands.filter((each) => ruleOf(each)?.chain !== "antispoof") : commands,
        "forward",
        rule(
          "forward",
          incoming("pn-*"),
          match(payload("ip", "saddr"), prefixes(flow.from)),
          match(payload("ip", "daddr"), prefixes(flow.to)),
          port("tcp", { range: [flow.first, flow.last] }),
          accept,
        ),
      ),
    );
    return { where: `${firewall.key}, ${flow.from} to ${flow.to} tcp/${flow.first}`, edit };
  },
});

const inputOpened: Operator = {
  name: "firewall: input opened",
  make: (base, random) => {
    const firewall = random.pick(base.inner);
    const edit = base.edit();
    const by = random.pick([[], [port("tcp", 22)], [port("tcp", 7411)]]);
    if (random.chance(0.3))
      edit.setRules(firewall.key, (commands) => withPolicy(commands, "input", "accept"));
    else
      edit.setRules(firewall.key, (commands) =>
        first(commands, "input", rule("input", match(meta("nfproto"), "ipv4"), ...by, accept)),
      );
    return { where: `${firewall.key} ${JSON.stringify(by)}`, edit };
  },
};

const outputAccept: Operator = {
  name: "firewall: output policy accept",
  equivalent:
    "what a firewall itself sends opens no place to another: whoever is root there is past its rules",
  make: (base, random) => {
    const firewall = random.pick(base.inner).key;
    const edit = base.edit();
    edit.setRules(firewall, (commands) => withPolicy(commands, "output", "accept"));
    return { where: firewall, edit };
  },
};

const oneSide: Operator = {
  name: "accept rule added on one firewall of two",
  equivalent: "the other firewall of the way still drops what this one lets through",
  make: (base, random) => {
    const firewall = random.pick(base.inner);
    const to = random.pick(base.networksOf(firewall).filter(({ network }) => base.hasGuests(network)));
    if (to === undefined) return undefined;
    const edit = base.edit();
    const dport = port("tcp", 27_018);
    edit.setRules(firewall.key, (commands) =>
      first(commands, "forward", rule("forward", incoming("pn-transit"), outgoing(to.name), dport, accept)),
    );
    return { where: `${firewall.key} to ${to.network}`, edit };
  },
};

export const openedOperators: readonly Operator[] = [
  widened,
  portForgotten,
  added("accept rule added: one port", (base, random, from, to) => [
    port("tcp", base.undeclaredPort(random, from, to)),
  ]),
  added("accept rule added: everything", () => []),
  added("accept rule added: ports by range", () => [port("udp", { range: [1, 65_535] })]),
  added(
    "rules reordered: the drop comes after the accept",
    () => [match(meta("l4proto"), "tcp")],
    () => [match(meta("l4proto"), "tcp"), drop],
  ),
  pathOpened,
  policyAccept,
  antispoof(true),
  antispoof(false),
  inputOpened,
  outputAccept,
  oneSide,
];
