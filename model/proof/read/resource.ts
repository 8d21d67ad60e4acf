/**
 * One shape for what previews and deployed states say of a resource, and how a property of it is read: it is known, or it is
 * not and why. An unknown looks like an id and a secret like a text, so nothing here is ever read past these functions.
 */

/** A resource, of whichever source. */
export interface Resource {
  readonly urn: string;
  /** Type token, `scaleway:network/vpc:Vpc`. */
  readonly type: string;
  /** Logical name, the URN's last part. */
  readonly name: string;
  /** `guadeloupe.par-1`. */
  readonly stack: string;
  /** The provider's; undefined until it is made. */
  readonly id: string | undefined;
  readonly inputs: Properties;
  readonly outputs: Properties;
  readonly parent: string | undefined;
  readonly dependencies: readonly string[];
  /** URNs that an input was computed from, by input. */
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
}

export type Properties = Readonly<Record<string, unknown>>;

/** A value, or why there is none. */
export type Fact<Value> =
  | { readonly kind: "known"; readonly value: Value }
  | { readonly kind: "unknown" | "secret" | "missing" };

/** What the engine's JSON holds in place of a value that an update will compute (plugin.UnknownStringValue). */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/** What `preview --json` holds in place of a secret. */
export const secretText = "[secret]";
/** Key of an object that stands for a secret, ciphered or not, in a state. */
const secretKey = "4dabf18193072939515e22adb298388d";

/** Takes a raw value apart. One unknown or secret inside a text swallows the whole of it, so the ends of a text are not trusted either. */
export function factOf(value: unknown): Fact<unknown> {
  if (value === undefined || value === null) return { kind: "missing" };
  if (typeof value === "string") {
    if (value.includes(unknownValue)) return { kind: "unknown" };
    return value.includes(secretText) ? { kind: "secret" } : { kind: "known", value };
  }
  if (typeof value === "object" && secretKey in value) return { kind: "secret" };
  return { kind: "known", value };
}

/** A property as the program sets it; where it does not, or not yet, as the provider answered. */
export function propertyOf(resource: Resource, name: string): Fact<unknown> {
  const asked = factOf(resource.inputs[name]);
  if (asked.kind === "known") return asked;
  const answered = factOf(resource.outputs[name]);
  return answered.kind === "missing" ? asked : answered;
}

/** A property that the provider alone computes, or that it completes: addresses, VLAN numbers. */
export function answerOf(resource: Resource, name: string): Fact<unknown> {
  return factOf(resource.outputs[name]);
}

export function textOf(resource: Resource, name: string): Fact<string> {
  return typed(propertyOf(resource, name), (value) => typeof value === "string");
}

export function flagOf(resource: Resource, name: string): Fact<boolean> {
  return typed(propertyOf(resource, name), (value) => typeof value === "boolean");
}

/** A list; missing where the property is, or is something else. */
export function listOf(resource: Resource, name: string): Fact<readonly unknown[]> {
  return typed(propertyOf(resource, name), Array.isArray);
}

function typed<Value>(fact: Fact<unknown>, is: (value: unknown) => boolean): Fact<Value> {
  if (fact.kind !== "known") return fact;
  return is(fact.value) ? { kind: "known", value: fact.value as Value } : { kind: "missing" };
}

export function isRecord(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The fields of an entry of a list or an object: none when it is not one. */
export function fieldsOf(value: unknown): Properties {
  return isRecord(value) ? value : {};
}

/** The value of a known text field; undefined otherwise. */
export function knownText(value: unknown): string | undefined {
  const fact = factOf(value);
  return fact.kind === "known" && typeof fact.value === "string" && fact.value !== ""
    ? fact.value
    : undefined;
}

/** `key=value` tags as a map; other tags are left out. */
export function tagsOf(resource: Resource): ReadonlyMap<string, string> {
  const tags = listOf(resource, "tags");
  if (tags.kind !== "known") return new Map();
  return new Map(
    tags.value.flatMap((tag): [string, string][] => {
      const text = knownText(tag);
      const at = text?.indexOf("=") ?? -1;
      return text === undefined || at < 1 ? [] : [[text.slice(0, at), text.slice(at + 1)]];
    }),
  );
}

/** The part of an id after its region, zone or owner: stacks write `fr-par/<uuid>` where the API writes `<uuid>`. */
export function bareId(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1);
}
