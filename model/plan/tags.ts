/** Tags of every resource: policies read them at preview, when ids are not known yet. */

/** `key=value`, sorted; parts without a value are left out. */
export function tagsOf(estate: string, parts: Readonly<Record<string, string | undefined>>): string[] {
  const all: Readonly<Record<string, string | undefined>> = { ...parts, "managed-by": "archipel", estate };
  return Object.entries(all)
    .flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${value}`]))
    .sort();
}
