/**
 * Reading resources in a policy without being fooled by a preview.
 *
 * In a preview the SDK throws when an unknown value is touched, and turns a mandatory policy into an advisory one. Here an unknown is a
 * value like another: `undetermined`, which every policy reports as a violation (reference: docs/cursed-knowledge.md, 2026-11-22).
 */
import type { PolicyResource } from "@pulumi/policy";
import { UnknownValueError } from "@pulumi/policy";
import { inputsOf } from "./written.ts";

/** What a policy knows of a property. `absent`: not set, so the provider's default holds. */
export type Fact<T> =
  | { readonly kind: "known"; readonly value: T }
  | { readonly kind: "absent" }
  | { readonly kind: "undetermined" };

export type Path = readonly (string | number)[];

/**
 * Reads one property path of a resource as the engine shows it, stopping at the first unknown. Whole objects are never read: one
 * unknown inside would hide the rest.
 * @param path property names and positions, e.g. `["privateNetworks", 0, "id"]`
 */
export function read<T>(resource: Pick<PolicyResource, "props">, ...path: Path): Fact<T> {
  return follow(resource.props, path);
}

/**
 * The same, of what the program wrote. What it did not write is absent, where {@link read} would find what the provider is about to
 * compute, unknown in a preview, or nothing at all (tried: `zone`, 2026-11-25).
 */
export function written<T>(resource: PolicyResource, ...path: Path): Fact<T> {
  return follow(inputsOf(resource), path);
}

function follow<T>(from: unknown, path: Path): Fact<T> {
  try {
    let value: unknown = from;
    for (const key of path) {
      if (value === undefined || value === null) return { kind: "absent" };
      value = (value as Record<string | number, unknown>)[key];
    }
    return value === undefined || value === null ? { kind: "absent" } : { kind: "known", value: value as T };
  } catch (error) {
    if (error instanceof UnknownValueError) return { kind: "undetermined" };
    throw error;
  }
}

/** Number of elements of a list property; an unknown list is undetermined, an absent one has none. */
export function lengthOf(resource: PolicyResource, ...path: Path): Fact<number> {
  const list = written<unknown[]>(resource, ...path);
  if (list.kind !== "known") return list.kind === "absent" ? { kind: "known", value: 0 } : list;
  return written<number>(resource, ...path, "length");
}

/** Positions of a list property; undefined when the list is unknown. */
export function indexesOf(resource: PolicyResource, ...path: Path): readonly number[] | undefined {
  const count = lengthOf(resource, ...path);
  return count.kind === "known" ? Array.from({ length: count.value }, (_, index) => index) : undefined;
}

/** Elements of a list of texts; undefined when the list or one of them is unknown. */
export function textsOf(resource: PolicyResource, ...path: Path): readonly string[] | undefined {
  const texts = indexesOf(resource, ...path)?.map((index) => written<string>(resource, ...path, index));
  if (texts === undefined || texts.some(({ kind }) => kind === "undetermined")) return undefined;
  return texts.flatMap((text) => (text.kind === "known" ? [text.value] : []));
}

/** Tags that are known, as `key=value`; those that are not cannot speak for a resource. */
function tagsOf(resource: PolicyResource): readonly string[] {
  return (indexesOf(resource, "tags") ?? []).flatMap((index) => {
    const tag = written<string>(resource, "tags", index);
    return tag.kind === "known" ? [tag.value] : [];
  });
}

/** Value of the tag `key=value`; undefined when the resource has none. */
export function tagOf(resource: PolicyResource, key: string): string | undefined {
  return tagsOf(resource)
    .find((tag) => tag.startsWith(`${key}=`))
    ?.slice(key.length + 1);
}

/** Value of a key of tags that are an object, as buckets have them. */
export function tagOfBucket(bucket: PolicyResource, key: string): Fact<string> {
  return written<string>(bucket, "tags", key);
}

/** Last part of an id: ids carry their region or zone (`fr-par/<uuid>`), claims in contracts may not. */
export function bareId(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1);
}

/** Resources that a property depends on, within the stack: known even when the property's value is not. */
export function dependenciesOf(resource: PolicyResource, property: string): readonly PolicyResource[] {
  return resource.propertyDependencies[property] ?? [];
}

export function ofType(
  resources: readonly PolicyResource[],
  ...types: readonly string[]
): readonly PolicyResource[] {
  return resources.filter(({ type }) => types.includes(type));
}

/**
 * What is wrong with a property, undefined when nothing is.
 * @param otherwise the provider's default, for what is not set; undefined where not setting it is wrong in itself
 */
export function wrong<T>(
  fact: Fact<T>,
  property: string,
  holds: (value: T) => boolean,
  otherwise?: T,
): string | undefined {
  if (fact.kind === "undetermined") return `${property} is undetermined`;
  const value = fact.kind === "known" ? fact.value : otherwise;
  if (value === undefined) return `${property} is not set`;
  if (holds(value)) return undefined;
  return fact.kind === "known"
    ? `${property} is ${JSON.stringify(value)}`
    : `${property} is not set, which means ${JSON.stringify(value)}`;
}
