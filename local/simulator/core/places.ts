/** Zones of each region of Scaleway (SDK of 2026-07). */
export const zonesByRegion: Readonly<Record<string, readonly string[]>> = {
  "fr-par": ["fr-par-1", "fr-par-2", "fr-par-3"],
  "it-mil": ["it-mil-1"],
  "nl-ams": ["nl-ams-1", "nl-ams-2", "nl-ams-3"],
  "pl-waw": ["pl-waw-1", "pl-waw-2", "pl-waw-3"],
};

export const regions: readonly string[] = Object.keys(zonesByRegion);
export const zones: readonly string[] = Object.values(zonesByRegion).flat();

/** Region of a zone; a region is its own. */
export function regionOf(locality: string): string {
  return zones.includes(locality) ? locality.replace(/-\d+$/, "") : locality;
}

/** True when something in `inner` may use something in `outer`: the same place, its region, or global. */
export function reaches(inner: string, outer: string): boolean {
  return outer === "" || outer === inner || outer === regionOf(inner);
}
