/** Public interfaces, for one family: their addresses, and the security groups in front of Instances. */
import type { AddressSpace } from "./addresses.ts";
import type { Crossing } from "./fabric.ts";
import type { Compiled } from "./filters.ts";
import { acceptedBy, compileGroup } from "./filters.ts";
import type { Intervals } from "./intervals.ts";
import { isEmpty, unite } from "./intervals.ts";
import type { State, Station } from "./machine.ts";
import type { PublicInterface, SecurityGroup } from "./network.ts";
import type { PacketSet } from "./packets.ts";
import { withoutPrefix } from "./routes.ts";

export interface PublicMember {
  readonly station: Station;
  readonly interface: string;
  readonly addresses: Intervals;
  readonly group: SecurityGroup | undefined;
  readonly inbound: Side;
  readonly outbound: Side;
}

export interface Side {
  readonly accepted: PacketSet;
  /** Undefined without a security group. */
  readonly filter: Compiled | undefined;
}

export function publicMember(station: Station, space: AddressSpace): readonly PublicMember[] {
  const outside = station.node.publicInterface;
  const addresses = publicAddresses(outside, space);
  if (outside === undefined || isEmpty(addresses)) return [];
  const { interface: name, securityGroup: group } = outside;
  return [
    {
      station,
      interface: name,
      addresses,
      group,
      inbound: sideOf(group && compileGroup(group.inbound, "source", space), space),
      outbound: sideOf(group && compileGroup(group.outbound, "destination", space), space),
    },
  ];
}

export function publicAddresses(outside: PublicInterface | undefined, space: AddressSpace): Intervals {
  return unite(...(outside?.addresses ?? []).map((each) => space.of(withoutPrefix(each))));
}

/** A stateful group lets through what belongs to a connection it let through. */
export function passesFreely(group: SecurityGroup | undefined, state: State): boolean {
  return group === undefined || (group.stateful && state === "established");
}

function sideOf(filter: Compiled | undefined, { everything }: AddressSpace): Side {
  return { filter, accepted: filter === undefined ? [everything] : acceptedBy(filter, everything) };
}

export function groupCrossing(
  group: SecurityGroup | undefined,
  { filter }: Side,
  state: State,
): readonly Crossing[] {
  if (group === undefined || filter === undefined || passesFreely(group, state)) return [];
  return [{ layer: "security-group", resource: group.origin.resource, filter }];
}
