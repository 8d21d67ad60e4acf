/** Rows and columns of the page: applications with all their networks, and each place of the platform by itself. */
import type { Estate } from "../../../model/estate/index.ts";
import { groupPlace } from "../../../model/proof/declarations.ts";

export interface Party {
  /** Unique, and what links call it. */
  readonly key: string;
  readonly title: string;
  readonly owner: string;
  readonly trustClass: string | undefined;
}

export interface PlacedParties {
  /** The platform first, then by trust class, by name within. */
  readonly parties: readonly Party[];
  /** The party of a place, by the place's name. */
  partyOf(place: string): number;
}

/** Every application is there, whether or not its networks are; of other places those that the proof names. */
export function partiesOf(estate: Estate, places: readonly string[]): PlacedParties {
  const byPlace = new Map<string, Party>();
  const applications = estate.applications.map((each): Party => {
    const { application, title, owner, trustClass, networks } = each;
    const party: Party = { key: application, title, owner, trustClass };
    for (const { name } of networks) byPlace.set(name, party);
    return party;
  });
  const taken = new Set(applications.map(({ key }) => key));
  const others = places
    .filter((place) => !byPlace.has(place))
    .map((place): Party => {
      const hypervisors = estate.hypervisors.find(({ network }) => network === place);
      const site = estate.sites.find(({ name }) => name === place);
      const people = estate.accessGroups.find(({ name }) => groupPlace(name) === place);
      const [title, owner] = (hypervisors && ["hypervisors", undefined]) ??
        (site && ["site", site.owner]) ??
        (people && ["people", people.owner]) ?? ["platform", undefined];
      const party: Party = {
        key: taken.has(place) ? `${place} (place)` : place,
        title,
        owner: owner ?? estate.organisation.duty,
        trustClass: hypervisors?.trustClass,
      };
      byPlace.set(place, party);
      return party;
    });
  const parties = [...others, ...applications].sort(
    (a, b) => byText(a.trustClass ?? "", b.trustClass ?? "") || byText(a.key, b.key),
  );
  return { parties, partyOf: (place) => parties.indexOf(byPlace.get(place) as Party) };
}

export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
