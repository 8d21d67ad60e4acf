import ipaddr from "ipaddr.js";
import type { Estate } from "../../model/estate/index.ts";
import { type Opening, permissionsOf, permits } from "../../model/proof/permissions.ts";
import { consumedValues } from "../kit/estate.ts";
import type { Passage } from "../kit/host-rules.ts";
import { checkHostRules, configurations } from "../kit/host-scripts.ts";
import { nothingIfEmpty } from "../kit/joins.ts";
import { definePolicyOfEstate } from "../kit/policy.ts";
import { commandType } from "../kit/types.ts";

export const firewallRulesWithinIntents = definePolicyOfEstate(
  "firewall-rules-within-intents",
  (estate, { resources }, report) => {
    const concerned = configurations(resources);
    if (concerned.length === 0) return nothingIfEmpty(concerned, commandType);
    const places = placesOf(estate, consumedValues(resources, "subnets"));
    // What stays in one network, or ends at a public address, is no firewall's to forward.
    const permissions = permissionsOf(estate).filter(({ forwarded }) => forwarded);
    checkHostRules(resources, "forward", report, (command, { passages }) => {
      for (const passage of passages) {
        const why = undeclared(passage, places, permissions);
        if (why !== undefined) report(`${command.name}: ${passage.rule || "a rule"} ${why}`, command);
      }
    });
    return undefined;
  },
);

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
