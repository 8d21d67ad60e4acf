/** The private networks that servers stand in, by the names that the program's claims give them. */
import type { PolicyResource } from "@pulumi/policy";
import { keysById } from "./estate.ts";
import { bareId, indexesOf, ofType, written } from "./facts.ts";
import { dependsOn } from "./joins.ts";
import type { Report } from "./policy.ts";
import type { Program } from "./program.ts";
import { bareMetalType, nicType, serverTypes } from "./types.ts";

/**
 * Hands each server's networks to `check`. An unknown leg, a leg in a network that nobody claims, and a program that claims nothing are
 * violations of the policy that asks: what they join is undetermined.
 */
export function checkLegs(
  { resources }: Program,
  report: Report,
  check: (server: PolicyResource, networks: readonly string[]) => void,
): void {
  const keys = keysById(resources, "privateNetworks");
  if (keys === undefined) {
    report(
      "undetermined: the program does not say which private networks it consumed (output `consumes.privateNetworks`)",
    );
    return;
  }
  for (const server of ofType(resources, ...serverTypes)) {
    const ids = legsOf(server, resources);
    const networks = ids?.map((id) => keys.get(bareId(id)));
    if (networks === undefined)
      report(`${server.name}: the private networks it is attached to are undetermined`, server);
    else if (networks.includes(undefined))
      report(
        `${server.name}: attached to a private network that the program does not say it consumed: undetermined`,
        server,
      );
    else check(server, networks as string[]);
  }
}

/** Ids of the private networks that a server is attached to; undefined when one is unknown. */
export function legsOf(
  server: PolicyResource,
  resources: readonly PolicyResource[],
): readonly string[] | undefined {
  const ids =
    server.type === bareMetalType
      ? indexesOf(server, "privateNetworks")?.map((index) =>
          written<string>(server, "privateNetworks", index, "id"),
        )
      : ofType(resources, nicType)
          .filter((card) => dependsOn(card, "serverId", server))
          .map((card) => written<string>(card, "privateNetworkId"));
  if (ids === undefined || ids.some(({ kind }) => kind !== "known")) return undefined;
  return ids.flatMap((id) => (id.kind === "known" ? [id.value] : []));
}
