/** What every reader shares: resources by kind, URN and id, the way from one to another, and the list of what could not be read. */
import type { Origin, Undetermined } from "../network.ts";
import type { Documents } from "./documents.ts";
import { type Kind, kindOf } from "./kinds.ts";
import { bareId, type Fact, factOf, type Resource } from "./resource.ts";
import { standInId } from "./stand-ins.ts";

/** What a fact's absence is called in {@link Undetermined}. */
export type Why = "unknown" | "secret" | "missing" | (string & {});

export class Reading {
  readonly resources: readonly Resource[];
  readonly #byKind = new Map<Kind, Resource[]>();
  readonly #byUrn = new Map<string, Resource>();
  readonly #byId = new Map<string, Resource[]>();
  readonly #undetermined: Undetermined[];
  readonly #keys = new Map<Resource, string>();
  readonly #taken = new Set<string>();

  constructor({ resources, undetermined }: Documents) {
    this.resources = resources;
    this.#undetermined = [...undetermined];
    for (const resource of resources) {
      this.#byUrn.set(resource.urn, resource);
      const kind = kindOf(resource.type);
      if (kind === undefined) continue;
      push(this.#byKind, kind, resource);
      const id = resource.id ?? standInId(kind, resource);
      if (id !== undefined) push(this.#byId, `${kind} ${bareId(id)}`, resource);
    }
  }

  /** In the order of the documents. */
  of(kind: Kind): readonly Resource[] {
    return this.#byKind.get(kind) ?? [];
  }

  byUrn(urn: string): Resource | undefined {
    return this.#byUrn.get(urn);
  }

  /** Every undetermined fact so far. */
  get undetermined(): readonly Undetermined[] {
    return this.#undetermined;
  }

  /** Says that a fact is not there; `scope` is the key of what hangs on it. */
  note(resource: Resource, property: string, why: Why, scope?: string): void {
    this.#undetermined.push({
      origin: originOf(resource),
      property,
      why,
      ...(scope === undefined ? {} : { scope }),
    });
  }

  /** The value of a fact, after saying so where there is none. */
  known<Value>(fact: Fact<Value>, resource: Resource, property: string, scope?: string): Value | undefined {
    if (fact.kind === "known") return fact.value;
    this.note(resource, property, fact.kind, scope);
    return undefined;
  }

  /** Key of what a resource becomes: its logical name, which tells whose it is; with its stack where that is taken. */
  keyOf(resource: Resource): string {
    const known = this.#keys.get(resource);
    if (known !== undefined) return known;
    const candidates = [resource.name, `${resource.stack}/${resource.name}`, resource.urn];
    const key = candidates.find((candidate) => !this.#taken.has(candidate)) ?? resource.urn;
    this.#taken.add(key);
    this.#keys.set(resource, key);
    return key;
  }

  /** The resource of a kind that an id is of. */
  byId(kind: Kind | readonly Kind[], id: string): Resource | undefined {
    for (const each of typeof kind === "string" ? [kind] : kind) {
      const [found] = this.#byId.get(`${each} ${bareId(id)}`) ?? [];
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /**
   * The resource that `value`, a part of an input, points to: by its id; where that is still unknown, the only one of the kind that the
   * input was computed from. Undefined, and noted, when it is neither; `property` is the input's name.
   */
  refer(
    from: Resource,
    property: string,
    value: unknown,
    kind: Kind | readonly Kind[],
    scope?: string,
  ): Resource | undefined {
    const fact = factOf(value);
    if (fact.kind === "known") {
      const found = this.byId(kind, String(fact.value));
      if (found === undefined)
        this.note(
          from,
          property,
          `leads to ${String(fact.value)}, which is in none of the stacks read`,
          scope,
        );
      return found;
    }
    const candidates = this.computedFrom(from, property, kind);
    const [only] = candidates;
    if (fact.kind === "unknown" && candidates.length === 1) return only;
    this.note(from, property, fact.kind, scope);
    return undefined;
  }

  /** Resources of a kind that an input was computed from. */
  computedFrom(from: Resource, property: string, kind: Kind | readonly Kind[]): readonly Resource[] {
    const wanted = typeof kind === "string" ? [kind] : kind;
    return (from.propertyDependencies[property] ?? []).flatMap((urn) => {
      const found = this.#byUrn.get(urn);
      const its = found === undefined ? undefined : kindOf(found.type);
      return found !== undefined && its !== undefined && wanted.includes(its) ? [found] : [];
    });
  }
}

export function originOf({ urn, stack }: Resource): Origin {
  return { resource: urn, stack };
}

function push<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
