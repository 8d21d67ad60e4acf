/** Where the API and the states tell different stories, and what the API itself names and does not show: never taken for nothing. */
import type { Undetermined } from "../network.ts";
import { type Properties, propertiesOf, textOf } from "../replay/entries.ts";
import type { Surroundings } from "../replay/machines.ts";
import type { ObjectKind, Objects } from "../replay/objects.ts";
import type { Kind } from "./kinds.ts";
import { originOf, type Reading } from "./reading.ts";
import { bareId, fieldsOf, type Resource } from "./resource.ts";

/** Kinds that both have, as each calls them. */
const both: readonly (readonly [Kind, ObjectKind])[] = [
  ["vpc", "vpc"],
  ["privateNetwork", "privateNetwork"],
  ["route", "route"],
  ["connector", "connector"],
  ["reservation", "booking"],
  ["bareMetal", "bareMetal"],
  ["flexibleIp", "flexibleIp"],
  ["instance", "instance"],
  ["privateNic", "nic"],
  ["instanceIp", "instanceIp"],
  ["securityGroup", "securityGroup"],
  ["loadBalancer", "loadBalancer"],
  ["loadBalancerIp", "loadBalancerIp"],
  ["backend", "backend"],
  ["frontend", "frontend"],
  ["frontendAcl", "frontendAcl"],
  ["frontendRoute", "frontendRoute"],
  ["gateway", "gateway"],
  ["gatewayIp", "gatewayIp"],
  ["gatewayNetwork", "gatewayNetwork"],
  ["portForward", "portForward"],
  ["cache", "cache"],
  ["database", "database"],
];

/**
 * What a state holds and the API does not list: somebody deleted it, or the credentials do not show it, and then more may be hidden. So it
 * leaves open what hangs on it, and everything where that is nothing that is there.
 */
export function missingAtScaleway(objects: Objects, reading: Reading): readonly Undetermined[] {
  const there = (resource: Resource | undefined, kind: ObjectKind): boolean =>
    resource?.id !== undefined && objects.of(kind).has(bareId(resource.id));
  return both.flatMap(([kind, its]) =>
    reading
      .of(kind)
      .filter((resource) => resource.id !== undefined && !there(resource, its))
      .map((resource): Undetermined => {
        const holder = holderOf(reading, resource);
        const scope = holder !== undefined && there(holder.resource, holder.kind);
        return {
          origin: originOf(resource),
          property: "id",
          why: "it is in the state, and the API does not list it: deleted by hand, or hidden from these credentials",
          ...(scope ? { scope: reading.keyOf(holder.resource) } : {}),
        };
      }),
  );
}

function holderOf(
  reading: Reading,
  { inputs }: Resource,
): { readonly resource: Resource; readonly kind: "bareMetal" | "instance" | "vpc" } | undefined {
  const source = fieldsOf(Array.isArray(inputs.sources) ? inputs.sources[0] : undefined);
  const network = reading.byId("privateNetwork", String(source.privateNetworkId));
  for (const [kind, id] of [
    ["instance", inputs.serverId],
    ["bareMetal", inputs.serverId],
    ["vpc", inputs.vpcId],
    ["vpc", network?.inputs.vpcId],
  ] as const) {
    const resource = reading.byId(kind, String(id));
    if (resource !== undefined) return { resource, kind };
  }
  return undefined;
}

/** Whoever holds an address of a private network and is none of what was listed; and what is plugged into networks that were not. */
export function strangersOf(around: Surroundings): readonly Undetermined[] {
  const { objects } = around;
  const listed = new Set<string>();
  for (const kind of ["nic", "loadBalancer", "gateway", "gatewayNetwork", "cache", "database"] as const)
    for (const id of objects.of(kind).keys()) listed.add(id);
  const plugs = [...objects.attachments].flatMap(([holder, all]) =>
    all.map((each): Properties => ({ ...each, holder })),
  );
  for (const plug of plugs) listed.add(String(plug.id));
  const holders = [...objects.of("booking")].flatMap(([id, booking]) => {
    const { id: holder, type, name } = propertiesOf(booking.resource);
    // `custom`: set aside for a card that its owner names, and plugged into nothing by that.
    if (textOf(holder) === undefined || type === "custom" || listed.has(String(holder))) return [];
    const what = `${String(type)} ${textOf(name) ?? String(holder)}`;
    return [unknown(`booking::${id}`, `${what} holds ${String(booking.address)}, and is not understood`)];
  });
  const elsewhere = [...objects.of("nic").values(), ...objects.of("gatewayNetwork").values(), ...plugs]
    .filter((plug) => around.networkKey(String(plug.private_network_id)) === undefined)
    .map((plug) =>
      unknown(
        `plug::${String(plug.id ?? plug.holder)}`,
        `it is plugged into ${String(plug.private_network_id)}, a private network that the API does not list`,
      ),
    );
  return [...holders, ...elsewhere];
}

function unknown(resource: string, why: string): Undetermined {
  return { origin: { resource, stack: "" }, property: "private network", why };
}
