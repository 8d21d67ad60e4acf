/**
 * Reading resources in a policy without being fooled by a preview.
 *
 * In a preview the SDK throws when an unknown value is touched, and turns a mandatory policy into an advisory one. Here an unknown is a
 * value like another: `undetermined`, which every policy reports as a violation (reference: docs/cursed-knowledge.md, 2026-11-22).
 */
import type { PolicyResource } from "@pulumi/policy";
import { UnknownValueError } from "@pulumi/policy";

/** What a policy knows of a property. `absent`: not set, so the provider's default holds. */
export type Fact<T> =
  | { readonly kind: "known"; readonly value: T }
  | { readonly kind: "absent" }
  | { readonly kind: "undetermined" };

/**
 * Reads one property path of a resource, stopping at the first unknown. Whole objects are never read: one unknown inside would hide the rest.
 * @param path property names and positions, e.g. `["privateNetworks", 0, "id"]`
 */
export function read<T>(
  resource: Pick<PolicyResource, "props">,
  ...path: readonly (string | number)[]
): Fact<T> {
  try {
    let value: unknown = resource.props;
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
export function lengthOf(resource: PolicyResource, key: string): Fact<number> {
  const list = read<unknown[]>(resource, key);
  if (list.kind !== "known") return list.kind === "absent" ? { kind: "known", value: 0 } : list;
  return read<number>(resource, key, "length");
}

/** The value when it is known, else undefined. */
export function known<T>(fact: Fact<T>): T | undefined {
  return fact.kind === "known" ? fact.value : undefined;
}

/** Last part of an id: ids carry their region or zone (`fr-par/<uuid>`), claims in contracts may not. */
export function bareId(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1);
}

/** Resources that a property depends on, within the stack: known even when the property's value is not. */
export function dependenciesOf(resource: PolicyResource, property: string): readonly PolicyResource[] {
  return resource.propertyDependencies[property] ?? [];
}

export function ofType(resources: readonly PolicyResource[], type: string): readonly PolicyResource[] {
  return resources.filter((resource) => resource.type === type);
}
