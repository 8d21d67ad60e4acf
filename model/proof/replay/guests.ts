/** Guests of hypervisors, as their booked addresses tell of them. */
import type { Node } from "../network.ts";
import { plainAddress } from "../read/addresses.ts";
import type { Places } from "../read/private-networks.ts";
import type { Properties } from "./entries.ts";
import { listOf, propertiesOf, textOf } from "./entries.ts";
import type { Surroundings } from "./machines.ts";
import type { Objects } from "./objects.ts";

/**
 * Guests: addresses booked for them, carried by whichever machine hands that network on. Which workload one is, is the booking's tag; a
 * booking without it stands for whoever is meant. Each is taken to have an IPv6 address as well, for nothing is known that keeps it from one.
 */
export function guestsOf(around: Surroundings, machines: readonly Node[], places: Places): readonly Node[] {
  const carriers = new Map<string, string[]>();
  const virtual = new Map<string, Set<string>>();
  for (const { key, legs } of machines) {
    for (const { privateNetwork: network, bridges, virtualAddresses } of legs) {
      if (network === undefined) continue;
      if (bridges) carriers.set(network, [...(carriers.get(network) ?? []), key]);
      for (const address of virtualAddresses)
        virtual.set(network, (virtual.get(network) ?? new Set<string>()).add(address));
    }
  }
  return [...around.objects.of("booking")].flatMap(([id, booking]): Node[] => {
    const tags = around.tagsOf(booking);
    const address = textOf(booking.address);
    const network = around.networkKey(String(networkIdOf(booking, around.objects)));
    const carriedBy = carriers.get(network ?? "") ?? [];
    if (tags.get("purpose") !== "guest" || address === undefined || network === undefined) return [];
    if (carriedBy.length === 0) return [];
    const own = places.addressOfItsOwn(network, address);
    const [gateway, ...others] = virtual.get(network) ?? [];
    return [
      {
        key: `guest-${network}-${plainAddress(address)}`,
        name: `guest-${plainAddress(address)}`,
        kind: "guest",
        origin: { resource: `booking::${id}`, stack: "" },
        zone: "",
        role: "guest",
        application: undefined,
        workload: tags.get("workload"),
        legs: [
          {
            interface: "eth0",
            privateNetwork: network,
            addresses: [address, ...(own === undefined ? [] : [own])],
            virtualAddresses: [],
            beyond: [],
          },
        ],
        publicInterface: undefined,
        rulesets: [],
        forwards: { 4: false, 6: false },
        speaks: { 4: true, 6: true },
        routes:
          gateway === undefined || others.length > 0
            ? []
            : [{ destination: "0.0.0.0/0", gateway, interface: "eth0" }],
        carriedBy: [...carriedBy].sort(),
        translations: [],
      },
    ];
  });
}

/** The network of a booking: as the source says, or by the subnet that it names. */
function networkIdOf({ source }: Properties, objects: Objects): unknown {
  const { private_network_id: network, subnet_id: subnet } = propertiesOf(source);
  if (network !== undefined) return network;
  return [...objects.of("privateNetwork")].find(([, { subnets }]) =>
    listOf(subnets).some(({ id }) => id === subnet),
  )?.[0];
}
