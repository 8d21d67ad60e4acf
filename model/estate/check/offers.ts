/** Offers and operating systems: sold, in the zone, and closed from day 0. */
import { bareMetalOffers, gatewayTypes, instanceTypes, operatingSystems } from "../catalogue.ts";
import type { Check, Draft, Report } from "../draft.ts";
import { zoneKeys } from "../estate.ts";
import type { Path } from "../problems.ts";
import { didYouMean } from "../suggest.ts";

/** A place that names an offer and an operating system. */
interface Choice {
  readonly kind: "bare-metal" | "instance";
  readonly file: string;
  readonly path: Path;
  readonly offer: string;
  readonly os: string;
  /** Where `os` is written, when it is not beside the offer. */
  readonly osFrom: "here" | "defaults";
  /** Availability Zones in which servers of it are wanted. */
  readonly zones: readonly string[];
}

export const checkOffers: Check = (draft, report) => {
  for (const choice of choicesOf(draft)) {
    if (choice.kind === "bare-metal") checkBareMetal(choice, report);
    else checkInstance(choice, report);
  }
  checkDefaultOs(draft, report);
  const { gateway } = draft.platform.value;
  if (!gatewayTypes.includes(gateway.type)) {
    report("OFFER-006", draft.platform.file, ["gateway", "type"], {
      got: gateway.type,
      allowed: gatewayTypes.join(", "),
      hint: didYouMean(gateway.type, gatewayTypes, "choose a type of the catalogue"),
    });
  }
};

function choicesOf(draft: Draft): Choice[] {
  const { zones, witnessZone } = draft.organisation.value;
  const both = zoneKeys.map((zone) => zones[zone]);
  const platform = draft.platform.value;
  const onPlatform = (
    path: Path,
    server: { readonly offer: string; readonly os: string } | undefined,
    kind: Choice["kind"],
    where: readonly string[] = both,
  ): Choice[] =>
    server === undefined
      ? []
      : [
          {
            kind,
            file: draft.platform.file,
            path,
            offer: server.offer,
            os: server.os,
            osFrom: "here",
            zones: where,
          },
        ];
  return [
    ...draft.applications.flatMap(({ file, value }) =>
      value.workloads.flatMap((workload, index): Choice[] => {
        if (workload.kind === "guest") return [];
        const wanted = zoneKeys
          .filter((zone) => (workload.count?.[zone] ?? 1) > 0)
          .map((zone) => zones[zone]);
        const os = workload.os ?? draft.defaults.value.os;
        return [
          {
            kind: workload.kind,
            file,
            path: ["workloads", index],
            offer: workload.offer,
            os,
            osFrom: workload.os === undefined ? "defaults" : "here",
            zones: wanted,
          },
        ];
      }),
    ),
    ...draft.hypervisors.map(
      ({ file, value }): Choice => ({
        kind: "bare-metal",
        file,
        path: [],
        offer: value.offer,
        os: value.os,
        osFrom: "here",
        zones: both,
      }),
    ),
    ...onPlatform(["firewalls", "segmentation"], platform.firewalls.segmentation, "bare-metal"),
    ...onPlatform(["firewalls", "edge"], platform.firewalls.edge, "instance"),
    ...onPlatform(["firewalls", "access"], platform.firewalls.access, "instance"),
    ...onPlatform(["bastion"], platform.bastion, "instance"),
    ...onPlatform(["proxies"], platform.proxies, "instance"),
    ...onPlatform(["egress"], platform.egress, "instance"),
    ...onPlatform(["witness"], platform.witness, "instance", [witnessZone]),
  ];
}

function checkBareMetal(choice: Choice, report: Report): void {
  const offer = bareMetalOffers.get(choice.offer);
  const at = [...choice.path, "offer"];
  if (offer === undefined) reportUnknown(choice, "bare metal", bareMetalOffers.keys(), report);
  else if (offer.cloudInit === "unsupported") report("OFFER-003", choice.file, at, { got: choice.offer });
  else reportZones(choice, offer.zones, report);
  if (choice.osFrom === "here") checkBareMetalOs(choice.os, choice.file, [...choice.path, "os"], report);
}

function checkInstance(choice: Choice, report: Report): void {
  const type = instanceTypes.get(choice.offer);
  if (type === undefined) reportUnknown(choice, "Instances", instanceTypes.keys(), report);
  else reportZones(choice, type.zones, report);
  if (choice.osFrom === "here") checkInstanceOs(choice.os, choice.file, [...choice.path, "os"], report);
}

function reportUnknown(choice: Choice, kind: string, offers: Iterable<string>, report: Report): void {
  report("OFFER-001", choice.file, [...choice.path, "offer"], {
    got: choice.offer,
    allowed: `an offer of ${kind} in the catalogue`,
    hint: didYouMean(choice.offer, offers, "choose an offer of the catalogue"),
  });
}

function reportZones(choice: Choice, sold: readonly string[], report: Report): void {
  const missing = choice.zones.filter((zone) => !sold.includes(zone));
  if (missing.length > 0) {
    report("OFFER-002", choice.file, [...choice.path, "offer"], {
      got: `${choice.offer} in ${missing.join(", ")}`,
      allowed: `${choice.offer} in ${sold.join(", ")}`,
    });
  }
}

function checkBareMetalOs(os: string, file: string, path: Path, report: Report): void {
  const closing = namesOf((entry) => entry.bareMetal?.cloudInit === "supported");
  const entry = operatingSystems.get(os)?.bareMetal;
  if (entry === undefined)
    report("OFFER-004", file, path, {
      got: os,
      allowed: closing.join(", "),
      hint: didYouMean(os, closing, "choose one of the catalogue"),
    });
  else if (entry.cloudInit === "unsupported")
    report("OFFER-005", file, path, { got: os, allowed: closing.join(", ") });
}

function checkInstanceOs(os: string, file: string, path: Path, report: Report): void {
  const images = namesOf((entry) => entry.instanceImage !== undefined);
  if (!images.includes(os))
    report("OFFER-004", file, path, {
      got: os,
      allowed: images.join(", "),
      hint: didYouMean(os, images, "choose one of the catalogue"),
    });
}

/** The default holds for both kinds, so it must be right for both; said once, where it is written. */
function checkDefaultOs(draft: Draft, report: Report): void {
  const { file, value } = draft.defaults;
  const both = namesOf(
    (entry) => entry.bareMetal?.cloudInit === "supported" && entry.instanceImage !== undefined,
  );
  if (both.includes(value.os)) return;
  const entry = operatingSystems.get(value.os);
  const code = entry?.bareMetal?.cloudInit === "unsupported" ? "OFFER-005" : "OFFER-004";
  report(code, file, ["os"], {
    got: value.os,
    allowed: both.join(", "),
    hint: didYouMean(value.os, both, "choose one of the catalogue"),
  });
}

function namesOf(keep: (entry: NonNullable<ReturnType<typeof operatingSystems.get>>) => boolean): string[] {
  return [...operatingSystems].filter(([, entry]) => keep(entry)).map(([name]) => name);
}
