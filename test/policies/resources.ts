/** Resources as the engine shows them to a stack policy, unknown values included. */
import type {
  PolicyResource,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationArgs,
  StackValidationPolicy,
} from "@pulumi/policy";
import { unknownCheckingProxy } from "@pulumi/policy";

/** What a preview puts in place of a string that is known only after the update. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export interface Sketch {
  readonly type: string;
  readonly name: string;
  readonly props?: Record<string, unknown>;
  /** Names of resources that a property comes from. */
  readonly from?: Readonly<Record<string, readonly string[]>>;
  /** Names of resources that must be there before. */
  readonly after?: readonly string[];
}

/** Lays sketches out as one program's resources. */
export function resourcesOf(sketches: readonly Sketch[]): PolicyResource[] {
  const resources = sketches.map((sketch) => ({
    type: sketch.type,
    name: sketch.name,
    urn: `urn:pulumi:dev::archipel::${sketch.type}::${sketch.name}`,
    props: unknownCheckingProxy(sketch.props ?? {}),
    opts: {},
    dependencies: [] as PolicyResource[],
    propertyDependencies: {} as Record<string, PolicyResource[]>,
  }));
  const named = (names: readonly string[]): PolicyResource[] =>
    names.map((name) => {
      const found = resources.find((resource) => resource.name === name);
      if (found === undefined) throw new Error(`no sketch is named ${name}`);
      return found as unknown as PolicyResource;
    });
  for (const [index, { from = {}, after = [] }] of sketches.entries()) {
    const resource = resources[index];
    if (resource === undefined) continue;
    for (const [property, names] of Object.entries(from))
      resource.propertyDependencies[property] = named(names);
    resource.dependencies = [...named(after), ...Object.values(resource.propertyDependencies).flat()];
  }
  return resources as unknown as PolicyResource[];
}

/** Runs a policy as the SDK does; its violations, each with the name of the resource at fault. */
export async function violationsOf(
  policy: StackValidationPolicy | ResourceValidationPolicy,
  sketches: readonly Sketch[],
): Promise<string[]> {
  const found: string[] = [];
  const resources = resourcesOf(sketches);
  if ("validateResource" in policy) {
    for (const resource of resources) {
      for (const validate of [policy.validateResource ?? []].flat()) {
        await validate(resource as unknown as ResourceValidationArgs, (message) => {
          found.push(`${resource.name}: ${message}`);
        });
      }
    }
    return found;
  }
  const { validateStack } = policy as StackValidationPolicy;
  for (const validate of [validateStack].flat()) {
    await validate({ resources } as unknown as StackValidationArgs, (message, urn) => {
      found.push(`${urn?.split("::").at(-1) ?? "program"}: ${message}`);
    });
  }
  return found;
}
