/** From resources to the network that they make: previews (`fromPreview`) and deployed states (`fromState`). What the API lists is read by live.ts. */
import type { Network } from "../network.ts";
import { Attachments } from "./attachments.ts";
import { readLoadBalancers } from "./balancers.ts";
import type { Documents } from "./documents.ts";
import { readGuests } from "./guests.ts";
import { readMachines } from "./machines.ts";
import { noteNotUnderstood } from "./not-understood.ts";
import { Places, readPrivateNetworks } from "./private-networks.ts";
import { readGateways, readManaged } from "./products.ts";
import { Reading } from "./reading.ts";
import { readVpcs } from "./vpcs.ts";

export { DocumentError, type Documents, fromPreview, fromState, joined } from "./documents.ts";
export type { Resource } from "./resource.ts";

/** Reads all stacks of an estate at once. Throws nothing: what cannot be read is undetermined. */
export function readNetwork(documents: Documents): Network {
  const reading = new Reading(documents);
  // Keys of places first: a private network keeps its name where a machine has the same.
  for (const resource of [...reading.of("vpc"), ...reading.of("privateNetwork")]) reading.keyOf(resource);
  const privateNetworks = readPrivateNetworks(reading);
  const places = new Places(privateNetworks);
  const attachments = new Attachments(reading, places);
  const vpcs = readVpcs(reading, attachments);
  const machines = readMachines(reading, places, attachments);
  const nodes = [
    ...machines,
    ...readGuests(reading, places, attachments, machines),
    ...readLoadBalancers(reading, attachments),
    ...readGateways(reading, attachments),
    ...readManaged(reading, attachments),
  ];
  noteNotUnderstood(reading);
  return {
    vpcs: sorted(vpcs),
    privateNetworks: sorted(privateNetworks),
    nodes: sorted(nodes),
    undetermined: unique(reading.undetermined),
  };
}

function sorted<Item extends { readonly key: string }>(items: readonly Item[]): Item[] {
  return [...items].sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0));
}

/** Two readers may miss the same value. */
function unique(list: Network["undetermined"]): Network["undetermined"] {
  return [...new Map(list.map((each) => [JSON.stringify(each), each])).values()];
}
