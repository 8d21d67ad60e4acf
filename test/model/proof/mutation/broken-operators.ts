/** What firewalls may no longer forward, or forward changed: somebody needs it. */
import type { Random } from "../oracle/random.ts";
import type { Base, Operator } from "./base.ts";
import type { Command, Edit, Json } from "./edit.ts";
import {
  addressesOf,
  chainOf,
  drop,
  intentOf,
  match,
  matchOf,
  outgoing,
  payload,
  type RuleParts,
  rule,
  ruleOf,
  subjectOf,
  withExpr,
} from "./rules.ts";

/** Both members of a firewall's pair. */
function pairOf(base: Base, key: string): readonly string[] {
  const name = key.replace(/-par-[12]$/, "");
  return base.firewalls.filter((each) => each.key.replace(/-par-[12]$/, "") === name).map((each) => each.key);
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

/** A chain of translations, named `added`, at a hook. */
const natChain = (at: Json): Json => ({
  add: { chain: { family: "inet", table: "archipel", name: "added", type: "nat", policy: "accept", ...at } },
});

const translation = (name: string, chain: Json, make: (parts: RuleParts) => readonly Json[]): Operator => ({
  name,
  make: (base, random) => {
    const found = forwardingRule(base, random);
    if (found === undefined) return undefined;
    const { firewall, parts } = found;
    const edit = base.edit();
    edit.setRules(firewall, (commands) => [...commands, natChain(chain), rule("added", ...make(parts))]);
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
      natChain({ hook: "postrouting", prio: 100 }),
      rule("added", outgoing("pn-transit"), { masquerade: null }),
    ]);
    return { where: firewall, edit };
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

/** Rules by which members of a pair hear each other: told by nothing but their peer's address. */
const deafToPeer: Operator = {
  name: "pair: a member no longer hears its peer",
  make: (base, random) => {
    const firewall = random.pick(base.inner).key;
    const pair = pairOf(base, firewall);
    const edit = base.edit();
    const heard = edit.rules(firewall).filter((each) => {
      const parts = ruleOf(each);
      return (
        parts?.chain === "input" &&
        addressesOf(parts, "saddr").length === 1 &&
        addressesOf(parts, "saddr").every((address) => pair.includes(base.at(address)?.key ?? ""))
      );
    });
    const gone = JSON.stringify(random.pick(heard));
    edit.setRules(firewall, (commands) => commands.filter((each) => JSON.stringify(each) !== gone));
    return { where: `${firewall}, ${gone}`, edit };
  },
};

export const brokenOperators: readonly Operator[] = [
  removed,
  narrowed,
  late,
  noAnswers,
  jumps,
  destinationTranslated,
  portTranslated,
  masquerade,
  noRouting,
  noAddress,
  deafToPeer,
];
