/** From the verifier's network to what the kernel is told. */
import type { Leg, Network, Node } from "../../model/proof/network.ts";
import type { LabHost, LabInterface, LabRoute, LabSpec } from "./spec.ts";

/** A next hop of a host's segment, used by flows with this mark. */
export interface NextHop {
  readonly host: string;
  readonly interface: string;
  readonly gateway: string;
  readonly mark: number;
}

/**
 * Hosts by the keys of nodes, segments by those of private networks. Takes a network of machines alone, see `labNetwork`: throws an Error
 * for a leg without a private network, a public interface or a translation, which no kernel here would have.
 *
 * Reverse paths are not checked but by rules: the verifier counts on nothing else. A machine answers for an address on its own leg alone
 * (`arp_ignore`): the plan sets it so on every host, and the verifier takes it for granted.
 */
export function labSpecOf(network: Network, nextHops: readonly NextHop[] = []): LabSpec {
  const hops = Map.groupBy(nextHops, ({ host }) => host);
  return { hosts: network.nodes.map((node) => hostOf(node, hops.get(node.key) ?? [])) };
}

function hostOf(node: Node, hops: readonly NextHop[]): LabHost {
  if (node.publicInterface !== undefined || node.translations.length > 0) {
    throw new Error(`${node.key} has a public interface or translates: a lab has machines alone`);
  }
  return {
    name: node.key,
    interfaces: node.legs.map((leg) => interfaceOf(node, leg)),
    forwards: node.forwards,
    routes: [
      ...node.routes.map(({ destination, gateway, interface: name, incoming }): LabRoute => {
        const everywhere = gateway?.includes(":") === true ? "::/0" : "0.0.0.0/0";
        return {
          destination: destination === "default" ? everywhere : destination,
          gateway,
          interface: name,
          ...(incoming === undefined ? {} : { incoming }),
        };
      }),
      ...hops.map(
        ({ gateway, interface: name, mark }): LabRoute => ({
          destination: gateway.includes(":") ? "::/0" : "0.0.0.0/0",
          gateway,
          interface: name,
          mark,
        }),
      ),
    ],
    rulesets: node.rulesets.map(({ json }) => json),
    reversePathFilter: 0,
    settings: { "net/ipv4/conf/all/arp_ignore": "1", "net/ipv4/conf/all/arp_announce": "2" },
  };
}

function interfaceOf(node: Node, leg: Leg): LabInterface {
  if (leg.privateNetwork === undefined)
    throw new Error(`${node.key}: ${leg.interface} is on no private network`);
  const moved = leg.virtualAddresses.map((address) => `${address}/${address.includes(":") ? 128 : 32}`);
  return {
    name: leg.interface,
    segment: leg.privateNetwork,
    addresses: [...leg.addresses, ...moved].filter((address) => node.speaks[address.includes(":") ? 6 : 4]),
    ipv6: node.speaks[6],
  };
}
