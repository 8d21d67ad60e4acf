/** One change of a program that trips no policy. */
import type { EstateChanges } from "../pieces.ts";
import type { Laid, Sketch } from "../resources.ts";

/** Stacks of guadeloupe, or a small program with what guadeloupe has not: managed databases, caches, buckets, volumes and keys. */
export type Base = "foundation" | "par-1" | "dr" | "services";

export interface Mutant {
  readonly base: Base;
  readonly change?: (resources: readonly Laid[]) => readonly Laid[];
  /** The reviewed estate changes in place of the program. */
  readonly estate?: EstateChanges;
}

type Props = Readonly<Record<string, unknown>>;

/** Changes the one resource of a type (its last part, e.g. `Server`) and name. Throws when it is not one. */
export function set(
  type: string,
  name: string,
  props: Props | ((props: Props) => Props),
  more: Partial<Omit<Laid, "props">> = {},
): NonNullable<Mutant["change"]> {
  return (resources) => {
    const one = the(resources, type, name);
    const changed = typeof props === "function" ? props(one.props) : props;
    return resources.map((each) =>
      each === one ? { ...one, ...more, props: { ...one.props, ...changed } } : each,
    );
  };
}

export function without(type: string, name: string): NonNullable<Mutant["change"]> {
  return (resources) => {
    const one = the(resources, type, name);
    return resources.filter((each) => each !== one);
  };
}

/** Adds a resource; its links are to resources of the program, each by type and name. */
export function added(
  { type, name, props = {} }: Sketch,
  links: Readonly<Record<string, readonly [type: string, name: string]>> = {},
): NonNullable<Mutant["change"]> {
  return (resources) => [
    ...resources,
    {
      type,
      name,
      urn: `urn:pulumi:mutant::archipel::${type}::${name}`,
      props,
      protect: false,
      dependencies: [],
      propertyDependencies: Object.fromEntries(
        Object.entries(links).map(([property, [of, named]]) => [property, [the(resources, of, named).urn]]),
      ),
    },
  ];
}

export function the(resources: readonly Laid[], type: string, name: string): Laid {
  const found = resources.filter(
    (each) =>
      !each.type.startsWith("archipel:") && each.type.split(":").at(-1) === type && each.name === name,
  );
  const [only] = found;
  if (only === undefined || found.length > 1)
    throw new Error(`${found.length} resources are a ${type} named ${name}`);
  return only;
}

/** A list property with one element more. */
export function plus(property: string, element: unknown): (props: Props) => Props {
  return (props) => ({
    [property]: [...((props[property] as readonly unknown[] | undefined) ?? []), element],
  });
}

/** A text property with a part replaced. Throws when it has no such part. */
export function replacing(property: string, from: string, to: string): (props: Props) => Props {
  return (props) => {
    const text = String(props[property]);
    if (!text.includes(from)) throw new Error(`${property} does not say: ${from}`);
    return { [property]: text.replaceAll(from, to) };
  };
}

/** Id of a private network, as the program says that it consumed it. */
export function consumedNetwork(resources: readonly Laid[], key: string): string {
  const consumes = resources[0]?.props.consumes as
    | { readonly privateNetworks: Readonly<Record<string, string>> }
    | undefined;
  const id = consumes?.privateNetworks[key];
  if (id === undefined) throw new Error(`the program did not consume ${key}`);
  return id;
}
