/** What hangs on which private network, as Scaleway knows it: machines by VLAN or card, with the addresses booked for them. */

import type { Places } from "./private-networks.ts";
import type { Reading } from "./reading.ts";
import { bareId, factOf, fieldsOf, knownText, listOf, type Properties, type Resource } from "./resource.ts";

/** One leg of a machine or product, before its kernel has a say. */
export interface Attachment {
  /** Key of the private network. */
  readonly network: string;
  /** With the network's prefix length. */
  readonly addresses: readonly string[];
  /** What tells the machine's interface: bare metal. */
  readonly vlan: number | undefined;
  /** The same of an Instance; lower case. */
  readonly mac: string | undefined;
}

/** Attachments by the key of what is attached. */
export class Attachments {
  readonly #reading: Reading;
  readonly #places: Places;
  readonly #nics = new Map<Resource, Resource[]>();

  constructor(reading: Reading, places: Places) {
    this.#reading = reading;
    this.#places = places;
    for (const nic of reading.of("privateNic")) {
      const server = reading.refer(nic, "serverId", nic.inputs.serverId, "instance");
      if (server !== undefined) this.#nics.set(server, [...(this.#nics.get(server) ?? []), nic]);
    }
  }

  /** A bare-metal server's, from its own list. */
  ofBareMetal(server: Resource): Attachment[] {
    const key = this.#reading.keyOf(server);
    const list = listOf(server, "privateNetworks");
    if (list.kind === "unknown" || list.kind === "secret")
      this.#reading.note(server, "inputs.privateNetworks", list.kind, key);
    if (list.kind !== "known") return [];
    const vlans = vlansOf(server);
    return list.value.map(fieldsOf).flatMap((entry) => {
      const network = this.#network(server, "privateNetworks", entry.id, key);
      if (network === undefined) return [];
      const { resource } = network;
      const vlan = resource.id === undefined ? undefined : vlans.get(bareId(resource.id));
      const addresses = this.#booked(server, "privateNetworks", entry.ipamIpIds, network.key, key);
      return [
        {
          network: network.key,
          addresses,
          vlan: vlan ?? vlans.get(bareId(String(entry.id))),
          mac: undefined,
        },
      ];
    });
  }

  /** An Instance's cards: resources of their own, or a list of the server's. */
  ofInstance(server: Resource): Attachment[] {
    const key = this.#reading.keyOf(server);
    const own = (this.#nics.get(server) ?? []).flatMap((nic) => {
      const network = this.#network(nic, "privateNetworkId", nic.inputs.privateNetworkId, key);
      if (network === undefined) return [];
      const booked = this.#booked(nic, "ipamIpIds", nic.inputs.ipamIpIds, network.key, key);
      const addresses = booked.length > 0 ? booked : this.#answered(nic, network.key, key);
      const mac = knownText(nic.outputs.macAddress)?.toLowerCase();
      return [{ network: network.key, addresses, vlan: undefined, mac }];
    });
    const inline = factOf(server.inputs.privateNetworks);
    if (inline.kind === "missing") return own;
    const list = this.#reading.known(inline, server, "inputs.privateNetworks", key);
    const taken = new Set(own.map(({ network }) => network));
    return [
      ...own,
      ...(Array.isArray(list) ? list : []).map(fieldsOf).flatMap((entry): Attachment[] => {
        const network = this.#network(server, "privateNetworks", entry.pnId ?? entry.id, key);
        if (network === undefined || taken.has(network.key)) return [];
        const addresses = this.#answered(server, network.key, key);
        return [
          {
            network: network.key,
            addresses,
            vlan: undefined,
            mac: knownText(entry.macAddress)?.toLowerCase(),
          },
        ];
      }),
    ];
  }

  /** A product's leg: `ids` are the reservations it is given, if any. */
  ofProduct(owner: Resource, property: string, network: unknown, ids: unknown, key: string): Attachment[] {
    const found = this.#network(owner, property, network, key);
    if (found === undefined) return [];
    const booked = this.#booked(owner, property, ids, found.key, key);
    const addresses = booked.length > 0 ? booked : this.#answered(owner, found.key, key);
    return [{ network: found.key, addresses, vlan: undefined, mac: undefined }];
  }

  /** The address of a card, a reservation or a gateway's leg; without prefix length. */
  addressBehind(resource: Resource): string | undefined {
    const own = knownText(resource.inputs.address) ?? knownText(resource.outputs.address);
    if (own !== undefined) return own;
    const ids = resource.inputs.ipamIpIds ?? fieldsOf(firstOf(resource.inputs.ipamConfigs)).ipamIpId;
    for (const id of Array.isArray(ids) ? ids : [ids]) {
      const text = knownText(id);
      const reservation = text === undefined ? undefined : this.#reading.byId("reservation", text);
      if (reservation !== undefined) return this.addressBehind(reservation);
    }
    return undefined;
  }

  #network(
    from: Resource,
    property: string,
    value: unknown,
    scope: string,
  ): { readonly key: string; readonly resource: Resource } | undefined {
    const resource = this.#reading.refer(from, property, value, "privateNetwork", scope);
    return resource === undefined ? undefined : { key: this.#reading.keyOf(resource), resource };
  }

  /** Addresses of the reservations that a leg is given. */
  #booked(from: Resource, property: string, ids: unknown, network: string, scope: string): string[] {
    const list = Array.isArray(ids) ? (ids as readonly unknown[]) : ids === undefined ? [] : [ids];
    return list.flatMap((id) => {
      const reservation = this.#reading.refer(from, property, id, "reservation", scope);
      if (reservation === undefined) return [];
      const address = this.addressBehind(reservation);
      if (address === undefined) {
        this.#reading.note(reservation, "address", factOf(reservation.outputs.address).kind, scope);
        return [];
      }
      return [this.#places.withLength(network, address)];
    });
  }

  /** Addresses that Scaleway chose, of those of its answer that lie in the network. */
  #answered(from: Resource, network: string, scope: string): string[] {
    const list = Array.isArray(from.outputs.privateIps)
      ? (from.outputs.privateIps as readonly unknown[])
      : [];
    const found = list
      .flatMap((entry) => knownText(fieldsOf(entry).address) ?? [])
      .filter((address) => this.#places.networkOf(address, [network]) !== undefined);
    if (found.length === 0) this.#reading.note(from, "outputs.privateIps", "unknown", scope);
    return found.map((address) => this.#places.withLength(network, address));
  }
}

function firstOf(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : undefined;
}

/** VLAN numbers by bare id of the private network, as Scaleway gave them. */
function vlansOf(server: Resource): ReadonlyMap<string, number> {
  const list = Array.isArray(server.outputs.privateNetworks) ? server.outputs.privateNetworks : [];
  return new Map(
    (list as readonly unknown[]).flatMap((entry): [string, number][] => {
      const { id, vlan }: Properties = fieldsOf(entry);
      const text = knownText(id);
      return text === undefined || typeof vlan !== "number" ? [] : [[bareId(text), vlan]];
    }),
  );
}
