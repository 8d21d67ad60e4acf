/** What may go wrong with what firewalls forward. */
import type { Random } from "../oracle/random-network.ts";
import type { Base, Mutant, Operator } from "./base.ts";
import type { Command, Edit, Json } from "./edit.ts";
import {
  accept,
  addressesOf,
  chainOf,
  drop,
  first,
  incoming,
  intentOf,
  match,
  matchOf,
  meta,
  outgoing,
  payload,
  port,
  type RuleParts,
  rule,
  ruleOf,
  subjectOf,
  withExpr,
  withPolicy,
} from "./rules.ts";

/** Both members of a firewall's pair. */
export function pairOf(base: Base, key: string): readonly string[] {
  const name = key.replace(/-par-[12]$/, "");
  return base.firewalls.filter((each) => each.key.replace(/-par-[12]$/, "") === name).map((each) => each.key);
}

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

/** One rule that forwards, on one machine where that is enough to break what it is for. */
function forwardingRule(
  base: Base,
  random: Random,
): { readonly firewall: string; readonly parts: RuleParts } | undefined {
  const firewall = random.pick(base.inner).key;
  const rules = base
    .edit()
    .rules(firewall)
    .map(ruleOf)
    .filter(
      (parts): parts is RuleParts =>
        parts !== undefined &&
        intentOf(parts) !== undefined &&
        parts.chain.includes("-to-") &&
        isNeeded(base, parts),
    );
  return rules.length === 0 ? undefined : { firewall, parts: random.pick(rules) };
}

/** Between hosts by single ports: for these somebody asks. */
function isNeeded(base: Base, parts: RuleParts): boolean {
  const ports = matchOf(parts, "dport");
  return (
    typeof ports?.right === "number" &&
    (["saddr", "daddr"] as const).every((side) =>
      addressesOf(parts, side).some((address) => {
        const role = base.at(address)?.role;
        return role !== undefined && role !== "firewall" && role !== "load-balancer";
      }),
    )
  );
}

const same = (parts: RuleParts, other: RuleParts | undefined): boolean =>
  other !== undefined && JSON.stringify(parts) === JSON.stringify(other);

