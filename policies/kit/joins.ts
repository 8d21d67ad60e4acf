/** Resources of one program that belong together. */
import type { PolicyResource } from "@pulumi/policy";
import { dependenciesOf } from "./facts.ts";
import { type NotApplicable, nothingOf } from "./policy.ts";

export function dependsOn(resource: PolicyResource, property: string, on: PolicyResource): boolean {
  return dependenciesOf(resource, property).some(({ urn }) => urn === on.urn);
}

/** Not applicable to a program without any of the resources that a policy is about. */
export function nothingIfEmpty(
  concerned: readonly PolicyResource[],
  ...types: readonly string[]
): NotApplicable | undefined {
  return concerned.length === 0 ? nothingOf(...types) : undefined;
}
