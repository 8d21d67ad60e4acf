/** Programs as the engine shows them to policies: resources, what was written of them, and values that a preview does not know. */
import type {
  PolicyResource,
  ResourceValidationArgs,
  StackValidationArgs,
  StackValidationPolicy,
} from "@pulumi/policy";
import { unknownCheckingProxy } from "@pulumi/policy";
import { programAsWritten, type Settings } from "../../policies/kit/written.ts";

/** What a preview puts in place of a string that is known only after the update. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A resource of a small program, written by hand. */
export interface Sketch {
  readonly type: string;
  readonly name: string;
  readonly props?: Readonly<Record<string, unknown>>;
  readonly protect?: boolean;
  /** Names of resources that a property comes from. */
  readonly from?: Readonly<Record<string, readonly string[]>>;
  /** Names of resources that must be there before. */
  readonly after?: readonly string[];
}

/** A resource with its links by URN. */
export interface Laid {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly props: Readonly<Record<string, unknown>>;
  readonly protect: boolean;
  readonly dependencies: readonly string[];
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
}

/** Lays sketches out as one program's resources. */
export function laidOf(sketches: readonly Sketch[], stack = "dev"): Laid[] {
  const urnOf = ({ type, name }: Sketch): string => `urn:pulumi:${stack}::archipel::${type}::${name}`;
  const named = (name: string): string => {
    const found = sketches.find((sketch) => sketch.name === name);
    if (found === undefined) throw new Error(`no sketch is named ${name}`);
    return urnOf(found);
  };
  return sketches.map((sketch) => {
    const links = Object.entries(sketch.from ?? {}).map(
      ([property, names]) => [property, names.map(named)] as const,
    );
    return {
      type: sketch.type,
      name: sketch.name,
      urn: urnOf(sketch),
      props: sketch.props ?? {},
      protect: sketch.protect ?? false,
      dependencies: [...(sketch.after ?? []).map(named), ...links.flatMap(([, urns]) => urns)],
      propertyDependencies: Object.fromEntries(links),
    };
  });
}

/** Resources as the SDK hands them to a stack policy; what was written of them is remembered as in a run. */
export function shownToPolicies(laid: readonly Laid[], settings: Settings = {}): readonly PolicyResource[] {
  const resources = laid.map(({ type, name, urn, props, protect }) => ({
    type,
    name,
    urn,
    props: unknownCheckingProxy(props),
    opts: { protect },
    dependencies: [] as PolicyResource[],
    propertyDependencies: {} as Record<string, PolicyResource[]>,
    getConfig: () => settings,
  }));
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource as unknown as PolicyResource]));
  const linked = (urns: readonly string[]) => urns.flatMap((urn) => byUrn.get(urn) ?? []);
  for (const [index, { dependencies, propertyDependencies }] of laid.entries()) {
    const resource = resources[index];
    if (resource === undefined) continue;
    resource.dependencies = linked(dependencies);
    for (const [property, urns] of Object.entries(propertyDependencies))
      resource.propertyDependencies[property] = linked(urns);
  }
  for (const resource of resources) {
    for (const remember of [programAsWritten.validateResource ?? []].flat())
      void remember(resource as unknown as ResourceValidationArgs, () => {});
  }
  return resources as unknown as PolicyResource[];
}

export interface Verdict {
  /** Each with the name of the resource at fault. */
  readonly violations: readonly string[];
  /** Why the policy has nothing to say, when it says so. */
  readonly notApplicable: string | undefined;
}

class NotApplicable extends Error {}

/** Runs a policy as the SDK does. */
export async function judge(
  policy: StackValidationPolicy,
  resources: readonly PolicyResource[],
): Promise<Verdict> {
  const violations: string[] = [];
  const args = {
    resources,
    notApplicable: (reason: string) => {
      throw new NotApplicable(reason);
    },
  } as unknown as StackValidationArgs;
  try {
    for (const validate of [policy.validateStack].flat()) {
      await validate(args, (message, urn) => {
        violations.push(`${urn?.split("::").at(-1) ?? "program"}: ${message}`);
      });
    }
  } catch (error) {
    if (!(error instanceof NotApplicable)) throw error;
    return { violations, notApplicable: error.message };
  }
  return { violations, notApplicable: undefined };
}

/** A policy's violations in a program written by hand. */
export async function violationsOf(
  policy: StackValidationPolicy,
  sketches: readonly Sketch[],
  stack?: string,
): Promise<readonly string[]> {
  return (await judge(policy, shownToPolicies(laidOf(sketches, stack)))).violations;
}
