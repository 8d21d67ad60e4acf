/**
 * What the program wrote, kept until the whole stack is judged.
 *
 * A stack policy sees what the provider is about to make of the inputs: in a preview the bridged provider leaves `zone` and `region` out
 * of it, and what it computes by itself is unknown. A resource policy sees the inputs, but neither the estate nor the other resources. So
 * one resource policy a pack, which never reports anything, keeps the inputs, and every other policy judges the stack with them.
 */
import type { PolicyResource, ResourceValidationPolicy } from "@pulumi/policy";

/** What whoever runs a pack may tell it, with `--policy-pack-config`. */
export interface Settings {
  /** Path of a file of exemptions, for a program without an estate. */
  readonly exemptions?: string;
  /** EUR a month that the program's servers may cost, for a program without an estate. */
  readonly monthlyCeiling?: number;
}

const inputs = new Map<string, PolicyResource["props"]>();
let settings: Settings = {};

/** The inputs of a resource; what the engine shows of it, when it was not registered in this run. */
export function inputsOf(resource: PolicyResource): PolicyResource["props"] {
  return inputs.get(resource.urn) ?? resource.props;
}

/** What the run's configuration says. */
export function settingsOfRun(): Settings {
  return settings;
}

export const programAsWritten: ResourceValidationPolicy = {
  name: "program-as-written",
  description:
    "Keeps what the program wrote for the policies that judge the stack; reports nothing. Its configuration is the pack's.",
  enforcementLevel: "advisory",
  configSchema: {
    properties: {
      exemptions: { type: "string", description: "path of a file of exemptions" },
      monthlyCeiling: { type: "number", description: "EUR a month that the program's servers may cost" },
    },
  },
  validateResource: (args) => {
    inputs.set(args.urn, args.props);
    settings = args.getConfig<Settings>();
  },
};
