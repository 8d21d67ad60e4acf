import type { PolicyResource } from "@pulumi/policy";
import ipaddr from "ipaddr.js";
import type { Estate } from "../../model/estate/index.ts";
import { type Opening, permissionsOf, permits } from "../../model/proof/permissions.ts";
import { consumedValues, estateOf } from "../kit/estate.ts";
import { lengthOf, ofType, read } from "../kit/facts.ts";
import { forwardingOf, type Passage, RulesetError } from "../kit/forwarding.ts";
import type { Report } from "../kit/policy.ts";
import { definePolicy } from "../kit/policy.ts";

const commandType = "command:remote:Command";

/** Files that the host's script writes: `file MODE PATH <<'ARCHIPEL_EOF'`, the content, and the mark alone on a line. */
const filePattern = /^file \d{4} (\S+) <<'ARCHIPEL_EOF'\n([\s\S]*?)^ARCHIPEL_EOF$/gm;

const rulesPath = "/etc/nftables/archipel.json";

/** Rules that the command loads on its host; undefined when the script loads none. */
function rulesIn(script: string): string | undefined {
  for (const [, path, content] of script.matchAll(filePattern)) if (path === rulesPath) return content;
  return undefined;
}

export const firewallRulesWithinIntents = definePolicy({
  name: "firewall-rules-within-intents",
  severity: "critical",
  description: "A host forwards nothing but what the estate declares, and drops the rest.",
  why: "a rule that nobody reviewed is how one infected application reaches another.",
  remediation:
    "Declare the flow in the application's file, with its reason and its owner, or take the rule away.",
  validate: (resources, report) => {
    const commands = ofType(resources, commandType).filter(({ name }) => name.endsWith("-configure"));
    if (commands.length === 0) return;
    const estate = estateOf(resources);
    if (estate === undefined) return;
    const places = placesOf(estate, consumedValues(resources, "subnets"));
    // What stays in one network, or ends at a public address, is no firewall's to forward.
    const permissions = permissionsOf(estate).filter(({ forwarded }) => forwarded);
    for (const command of commands) checkCommand(command, places, permissions, report);
    reportUnconfigured(resources, commands, report);
  },
});

function checkCommand(
  command: PolicyResource,
  places: readonly Place[],
  permissions: readonly Opening[],
  report: Report,
): void {
  const script = read<string>(command, "stdin");
  if (script.kind !== "known") {
    report(`${command.name}: the host's configuration is undetermined`, command);
    return;
  }
  const rules = rulesIn(script.value);
  if (rules === undefined) {
    report(`${command.name}: loads no rules at ${rulesPath}`, command);
    return;
  }
  try {
    const { policies, passages } = forwardingOf(rules);
    if (!policies.includes("drop"))
      report(`${command.name}: what it forwards is not dropped by default`, command);
    for (const passage of passages) {
      const why = undeclared(passage, places, permissions);
      if (why !== undefined) report(`${command.name}: ${passage.rule || "a rule"} ${why}`, command);
    }
  } catch (error) {
    if (!(error instanceof RulesetError)) throw error;
    report(`${command.name}: its rules cannot be read: ${error.message}`, command);
  }
}

/** A named part of the address space: a private network, the clients of the VPN, a site. */
interface Place {
  readonly name: string;
  readonly prefixes: readonly [ipaddr.IPv4, number][];
}

function placesOf(estate: Estate, subnets: ReadonlyMap<string, string> | undefined): readonly Place[] {
  const place = (name: string, prefixes: readonly string[]): Place => ({
    name,
    prefixes: prefixes.map((prefix) => ipaddr.IPv4.parseCIDR(prefix)),
  });
  return [
    ...[...(subnets ?? [])].map(([name, prefix]) => place(name, [prefix])),
    place("vpn", Object.values(estate.organisation.clientPools)),
    ...estate.sites.map(({ name, prefixes }) => place(name, prefixes)),
  ];
}

/** Why a passage is not declared, or undefined when every pair of its ends is. */
function undeclared(
  passage: Passage,
  places: readonly Place[],
  permissions: readonly Opening[],
): string | undefined {
  if (passage.unknown.length > 0) return `is undetermined (${passage.unknown.join("; ")})`;
  // Answers of what was let through belong to it.
  if (passage.states?.every((state) => state === "established" || state === "related")) return undefined;
  const sources = endsOf(passage.sources, passage, places, "from");
  const targets = endsOf(passage.destinations, passage, places, "to");
  if (sources === undefined) return "lets any source, or one outside every private network, through";
  if (targets === undefined) return "leads anywhere, or outside every private network";
  const { protocol, ports } = passage;
  if ((protocol !== "tcp" && protocol !== "udp") || ports === undefined) return "lets every port through";
  for (const from of sources) {
    for (const to of targets) {
      for (const text of ports) {
        const [first, last] = text.split("-").map(Number) as [number, number?];
        const asked: Opening = { from, to, protocol, first, last: last ?? first };
        if (!permits(permissions, asked))
          return `opens ${from} → ${to} ${protocol}/${text}, which the estate does not declare`;
      }
    }
  }
  return undefined;
}

/** Names of the places that an end of a passage lies in; undefined when a part of it lies in none. */
function endsOf(
  prefixes: readonly string[] | undefined,
  passage: Passage,
  places: readonly Place[],
  end: "from" | "to",
): ReadonlySet<string> | undefined {
  if (prefixes === undefined) return internetEnd(passage, end);
  const names = prefixes.map((prefix) => placeOf(prefix, places));
  return names.includes(undefined) ? undefined : new Set(names as string[]);
}

/** The internet is an end only through a public interface, or outside the estate's own addresses. */
function internetEnd(passage: Passage, end: "from" | "to"): ReadonlySet<string> | undefined {
  if (end === "from")
    return passage.incoming?.every((name) => !name.startsWith("pn-") && !name.startsWith("wg-"))
      ? new Set(["internet"])
      : undefined;
  return passage.notDestinations.length > 0 ? new Set(["internet"]) : undefined;
}

function placeOf(text: string, places: readonly Place[]): string | undefined {
  const [address, length] = text.includes("/") ? ipaddr.IPv4.parseCIDR(text) : [ipaddr.IPv4.parse(text), 32];
  return places.find(({ prefixes }) =>
    prefixes.some(([network, bits]) => length >= bits && address.match(network, bits)),
  )?.name;
}

/** A firewall or hypervisor that the program does not configure forwards what its image forwards. */
function reportUnconfigured(
  resources: readonly PolicyResource[],
  commands: readonly PolicyResource[],
  report: Report,
): void {
  const configured = new Set(
    commands.flatMap(({ propertyDependencies }) => (propertyDependencies.create ?? []).map(({ urn }) => urn)),
  );
  for (const server of ofType(resources, "scaleway:elasticmetal/server:Server")) {
    const count = lengthOf(server, "tags");
    const tags = Array.from({ length: count.kind === "known" ? count.value : 0 }, (_, index) =>
      read<string>(server, "tags", index),
    );
    const isFirewall = tags.some((tag) => tag.kind === "known" && tag.value === "role=firewall");
    if (isFirewall && !configured.has(server.urn))
      report(`${server.name}: a firewall whose rules the program does not load`, server);
  }
}
