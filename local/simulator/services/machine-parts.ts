import type { World } from "../core/world.ts";
import type { Leg, PushedRoute } from "../machines.ts";
import { addressesOf } from "./ipam-booking.ts";
import { ipv4Range, ipv4Text, isIpv6 } from "./subnets.ts";
import type { PrivateNetworkBody } from "./vpc.ts";

/** Public halves of the SSH keys of a project, without comments, sorted. */
export function projectKeys(world: World, project: string): string[] {
  return world.store
    .list<{ public_key: string; disabled: boolean }>({ kind: "iam.ssh_key", project })
    .filter((key) => !key.body.disabled)
    .map((key) => key.body.public_key)
    .sort();
}

function ipv4Subnet(network: PrivateNetworkBody): string {
  return network.subnets.find((subnet) => !isIpv6(subnet.subnet))?.subnet ?? "";
}

/** The router of a private network: the first address of its subnet. */
function router(cidr: string): string {
  return ipv4Text(ipv4Range(cidr).first + 1);
}

/** Routes that DHCP pushes in a network: the subnets of its VPC, custom routes, and a public gateway's default route. */
export function pushedRoutes(world: World, networkId: string): PushedRoute[] {
  const network = world.store.get<PrivateNetworkBody>(networkId, "vpc.private_network")?.body;
  if (!network) return [];
  const via = router(ipv4Subnet(network));
  const others = world.store
    .list<PrivateNetworkBody>({ kind: "vpc.private_network", parent: network.vpc_id })
    .filter((other) => other.id !== network.id);
  const routes: PushedRoute[] = others.map((other) => ({
    destination: ipv4Subnet(other.body),
    via,
    type: "subnet",
  }));
  for (const route of world.store.list({ kind: "vpc.route", parent: network.vpc_id })) {
    routes.push({ destination: String(route.body.destination), via, type: "custom" });
  }
  for (const id of world.store.sources(network.id, "private_network_id")) {
    const attachment = world.store.get(id, "vpcgw.gateway_network");
    if (attachment?.body.push_default_route !== true) continue;
    const [address] = addressesOf(world, id);
    if (address)
      routes.push({
        destination: "0.0.0.0/0",
        via: address.body.address.replace(/\/.*/, ""),
        type: "default",
      });
  }
  return routes.sort((a, b) => (a.destination < b.destination ? -1 : 1));
}

/** A leg: what holds its addresses is `holder` (a NIC, or the attachment of a server). */
export function legOf(
  world: World,
  networkId: string,
  holder: string,
  mac: string,
  vlan: number | undefined,
): Leg {
  const network = world.store.get<PrivateNetworkBody>(networkId, "vpc.private_network");
  if (!network) throw new Error(`no private network ${networkId}`);
  return {
    privateNetworkId: networkId,
    vpcId: network.parent,
    cidr: ipv4Subnet(network.body),
    mac: mac.toLowerCase(),
    vlan,
    addresses: addressesOf(world, holder).map((address) => address.body.address),
  };
}
