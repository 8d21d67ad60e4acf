/** Guests: addresses booked for virtual machines and containers, and the hypervisors that carry them. */
import type { Node } from "../network.ts";
import type { Attachments } from "./attachments.ts";
import type { Places } from "./private-networks.ts";
import { originOf, type Reading } from "./reading.ts";
import { fieldsOf, type Resource, tagsOf } from "./resource.ts";

/** `payroll-vm-par-1-1`: workload, deployment and number. Logical names are identities, and a reservation has nothing else to tell them by. */
const guestName = /^(.+)-(par-[12])-(\d+)$/;

/** What a guest's one card is called here; no rule of its own is counted on. */
const card = "eth0";

export function readGuests(
  reading: Reading,
  places: Places,
  attachments: Attachments,
  machines: readonly Node[],
): Node[] {
  const hypervisors = hypervisorsByNetwork(machines);
  const zones = zonesOfDeployments(machines);
  const virtual = virtualAddresses(machines);
  return reading.of("reservation").flatMap((resource): Node[] => {
    const tags = tagsOf(resource);
    if (tags.get("purpose") !== "guest") return [];
    const place = placeOf(reading, resource);
    if (place === undefined) return [];
    const name = resource.name.startsWith(`${place.name}.`)
      ? resource.name.slice(place.name.length + 1)
      : resource.name;
    const key = reading.keyOf({ ...resource, name });
    const [, workload, deployment = ""] = guestName.exec(name) ?? [];
    const zone = zones.get(deployment) ?? "";
    const address = attachments.addressBehind(resource);
    if (address === undefined) reading.note(resource, "address", "unknown", key);
    const carriers = hypervisors.get(reading.keyOf(place)) ?? [];
    return [
      {
        key,
        name,
        kind: "guest",
        origin: originOf(resource),
        zone,
        role: "guest",
        application: tags.get("application") ?? tagsOf(place).get("application"),
        workload: tags.get("workload") ?? workload,
        legs: [
          {
            interface: card,
            privateNetwork: reading.keyOf(place),
            addresses: address === undefined ? [] : ownAddresses(places, reading.keyOf(place), address),
            virtualAddresses: [],
            beyond: [],
          },
        ],
        publicInterface: undefined,
        rulesets: [],
        forwards: { 4: false, 6: false },
        speaks: { 4: true, 6: true },
        routes: defaultRoute(virtual.get(reading.keyOf(place)) ?? new Set()),
        carriedBy: carriers
          .filter((node) => zone === "" || node.zone === zone)
          .map((node) => node.key)
          .sort(),
        translations: [],
      },
    ];
  });
}

/** Every private network has IPv6, and nothing is known that keeps a guest from taking an address of it. */
function ownAddresses(places: Places, network: string, address: string): string[] {
  const own = places.addressOfItsOwn(network, address);
  return [places.withLength(network, address), ...(own === undefined ? [] : [own])];
}

function placeOf(reading: Reading, reservation: Resource): Resource | undefined {
  const { sources } = reservation.inputs;
  const source = fieldsOf(Array.isArray(sources) ? sources[0] : sources);
  return reading.refer(reservation, "sources", source.privateNetworkId, "privateNetwork");
}

/**
 * The route that a guest needs: to the one address that a pair holds on its network. Its kernel is not ours and may send anywhere on its
 * network; so this tells whether what is declared can work, and never that something is closed.
 */
function defaultRoute(gateways: ReadonlySet<string>): Node["routes"] {
  const [gateway] = gateways;
  return gateway === undefined || gateways.size > 1
    ? []
    : [{ destination: gateway.includes(":") ? "::/0" : "0.0.0.0/0", gateway, interface: card }];
}

function virtualAddresses(machines: readonly Node[]): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const { privateNetwork, virtualAddresses: addresses } of machines.flatMap(({ legs }) => legs)) {
    if (privateNetwork === undefined) continue;
    for (const address of addresses)
      found.set(privateNetwork, (found.get(privateNetwork) ?? new Set<string>()).add(address));
  }
  return found;
}

/** A hypervisor bridges each network that it carries guests of. */
function hypervisorsByNetwork(machines: readonly Node[]): ReadonlyMap<string, readonly Node[]> {
  const found = new Map<string, Node[]>();
  for (const node of machines.filter(({ kind }) => kind === "bare-metal")) {
    for (const { privateNetwork, bridges } of node.legs) {
      if (privateNetwork !== undefined && bridges)
        found.set(privateNetwork, [...(found.get(privateNetwork) ?? []), node]);
    }
  }
  return found;
}

/** Which zone a deployment is in: that of the machines whose stack bears its name. */
function zonesOfDeployments(machines: readonly Node[]): ReadonlyMap<string, string> {
  return new Map(
    machines.map(({ origin, zone }) => [origin.stack.slice(origin.stack.lastIndexOf(".") + 1), zone]),
  );
}
