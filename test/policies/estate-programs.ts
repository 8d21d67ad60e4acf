/** The stacks of an estate as programs that policies judge, laid out under mocks: deployed, or previewed on an empty backend. */
import { join } from "node:path";
import type { StackKind } from "../../stacks/stack-names.ts";
import { blurred, type EstateResources, estateResources } from "../helpers/estate-resources.ts";
import { isSecret, type LaidOut } from "../helpers/laid-out.ts";
import type { Laid } from "./resources.ts";

const root = join(import.meta.dirname, "../..");

export const estateFolders = { small: "test/estates/small", guadeloupe: "estates/guadeloupe" } as const;
export type EstateName = keyof typeof estateFolders;

export type Instant = "update" | "preview";

type Stacks = Readonly<Record<StackKind, readonly Laid[]>>;

const laidOut = new Map<EstateName, Promise<EstateResources>>();
const programs = new Map<string, Promise<Stacks>>();

/** Every stack of an estate, protected as an organisation's are. */
export function estatePrograms(name: EstateName, instant: Instant = "preview"): Promise<Stacks> {
  const key = `${name} ${instant}`;
  const found = programs.get(key) ?? programsOf(name, instant);
  programs.set(key, found);
  return found;
}

async function programsOf(name: EstateName, instant: Instant): Promise<Stacks> {
  const once = laidOut.get(name) ?? estateResources(estateFolders[name], undefined, "on");
  laidOut.set(name, once);
  const { stacks, outputs } = await once;
  const each = Object.entries(stacks).map(([kind, resources]): [string, readonly Laid[]] => {
    const { consumes, provides } = outputs[kind as StackKind];
    // Of what a stack provides, policies read the zone that serves alone, which is no output of a resource.
    const own = kind === "dr" ? { provides } : {};
    const program = stackOf(`${name}.${kind}`, { estate: join(root, estateFolders[name]), consumes, ...own });
    return [kind, [program, ...resources.map((resource) => laid(resource, instant))]];
  });
  return Object.fromEntries(each) as Record<StackKind, readonly Laid[]>;
}

/** The resource that holds a program's outputs. */
export function stackOf(stack: string, outputs: Readonly<Record<string, unknown>>): Laid {
  return {
    type: "pulumi:pulumi:Stack",
    name: `archipel-${stack}`,
    urn: `urn:pulumi:${stack}::archipel::pulumi:pulumi:Stack::archipel-${stack}`,
    props: { protection: "on", ...outputs },
    protect: false,
    dependencies: [],
    propertyDependencies: {},
  };
}

/** A resource laid out under mocks, as policies see it. */
export function laid({ type, name, urn, inputs, options, state }: LaidOut, instant: Instant): Laid {
  const plain = opened(inputs) as Record<string, unknown>;
  return {
    type,
    name,
    urn,
    props: instant === "preview" ? (blurred(plain) as Record<string, unknown>) : plain,
    protect: options.protect,
    dependencies: state.dependencies,
    propertyDependencies: state.propertyDependencies,
  };
}

/** Policies are shown secrets in clear. */
function opened(value: unknown): unknown {
  if (isSecret(value)) return opened(value.value);
  if (Array.isArray(value)) return value.map(opened);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, opened(each)]));
}
