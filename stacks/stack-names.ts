/** The parts that an estate is deployed in, one program and one Pulumi stack each. */
export const stackKinds = ["foundation", "par-1", "par-2", "witness", "edge", "dr"] as const;
export type StackKind = (typeof stackKinds)[number];

/**
 * What goes up after what; the stacks of one row go up side by side. The witness is reached through a zone's bastion and
 * firewall pair, so it follows the zones.
 */
export const deploymentOrder: readonly (readonly StackKind[])[] = [
  ["foundation"],
  ["par-1", "par-2"],
  ["witness"],
  ["edge"],
  ["dr"],
];

/** `guadeloupe.par-1`. */
export function stackName(estate: string, kind: StackKind): string {
  return `${estate}.${kind}`;
}

/** The parts of a stack's name; undefined when it is not `<estate>.<part>`. */
export function parseStackName(
  name: string,
): { readonly estate: string; readonly kind: StackKind } | undefined {
  const dot = name.lastIndexOf(".");
  const kind = stackKinds.find((candidate) => candidate === name.slice(dot + 1));
  return dot < 1 || kind === undefined ? undefined : { estate: name.slice(0, dot), kind };
}
