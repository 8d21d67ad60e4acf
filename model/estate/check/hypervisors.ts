/** Hypervisors carry guests of one trust class, within their legs and their memory. */
import { bareMetalOffers, quotaDefault } from "../catalogue.ts";
import type { ApplicationEntity, Check, Draft, HypervisorsEntity, Report } from "../draft.ts";
import { zoneKeys } from "../estate.ts";
import { registerOf } from "./register.ts";

type Guest = Extract<ApplicationEntity["value"]["workloads"][number], { kind: "guest" }>;

/** A workload of guests and where it is written. */
interface Placed {
  readonly guest: Guest;
  readonly owner: ApplicationEntity;
  readonly index: number;
}

export const checkHypervisors: Check = (draft, report) => {
  const register = registerOf(draft);
  const placed = draft.applications.flatMap((owner) =>
    owner.value.workloads.flatMap((workload, index): Placed[] =>
      workload.kind === "guest" ? [{ guest: workload, owner, index }] : [],
    ),
  );
  for (const { guest, owner, index } of placed) {
    const carrier = register.hypervisors.get(guest.hypervisors);
    if (carrier !== undefined && carrier.value.trustClass !== owner.value.trustClass) {
      report("HYP-001", owner.file, ["workloads", index, "hypervisors"], {
        got: `${guest.hypervisors}, ${carrier.value.trustClass}`,
        allowed: `hypervisors of the class ${owner.value.trustClass}`,
      });
    }
  }
  for (const carrier of draft.hypervisors) {
    const guests = placed
      .filter(({ guest }) => guest.hypervisors === carrier.value.hypervisors)
      .map(({ guest }) => guest);
    checkLegs(carrier, guests, draft, report);
    checkMemory(carrier, guests, report);
  }
};

/** Any of the hypervisors of a zone takes over the guests of another, so each has a leg in every guest's network. */
function checkLegs(
  { file, value }: HypervisorsEntity,
  guests: readonly Guest[],
  draft: Draft,
  report: Report,
): void {
  const quota = "privateNetworksPerBareMetal";
  const limit = draft.organisation.value.quotas[quota] ?? quotaDefault(quota)?.default ?? 0;
  const networks = new Set([value.network, ...guests.map(({ network }) => network)]);
  if (networks.size > limit) {
    report("HYP-002", file, ["hypervisors"], {
      got: `${networks.size} networks, its own among them`,
      allowed: `${limit} (quota ${quota})`,
    });
  }
}

/** Memory that a hypervisor keeps for itself, in GiB: Debian, libvirt and their caches. */
const ownMemoryGiB = 4;

function checkMemory({ file, value }: HypervisorsEntity, guests: readonly Guest[], report: Report): void {
  const offer = bareMetalOffers.get(value.offer);
  if (offer === undefined) return;
  const each = offer.memoryGiB - ownMemoryGiB;
  const largest = Math.max(0, ...guests.map(({ memoryGiB }) => memoryGiB));
  if (largest > each) {
    report("HYP-003", file, ["offer"], {
      got: `a guest of ${largest} GiB`,
      allowed: `${each} GiB on one hypervisor`,
    });
    return;
  }
  for (const zone of zoneKeys) {
    const room = value.count[zone] * each;
    const wanted = guests.reduce((sum, guest) => sum + guest.memoryGiB * (guest.count?.[zone] ?? 1), 0);
    if (wanted > room)
      report("HYP-003", file, ["count", zone], {
        got: `${wanted} GiB of guests in ${zone}`,
        allowed: `${room} GiB`,
      });
  }
}
