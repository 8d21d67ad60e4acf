import { type Component, componentMatches, type DataType, parseComponent, type Value } from "./datatypes.ts";
import { asObject, type Json, NftError } from "./ruleset.ts";

/** Elements of a set (or keys of a map) in the form that packets are looked up in. */
export interface Elements<Data> {
  find(values: readonly Value[]): Data | undefined;
}

function unwrap(element: Json): Json {
  if (element !== null && typeof element === "object" && !Array.isArray(element) && "elem" in element) {
    return asObject(element.elem, "elem").val ?? null;
  }
  return element;
}

function components(element: Json, types: readonly DataType[]): Component[] {
  const value = unwrap(element);
  const parts =
    value !== null && typeof value === "object" && !Array.isArray(value) && "concat" in value
      ? value.concat
      : [value];
  if (!Array.isArray(parts) || parts.length !== types.length) {
    throw new NftError(`element ${JSON.stringify(element)} does not have the type ${types.join(" . ")}`);
  }
  return parts.map((part, index) => parseComponent(part, types[index] as DataType));
}

/**
 * Prepares elements for look-ups: single values by hash, the rest (intervals, wildcards) one by one.
 * @throws NftError when an element has not the set's type.
 */
export function compileElements<Data>(
  entries: readonly { key: Json; data: Data }[],
  types: readonly DataType[],
): Elements<Data> {
  const exact = new Map<string, Data>();
  const others: { parts: Component[]; data: Data }[] = [];
  for (const { key, data } of entries) {
    const parts = components(key, types);
    const values = parts.map((part) => (part.kind === "value" ? part.value : undefined));
    if (values.every((value) => value !== undefined)) exact.set(values.join("|"), data);
    else others.push({ parts, data });
  }
  return {
    find: (values) => {
      const found = exact.get(values.join("|"));
      if (found !== undefined) return found;
      return others.find(({ parts }) =>
        parts.every((part, index) => componentMatches(part, values[index] as Value)),
      )?.data;
    },
  };
}

/** Splits the elements of a map, `[[key, value], …]`, refusing any other form. */
export function mapEntries(elements: Json, what: string): { key: Json; data: Json }[] {
  if (!Array.isArray(elements)) throw new NftError(`${what}: elements must be a list`);
  return elements.map((entry) => {
    if (!Array.isArray(entry) || entry.length !== 2) {
      throw new NftError(`${what}: ${JSON.stringify(entry)} is not a pair of key and value`);
    }
    return { key: entry[0] ?? null, data: entry[1] ?? null };
  });
}