function replaced(
  edit: Edit,
  firewall: string,
  parts: RuleParts,
  change: (command: Command) => readonly Command[],
): void {
  edit.setRules(firewall, (commands) =>
    commands.flatMap((each) => (same(parts, ruleOf(each)) ? change(each) : [each])),
  );
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

const removed: Operator = {
  name: "firewall rule: removed where a flow needs it",
  make: (base, random) => {
    const found = forwardingRule(base, random);
    if (found === undefined) return undefined;
    const edit = base.edit();
    replaced(edit, found.firewall, found.parts, () => []);
    return { where: `${found.firewall}, ${intentOf(found.parts)}in ${found.parts.chain}`, edit };
  },
};

const narrowed: Operator = {
  name: "firewall rule: an address left out",
  make: (base, random) => {
    const found = forwardingRule(base, random);
    const side = random.pick(["saddr", "daddr"] as const);
    if (found === undefined) return undefined;
    const addresses = addressesOf(found.parts, side);
    const role = (address: string) => base.at(address)?.role;
    if (
      addresses.length < 2 ||
      addresses.some((each) => role(each) === "firewall" || role(each) === undefined)
    )
      return undefined;
    const left = addresses.filter((each) => each !== random.pick(addresses)).slice(0, addresses.length - 1);
    const edit = base.edit();
    replaced(edit, found.firewall, found.parts, (command) => [
      withExpr(
        command,
        found.parts.expr.map((each) =>
          subjectOf(each) === side ? match(payload("ip", side), { set: left }) : each,
        ),
      ),
    ]);
    return { where: `${found.firewall}, ${side} of ${intentOf(found.parts)}in ${found.parts.chain}`, edit };
  },
};

const late: Operator = {
  name: "firewall rule: a drop of the same packets put before it",
  make: (base, random) => {
    const found = forwardingRule(base, random);
    if (found === undefined) return undefined;
    const edit = base.edit();
    replaced(edit, found.firewall, found.parts, (command) => [
      withExpr(command, [...found.parts.expr.filter((each) => each.match !== undefined), drop]),
      command,
    ]);
    return { where: `${found.firewall}, ${intentOf(found.parts)}in ${found.parts.chain}`, edit };
  },
};

const noAnswers: Operator = {
  name: "firewall: answers no longer let through",
  make: (base, random) => {
    const firewall = random.pick(base.inner).key;
    const edit = base.edit();
    edit.setRules(firewall, (commands) =>
      commands.filter((each) => {
        const parts = ruleOf(each);
        const isAnswers =
          parts?.chain === "forward" &&
          JSON.stringify(matchOf(parts, "state")?.right ?? "").includes("established");
        return !isAnswers;
      }),
    );
    return { where: firewall, edit };
  },
};

const jumps: Operator = {
  name: "firewall: a passage jumps to no chain, or to another's",
  make: (base, random) => {
    const found = forwardingRule(base, random);
    if (found === undefined) return undefined;
    const { firewall, parts } = found;
    const crossed = random.chance(0.5);
    const edit = base.edit();
    const chains = edit
      .rules(firewall)
      .map((each) => chainOf(each)?.name ?? "")
      .filter((name) => name.includes("-to-") && name !== parts.chain);
    const other = random.pick(chains);
    edit.setScript(firewall, (text) =>
      text.replace(
        new RegExp(
          `,?\\[\\{"concat":\\["[^"]*","[^"]*"\\]\\},\\{"jump":\\{"target":"${parts.chain}"\\}\\}\\]`,
        ),
        (entry) => (crossed ? entry.replace(`"${parts.chain}"`, `"${other}"`) : ""),
      ),
    );
    if (edit.script(firewall).includes('"set":[,'))
      edit.setScript(firewall, (t) => t.replace('"set":[,', '"set":['));
    return { where: `${firewall}, ${parts.chain}${crossed ? ` by ${other}` : ""}`, edit };
  },
};

const translation = (name: string, chain: Json, make: (parts: RuleParts) => readonly Json[]): Operator => ({
  name,
  make: (base, random) => {
    const found = forwardingRule(base, random);
    if (found === undefined) return undefined;
    const { firewall, parts } = found;
    const edit = base.edit();
    edit.setRules(firewall, (commands) => [
      ...commands,
      {
        add: {
          chain: {
            family: "inet",
            table: "archipel",
            name: "added",
            type: "nat",
            policy: "accept",
            ...chain,
          },
        },
      },
      rule("added", ...make(parts)),
    ]);
    return { where: `${firewall}, ${intentOf(parts)}in ${parts.chain}`, edit };
  },
});

const ofFlow = (parts: RuleParts): readonly Json[] =>
  parts.expr.filter((each) => ["saddr", "daddr", "dport"].includes(subjectOf(each) ?? ""));

const destinationTranslated = translation(
  "NAT added: dnat to another host",
  { hook: "prerouting", prio: -100 },
  (parts) => [...ofFlow(parts), { dnat: { addr: "10.64.0.250", family: "ip" } }],
);

const portTranslated = translation(
  "NAT added: dnat to another port",
  { hook: "prerouting", prio: -100 },
  (parts) => [...ofFlow(parts), { dnat: { addr: addressesOf(parts, "daddr")[0], family: "ip", port: 9 } }],
);

const masquerade: Operator = {
  name: "NAT added: masquerade towards other firewalls",
  make: (base, random) => {
    const firewall = random.pick(base.inner).key;
    const edit = base.edit();
    edit.setRules(firewall, (commands) => [
      ...commands,
      {
        add: {
          chain: {
            family: "inet",
            table: "archipel",
            name: "added",
            type: "nat",
            hook: "postrouting",
            prio: 100,
            policy: "accept",
          },
        },
      },
      rule("added", outgoing("pn-transit"), { masquerade: null }),
    ]);
    return { where: firewall, edit };
  },
};

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

const noRouting: Operator = {
  name: "firewall: forwards no more",
  make: (base, random) => {
    const firewall = random.pick(base.inner).key;
    const edit = base.edit();
    edit.setSettings(firewall, ["net.ipv4.ip_forward = 0"]);
    return { where: firewall, edit };
  },
};

const noAddress: Operator = {
  name: "pair: a virtual address lost",
  make: (base, random) => {
    const firewall = random.pick(base.inner);
    const leg = random.pick(
      firewall.legs.filter(
        ({ privateNetwork: network, virtualAddresses }) =>
          virtualAddresses.length > 0 && network !== undefined && base.hasGuests(network),
      ),
    );
    if (leg === undefined) return undefined;
    const edit = base.edit();
    for (const member of pairOf(base, firewall.key))
      edit.setScript(member, (text) =>
        text.replace(new RegExp(`^ +${leg.virtualAddresses[0]}/32 dev ${leg.interface}\n`, "m"), ""),
      );
    return { where: `${firewall.key}, ${leg.interface}`, edit };
  },
};

export const forwardOperators: readonly Operator[] = [
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
  removed,
  narrowed,
  late,
  noAnswers,
  jumps,
  destinationTranslated,
  portTranslated,
  masquerade,
  inputOpened,
  outputAccept,
  oneSide,
  noRouting,
  noAddress,
];
