/** The form of an answer: which fields there are, of which types, and the words of closed vocabularies in them. */

export type JsonType = "null" | "boolean" | "number" | "string" | "array" | "object";

export interface Field {
  readonly types: Set<JsonType>;
  /** Values, of fields that take one of a closed vocabulary. */
  readonly words: Set<string>;
}

/** By path: `servers.*.ncpus`, `ips[].resource.type`, `` for the whole. */
export type Shape = ReadonlyMap<string, Field>;

/** Fields whose strings are words of a closed vocabulary: states, types, modes, and what refusals are made of. */
const vocabulary =
  /^(status|state|type|.+_type|(.+_)?protocol|(.+_)?action|.*policy(_mode|_type)?|mode|role|reason|resource|precondition|argument_name|arch|boot_type|method|direction|family|algorithm|interval)$/;

/** Objects whose keys are data (a server's type, a number), not fields; all their values are of one form. */
const keyedByData = /^([0-9]+|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/i;
const namedByData = new Set(["servers", "permission_sets"]);

function typeOf(value: unknown): JsonType {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value as JsonType;
}

function visit(value: unknown, path: string, name: string, found: Map<string, Field>): void {
  let field = found.get(path);
  if (!field) {
    field = { types: new Set(), words: new Set() };
    found.set(path, field);
  }
  field.types.add(typeOf(value));
  if (typeof value === "string" && vocabulary.test(name)) field.words.add(value);
  if (Array.isArray(value)) {
    for (const item of value) visit(item, `${path}[]`, name, found);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      const step = namedByData.has(name) || keyedByData.test(key) ? "*" : key;
      visit(item, path === "" ? step : `${path}.${step}`, key, found);
    }
  }
}

/** The form of a JSON value. */
export function shapeOf(value: unknown): Shape {
  const found = new Map<string, Field>();
  visit(value, "", "", found);
  return found;
}

/** The form of an XML document: the paths of its elements. */
export function shapeOfXml(text: string): Shape {
  const found = new Map<string, Field>();
  const open: string[] = [];
  for (const [, closing, name, , selfClosing] of text.matchAll(/<(\/)?([A-Za-z][\w:.-]*)([^>]*?)(\/)?>/g)) {
    if (closing) {
      open.pop();
      continue;
    }
    open.push(name as string);
    found.set(open.join("."), { types: new Set(["object"]), words: new Set() });
    if (selfClosing) open.pop();
  }
  return found;
}

/** A body as JSON, as XML, or as text (`undefined` when empty). */
export type Content =
  | { readonly kind: "json"; readonly value: unknown }
  | { readonly kind: "xml" | "text" | "empty" };

/** What a body is, by itself: recordings do not always name its type. */
export function contentOf(text: string): Content {
  if (text === "") return { kind: "empty" };
  if (/^\s*[[{]/.test(text)) {
    try {
      return { kind: "json", value: JSON.parse(text) };
    } catch {
      return { kind: "text" };
    }
  }
  return { kind: /^\s*<[?A-Za-z]/.test(text) ? "xml" : "text" };
}
