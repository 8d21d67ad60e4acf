/** What is lost with an application: whom its networks reach, whom those reach in turn, and the machines that carry its guests. */

import { landingsOf } from "./matrix.ts";
import { families, Model } from "./model.ts";
import type { Network, Node } from "./network.ts";
import { servicesOf } from "./packet-text.ts";
import type { Box } from "./packets.ts";
import type { Place, Sites } from "./places.ts";
import { isHost, placesOf, prefixesOf, sendingFrom } from "./places.ts";
import { reachFrom } from "./reach.ts";

export interface ReachedNode {
  readonly node: string;
  readonly application: string | undefined;
  /** 1: from the application's own networks; 2: from a network reached so; and so on. */
  readonly distance: number;
  /** Name of the network that it is reached from. */
  readonly from: string;
  /** `any`: a neighbour on the same network. */
  readonly services: readonly string[];
}

export interface BlastRadius {
  readonly application: string;
  readonly nodes: readonly string[];
  readonly reached: readonly ReachedNode[];
  /** Applications at distance 1 and further. */
  readonly direct: readonly string[];
  readonly transitive: readonly string[];
  /** Nodes of its own whose root is on the internet, whatever their rules say. */
  readonly onInternet: readonly string[];
  /** What leaves for the internet by others' machines from its own networks. */
  readonly internet: readonly string[];
  /** A separate step, since a guest has to be left first: the machines that carry its guests, and whom else they carry. */
  readonly carriers: readonly { readonly node: string; readonly guests: readonly string[] }[];
}

interface Row {
  readonly nodes: ReadonlyMap<string, readonly Box[]>;
  readonly internet: readonly Box[];
}

export function blastRadius(network: Network, application: string, sites: Sites = []): BlastRadius {
  const model = new Model(network, { asked: prefixesOf(sites) });
  const places = placesOf(model.network, sites);
  const own = network.nodes.filter((node) => node.application === application);
  const reached = new Map<string, ReachedNode>();
  const internet: Box[] = [];
  let front = placesIn(model, places, own);
  const seen = new Set(front);
  for (let distance = 1; front.length > 0; distance += 1) {
    const found: Node[] = [];
    for (const place of front) {
      const row = rowOf(model, places, sites, place);
      if (distance === 1) internet.push(...row.internet);
      for (const [key, boxes] of row.nodes) {
        const node = model.node(key);
        if (node === undefined || node.application === application || reached.has(key)) continue;
        const services = servicesOf(boxes);
        reached.set(key, { node: key, application: node.application, distance, from: place.name, services });
        found.push(node);
      }
    }
    front = placesIn(model, places, found).filter((place) => !seen.has(place));
    for (const place of front) seen.add(place);
  }
  const all = [...reached.values()];
  const applications = (of: readonly ReachedNode[]): readonly string[] =>
    [...new Set(of.flatMap((each) => each.application ?? []))].sort();
  const direct = applications(all.filter(({ distance }) => distance === 1));
  return {
    application,
    nodes: own.map(({ key }) => key),
    reached: all,
    direct,
    transitive: applications(all).filter((each) => !direct.includes(each)),
    onInternet: own.filter((node) => node.publicInterface !== undefined).map(({ key }) => key),
    internet: servicesOf(internet),
    carriers: [...new Set(own.flatMap(({ carriedBy }) => carriedBy))].sort().map((carrier) => ({
      node: carrier,
      guests: network.nodes.filter((node) => node.carriedBy.includes(carrier)).map(({ key }) => key),
    })),
  };
}

function placesIn(model: Model, places: readonly Place[], nodes: readonly Node[]): readonly Place[] {
  const keys = new Set(
    nodes
      .filter((node) => isHost(model, node))
      .flatMap((node) =>
        node.legs.filter((leg) => !model.bridges(node, leg)).map((leg) => leg.privateNetwork),
      ),
  );
  return places.filter(({ key }) => keys.has(key));
}

function rowOf(model: Model, places: readonly Place[], sites: Sites, from: Place): Row {
  const byKey = new Map(places.map((place) => [place.key, place]));
  const nodes = new Map<string, Box[]>();
  const internet: Box[] = [];
  for (const family of families) {
    const fabric = model.fabric(family, new Set());
    for (const reached of reachFrom(fabric, sendingFrom(model, fabric, from))) {
      for (const { receiver, box, place } of landingsOf(model, fabric, byKey, sites, reached)) {
        if (receiver !== undefined) nodes.set(receiver.key, [...(nodes.get(receiver.key) ?? []), box]);
        else if (place.kind === "internet") internet.push(box);
      }
    }
  }
  return { nodes, internet };
}
