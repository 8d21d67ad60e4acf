/** Addresses: prefixes that are prefixes, inside their space and apart from each other. */
import ipaddr from "ipaddr.js";
import type { Check, Draft, Report } from "../draft.ts";
import { zoneKeys } from "../estate.ts";
import type { Prefix } from "../prefix.ts";
import { contains, overlap, parsePrefix } from "../prefix.ts";
import type { Path } from "../problems.ts";

/** A prefix, what it is for, and where it is written. */
interface Placed {
  readonly what: string;
  readonly text: string;
  readonly prefix: Prefix;
  readonly file: string;
  readonly path: Path;
}

export const checkAddresses: Check = (draft, report) => {
  const read = reader(report);
  const { file, value } = draft.organisation;
  const space = read("the address space", value.addressSpace, file, ["addressSpace"]);
  if (space !== undefined && !privateSpaces.some((allowed) => contains(allowed, space.prefix)))
    report("ADDR-006", file, space.path, { got: space.text });
  const pools = zoneKeys.flatMap(
    (zone) =>
      read(`the clients' pool of ${zone}`, value.clientPools[zone], file, ["clientPools", zone]) ?? [],
  );
  const sites = draft.sites.value.sites.flatMap((site, index) =>
    site.prefixes.flatMap(
      (text, at) =>
        read(`the site ${site.name}`, text, draft.sites.file, ["sites", index, "prefixes", at]) ?? [],
    ),
  );
  const networks = networksOf(draft, read, report);

  for (const network of networks) {
    if (space !== undefined && !contains(space.prefix, network.prefix))
      report("ADDR-002", network.file, network.path, {
        got: network.text,
        allowed: `a prefix within ${space.text}`,
      });
  }
  reportOverlaps("ADDR-003", networks, [], report);
  reportOverlaps("ADDR-004", pools, space === undefined ? [] : [space], report);
  reportOverlaps("ADDR-005", sites, [...(space === undefined ? [] : [space]), ...pools], report);
  for (const [index, { gateway }] of draft.sites.value.sites.entries()) {
    if (!ipaddr.IPv4.isValidFourPartDecimal(gateway))
      report("ADDR-009", draft.sites.file, ["sites", index, "gateway"], { got: gateway });
  }
};

const privateSpaces = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"].flatMap(
  (text) => parsePrefix(text) ?? [],
);

type Read = (what: string, text: string, file: string, path: Path) => Placed | undefined;

function reader(report: Report): Read {
  return (what, text, file, path) => {
    const prefix = parsePrefix(text);
    if (prefix === undefined) report("ADDR-001", file, path, { got: text });
    return prefix === undefined ? undefined : { what, text, prefix, file, path };
  };
}

/** Sizes that a private network may have at Scaleway. */
const smallest = 29;
const largest = 20;

function networksOf(draft: Draft, read: Read, report: Report): Placed[] {
  return draft.applications.flatMap(({ file, value }) =>
    value.networks.flatMap(({ name, cidr, prefixLength }, index) => {
      if (cidr === undefined) return [];
      const path = ["networks", index, "cidr"];
      const placed = read(`the network ${name}`, cidr, file, path);
      if (placed === undefined) return [];
      const { length } = placed.prefix;
      if (length < largest || length > smallest) report("ADDR-007", file, path, { got: cidr });
      if (prefixLength !== undefined && prefixLength !== length)
        report("ADDR-008", file, ["networks", index, "prefixLength"], { got: `${prefixLength} and ${cidr}` });
      return [placed];
    }),
  );
}

/** Each of `list` against what comes before it and against `others`. */
function reportOverlaps(
  code: "ADDR-003" | "ADDR-004" | "ADDR-005",
  list: readonly Placed[],
  others: readonly Placed[],
  report: Report,
): void {
  for (const [index, placed] of list.entries()) {
    const met = [...others, ...list.slice(0, index)].find((other) => overlap(other.prefix, placed.prefix));
    if (met !== undefined)
      report(code, placed.file, placed.path, {
        got: placed.text,
        allowed: `a prefix apart from ${met.what}, ${met.text}`,
      });
  }
}
