/**
 * The network as Scaleway's API lists it now, whoever made it: the same objects, read by the same code, as the replay of a log has. What the
 * API does not tell, rules, routes and kernel settings, comes from the commands of the deployed states, by the id of the server.
 */

import type { Network, Node, PublicInterface, Undetermined } from "../network.ts";
import { type Properties, propertiesOf, tagsOf, textOf, textsOf } from "../replay/entries.ts";
import { guestsOf } from "../replay/guests.ts";
import { groupOf, plugsOf, publicAddresses, type Surroundings } from "../replay/machines.ts";
import type { ObjectKind, Objects } from "../replay/objects.ts";
import { privateNetworksOf, untoldOf, vpcsOf } from "../replay/places.ts";
import { productsOf } from "../replay/products.ts";
import type { Attachment } from "./attachments.ts";
import type { Documents } from "./documents.ts";
import { type Host, Hosts, imageHost } from "./hosts.ts";
import { joinLegs } from "./legs.ts";
import { missingAtScaleway, strangersOf } from "./live-differences.ts";
import { machineNode, namesOfNetworks, publicCard, unjoined } from "./machines.ts";
import { noteNotUnderstood } from "./not-understood.ts";
import { Places } from "./private-networks.ts";
import { originOf, Reading } from "./reading.ts";
import type { Resource } from "./resource.ts";

/** What has a key in the network: places first, which keep their names. */
const keyed = [
  "vpc",
  "privateNetwork",
  "bareMetal",
  "instance",
  "loadBalancer",
  "gateway",
  "cache",
  "database",
] as const satisfies readonly ObjectKind[];

/**
 * Throws nothing: what cannot be read is undetermined. `objects` are all that the API lists, `documents` the deployed states of every stack.
 */
export function liveNetwork(objects: Objects, documents: Documents): Network {
  const reading = new Reading(documents);
  const names = new Names(objects, reading);
  const privateNetworks = privateNetworksOf(objects, (object) => names.keyOf(object));
  const places = new Places(privateNetworks);
  const machines = machinesOf(names, reading, places);
  const products = productsOf(names, new Set());
  noteNotUnderstood(reading);
  return {
    vpcs: sorted(vpcsOf(objects, (object) => names.keyOf(object))),
    privateNetworks: sorted(privateNetworks),
    nodes: sorted([...machines.nodes, ...products.nodes, ...guestsOf(names, machines.nodes, places)]),
    undetermined: [
      ...reading.undetermined,
      ...machines.undetermined,
      ...products.undetermined,
      ...untoldOf(names),
      ...missingAtScaleway(objects, reading),
      ...strangersOf(names),
    ],
  };
}

/**
 * What objects are called: as in their state; what no state knows has its id in its name, so that it never passes for something declared.
 * For the same reason its tags are not believed.
 */
class Names implements Surroundings {
  readonly objects: Objects;
  readonly #known = new Map<string, Resource>();
  readonly #keys = new Map<string, string>();

  constructor(objects: Objects, reading: Reading) {
    this.objects = objects;
    for (const kind of keyed) {
      for (const id of objects.of(kind).keys()) {
        const resource = reading.byId(kind, id);
        if (resource !== undefined) this.#know(id, resource, reading.keyOf(resource));
      }
    }
    for (const id of objects.of("booking").keys()) {
      const resource = reading.byId("reservation", id);
      if (resource !== undefined) this.#know(id, resource, resource.name);
    }
  }

  #know(id: string, resource: Resource, key: string): void {
    this.#known.set(id, resource);
    this.#keys.set(id, key);
  }

  stateOf(id: string): Resource | undefined {
    return this.#known.get(id);
  }

  keyOf({ id, name }: Properties): string {
    return this.#keys.get(String(id)) ?? `${textOf(name) ?? "nameless"} (${String(id)})`;
  }

  tagsOf({ id, tags }: Properties): ReadonlyMap<string, string> {
    return this.#known.has(String(id)) ? tagsOf(tags) : new Map();
  }

  networkKey(id: string): string | undefined {
    const object = this.objects.of("privateNetwork").get(id);
    return object === undefined ? undefined : this.keyOf(object);
  }
}

interface Machine {
  readonly id: string;
  readonly kind: "bare-metal" | "instance";
  readonly object: Properties;
  readonly state: Resource | undefined;
  readonly host: Host;
  readonly attachments: readonly Attachment[];
}

function machinesOf(
  names: Names,
  reading: Reading,
  places: Places,
): { readonly nodes: readonly Node[]; readonly undetermined: readonly Undetermined[] } {
  const hosts = new Hosts(reading);
  const machines = (["bare-metal", "instance"] as const).flatMap((kind) =>
    [...names.objects.of(kind === "instance" ? "instance" : "bareMetal")].map(([id, object]): Machine => {
      const state = names.stateOf(id);
      return {
        id,
        kind,
        object,
        state,
        host: state === undefined ? imageHost : hosts.of(state),
        attachments: attachmentsOf(names, kind, id),
      };
    }),
  );
  const interfaces = namesOfNetworks(machines, places);
  const undetermined: Undetermined[] = [];
  const nodes = machines.map((machine) => {
    const { id, kind, object, state, host, attachments } = machine;
    const joined = joinLegs(host, attachments, places, interfaces);
    const key = names.keyOf(object);
    const origin = state === undefined ? { resource: `${kind}::${key}`, stack: "" } : originOf(state);
    const note = (property: string, why: string): void => {
      undetermined.push({ origin, property, why, scope: key });
    };
    if (state === undefined)
      note("rules", "it is in no state: what its kernel filters, forwards and routes is not known");
    for (const why of unjoined(host, joined)) note("privateNetworks", why);
    return machineNode({
      key,
      name: state?.name ?? key,
      kind,
      origin,
      zone: textOf(object.zone) ?? "",
      tags: names.tagsOf(object),
      host,
      joined,
      publicInterface: publicInterfaceOf(names.objects, id, kind, object, note),
    });
  });
  return { nodes, undetermined };
}

/** A plug with the addresses booked for it, as the API says. */
function attachmentsOf(names: Names, kind: Machine["kind"], id: string): readonly Attachment[] {
  const { objects } = names;
  return plugsOf(id, kind, objects).flatMap((plug): Attachment[] => {
    const network = names.networkKey(String(plug.private_network_id));
    if (network === undefined) return [];
    const named = new Set(textsOf(plug.ipam_ip_ids));
    const booked = [...objects.of("booking")].filter(
      ([booking, { resource }]) => named.has(booking) || propertiesOf(resource).id === plug.id,
    );
    const { vlan, mac_address: mac } = plug;
    return [
      {
        network,
        addresses: booked.flatMap(([, { address }]) => textOf(address) ?? []),
        vlan: typeof vlan === "number" ? vlan : undefined,
        mac: textOf(mac)?.toLowerCase(),
      },
    ];
  });
}

function publicInterfaceOf(
  objects: Objects,
  id: string,
  kind: Machine["kind"],
  object: Properties,
  note: (property: string, why: string) => void,
): PublicInterface | undefined {
  const addresses = [...new Set(publicAddresses(id, kind, object, objects))].sort();
  const group = kind === "instance" ? groupOf(object, objects) : undefined;
  if (group === "unknown") note("security_group", "it is none of those that the API lists");
  return addresses.length === 0
    ? undefined
    : {
        interface: publicCard[kind],
        addresses,
        securityGroup: group === "unknown" ? undefined : group,
      };
}

function sorted<Item extends { readonly key: string }>(items: readonly Item[]): Item[] {
  return [...items].sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0));
}
