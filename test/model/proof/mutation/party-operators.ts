/** What is permitted to somebody, let through for others of the same place. */
import type { Random } from "../oracle/random.ts";
import type { Base, Intent, Mutant, Operator } from "./base.ts";
import type { Json } from "./edit.ts";
import {
  accept,
  addressesOf,
  first,
  incoming,
  intentOf,
  match,
  matchOf,
  meta,
  payload,
  port,
  rule,
  ruleOf,
  subjectOf,
  withExpr,
} from "./rules.ts";

/** A firewall takes for itself what is permitted to servers of a network that it serves. */
const takenForItself: Operator = {
  name: "firewall: takes for itself what is permitted to its networks",
  make: (base, random) => {
    const firewall = random.pick(base.inner);
    const networks = base.networksOf(firewall);
    const flows = base.permissions.filter(
      ({ from, to, protocol }) =>
        from !== to &&
        from !== "admin" &&
        protocol === "tcp" &&
        [from, to].every((each) => networks.some(({ network }) => network === each)),
    );
    if (flows.length === 0) return undefined;
    const { from, to, first: low, last: high } = random.pick(flows);
    const name = networks.find(({ network }) => network === from)?.name ?? "";
    const edit = base.edit();
    edit.setRules(firewall.key, (commands) =>
      first(
        commands,
        "input",
        rule(
          "input",
          incoming(name),
          match(meta("nfproto"), "ipv4"),
          port("tcp", { range: [low, high] }),
          accept,
        ),
      ),
    );
    return { where: `${firewall.key}, ${from} to ${to} tcp/${low}`, edit };
  },
};

/** The same sources for an intent's rules, on every machine that has them: the receiver's own too. */
function sourcesChanged(base: Base, intent: Intent, sources: Json): Mutant {
  const edit = base.edit();
  for (const { key, rulesets } of base.network.nodes) {
    if (!rulesets.some(({ json }) => json.includes(intent.name))) continue;
    edit.setRules(key, (commands) =>
      commands.map((each) => {
        const parts = ruleOf(each);
        if (parts === undefined || intentOf(parts) !== intent.name) return each;
        return withExpr(
          each,
          parts.expr.map((one) =>
            subjectOf(one) === "saddr" ? match(payload("ip", "saddr"), sources) : one,
          ),
        );
      }),
    );
  }
  return { where: `${intent.name}from ${JSON.stringify(sources)}`, edit };
}

function prefix(text: string): Json {
  const [addr = "", len] = text.split("/");
  return { prefix: { addr, len: Number(len) } };
}

/** An intent of one workload, on whose network others stand too. */
function ofOneWorkload(base: Base, random: Random): { intent: Intent; network: string } | undefined {
  const found = base.intents.flatMap((intent) => {
    const senders = addressesOf(intent.parts, "saddr").map((address) => base.at(address));
    const [network] = senders.flatMap((node) => node?.legs.map((leg) => leg.privateNetwork) ?? []);
    const workloads = new Set(senders.map((node) => node?.workload));
    const named = base.permissions.some(
      ({ sender, from }) => sender?.kind === "workload" && from === network && workloads.has(sender.name),
    );
    const isAlone =
      network === undefined || base.hosts(network).every(({ workload }) => workloads.has(workload));
    return network === undefined || !named || isAlone || !isNamed(base, intent) ? [] : [{ intent, network }];
  });
  return found.length === 0 ? undefined : random.pick(found);
}

/** Whether only permissions that name their sender are behind it: the log prefix begins with a workload. */
function isNamed(base: Base, { name }: Intent): boolean {
  const [from] = name.replace(/^archipel /, "").split(":");
  return base.network.nodes.some(({ workload }) => workload === from);
}

const senderWidened: Operator = {
  name: "firewall rule: a workload's sources widened to its network",
  make: (base, random) => {
    const found = ofOneWorkload(base, random);
    if (found === undefined) return undefined;
    return sourcesChanged(base, found.intent, prefix(base.privateNetwork(found.network).prefixes[0] ?? ""));
  },
};

const groupWidened: Operator = {
  name: "firewall rule: an access group widened to all people",
  make: (base, random) => {
    const clients = base.firewalls.flatMap(({ legs }) =>
      legs.filter((leg) => leg.interface === "wg-clients").flatMap((leg) => leg.beyond),
    );
    const groups = base.intents.filter(
      ({ parts }) => parts.chain.startsWith("wg-clients-to-") && matchOf(parts, "saddr") !== undefined,
    );
    if (groups.length === 0) return undefined;
    return sourcesChanged(base, random.pick(groups), { set: [...new Set(clients)].map(prefix) });
  },
};

export const partyOperators: readonly Operator[] = [takenForItself, senderWidened, groupWidened];
