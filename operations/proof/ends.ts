/** What a reader types for the ends of a flow: what it is in the network, and which declarations would allow it. */
import { stretchOf } from "../../model/proof/addresses.ts";
import type { Network, Node } from "../../model/proof/network.ts";
import type { Permission } from "../../model/proof/permissions.ts";
import type { Place, Sites } from "../../model/proof/places.ts";
import { placesOf } from "../../model/proof/places.ts";
import { ownAddresses } from "../../model/proof/routes.ts";
import { VisibleError } from "../errors.ts";

export interface End {
  /** As the proof calls it: a key or name, or an address. */
  readonly name: string;
  /** Names of the places that a declaration may mean by it. */
  readonly places: readonly string[];
  /** Names of the workloads that it is or holds. */
  readonly workloads: readonly string[];
}

/** Throws a {@link VisibleError} for a name of nothing, and for a sender that is nobody. */
export function endOf(network: Network, sites: Sites, text: string, side: "from" | "to"): End {
  const places = placesOf(network, sites);
  const outside = places.find(({ name, kind }) => name === text && kind !== "private-network");
  const { privateNetworks, nodes } = network;
  const named = nodes.filter((node) => node.key === text || node.name === text || node.workload === text);
  if (named.length > 0) return { name: text, ...homesOf(network, named) };
  const place = privateNetworks.find(({ key, name }) => key === text || name === text);
  if (place !== undefined) {
    const there = nodes.filter(({ legs }) => legs.some(({ privateNetwork }) => privateNetwork === place.key));
    return { name: text, places: [place.name], workloads: homesOf(network, there).workloads };
  }
  if (outside !== undefined) return { name: text, places: [text], workloads: [] };
  if (stretchOf(text) !== undefined && !text.includes("/")) return endAt(network, text, side);
  throw new VisibleError(
    "end-unknown",
    `there is no network, workload, server, guest or address ${text}`,
    nearest(network, places, text),
  );
}

function endAt(network: Network, address: string, side: "from" | "to"): End {
  const wanted = stretchOf(address)?.[0];
  const holder = network.nodes.find((node) =>
    ownAddresses(node).some((each) => stretchOf(each)?.[0] === wanted),
  );
  if (holder !== undefined)
    return { name: side === "from" ? holder.key : address, ...homesOf(network, [holder]) };
  const inside = network.privateNetworks.find(({ prefixes }) =>
    prefixes.some((prefix) => {
      const [first, last] = stretchOf(prefix) ?? [];
      return (
        wanted !== undefined && first !== undefined && last !== undefined && first <= wanted && wanted <= last
      );
    }),
  );
  if (side === "to") return { name: address, places: [inside?.name ?? "internet"], workloads: [] };
  if (inside === undefined) return { name: "internet", places: ["internet"], workloads: [] };
  throw new VisibleError(
    "end-unknown",
    `nobody has the address ${address}, of the network ${inside.name}`,
    `What that network may send: archipel explain ESTATE ${inside.name} …`,
  );
}

function homesOf({ privateNetworks }: Network, nodes: readonly Node[]): Omit<End, "name"> {
  const keys = new Set(nodes.flatMap(({ legs }) => legs.map(({ privateNetwork }) => privateNetwork)));
  return {
    places: [
      ...privateNetworks.filter(({ key }) => keys.has(key)).map(({ name }) => name),
      ...(nodes.some(({ publicInterface }) => publicInterface !== undefined) ? ["internet"] : []),
    ],
    workloads: [...new Set(nodes.flatMap(({ workload }) => workload ?? []))],
  };
}

/** Names that hold what was typed, or share its first letters. */
function nearest({ nodes }: Network, places: readonly Place[], text: string): string | undefined {
  const names = [
    ...new Set([...places.map(({ name }) => name), ...nodes.flatMap(({ workload }) => workload ?? [])]),
  ];
  const close = names.filter((name) => name.includes(text) || name.startsWith(text.slice(0, 3))).sort();
  return close.length === 0 ? undefined : `Near to it: ${close.slice(0, 8).join(", ")}`;
}

export interface Service {
  readonly protocol: "tcp" | "udp" | "icmp";
  readonly port: number;
}

/** `tcp/5432`, `udp/53`, `icmp`. */
export function serviceOf(text: string): Service {
  const [, protocol, number] = /^(tcp|udp|icmp)(?:\/(\d{1,5}))?$/.exec(text) ?? [];
  const port = Number(number);
  if (protocol === "icmp" && number === undefined) return { protocol, port: 8 };
  if ((protocol === "tcp" || protocol === "udp") && port >= 1 && port <= 65_535) return { protocol, port };
  throw new VisibleError("service-unknown", `${text} is no service`, "Such as tcp/5432, udp/53, or icmp.");
}

/** Declarations that allow a service from one end to another. */
export function declarationsFor(
  permissions: readonly Permission[],
  from: End,
  to: End,
  { protocol, port }: Service,
): readonly Permission[] {
  return permissions.filter(
    (permission) =>
      permission.protocol === protocol &&
      (protocol === "icmp" || (permission.first <= port && port <= permission.last)) &&
      from.places.includes(permission.from) &&
      to.places.includes(permission.to) &&
      isFor(permission.sender, from) &&
      isFor(permission.receiver, to),
  );
}

function isFor(party: Permission["sender"], { workloads }: End): boolean {
  return party?.kind !== "workload" || workloads.length === 0 || workloads.includes(party.name);
}
