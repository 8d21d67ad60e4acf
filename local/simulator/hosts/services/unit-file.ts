import type { HostFilesystem } from "../filesystem/host-filesystem.ts";

/** A systemd-style file: sections in order, keys may repeat. */
export interface UnitFile {
  path: string;
  sections: { name: string; entries: [key: string, value: string][] }[];
}

/** Parses the format that systemd units, .network, .netdev and .link files share. */
export function parseUnitFile(path: string, text: string): UnitFile {
  const file: UnitFile = { path, sections: [] };
  const lines = text.replaceAll(/\\\n/g, " ").split("\n");
  for (const raw of lines) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#") || line.startsWith(";")) continue;
    const section = /^\[(.+)\]$/.exec(line);
    if (section?.[1] !== undefined) file.sections.push({ name: section[1], entries: [] });
    const equals = line.indexOf("=");
    if (section || equals < 1) continue;
    file.sections.at(-1)?.entries.push([line.slice(0, equals).trim(), line.slice(equals + 1).trim()]);
  }
  return file;
}

/** Reads a file and its drop-ins (`<path>.d/*.conf`), or undefined when the file does not exist. */
export async function readUnitFile(
  filesystem: HostFilesystem,
  path: string,
  dropInFolder = `${path}.d`,
): Promise<UnitFile | undefined> {
  const text = await filesystem.textOf(path);
  if (text === undefined) return undefined;
  const file = parseUnitFile(path, text);
  for (const name of await filesystem.namesIn(dropInFolder)) {
    if (!name.endsWith(".conf")) continue;
    const dropIn = await filesystem.textOf(`${dropInFolder}/${name}`);
    if (dropIn !== undefined) file.sections.push(...parseUnitFile(name, dropIn).sections);
  }
  return file;
}

/** All values of a key, in order; an empty assignment clears those before it, as systemd does. */
export function valuesOf(file: UnitFile, section: string, key: string): string[] {
  let values: string[] = [];
  for (const { name, entries } of file.sections) {
    if (name !== section) continue;
    for (const [entryKey, value] of entries) {
      if (entryKey !== key) continue;
      values = value === "" ? [] : [...values, value];
    }
  }
  return values;
}

/** The last value of a key, or undefined. */
export function lastValue(file: UnitFile, section: string, key: string): string | undefined {
  return valuesOf(file, section, key).at(-1);
}

/** systemd's reading of a boolean, or undefined when it is none. */
export function booleanOf(value: string | undefined): boolean | undefined {
  const text = value?.toLowerCase();
  if (text === "yes" || text === "true" || text === "1" || text === "on") return true;
  if (text === "no" || text === "false" || text === "0" || text === "off") return false;
  return undefined;
}
