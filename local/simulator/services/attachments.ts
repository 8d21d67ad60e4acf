import { preconditionFailed } from "../core/errors.ts";
import type { World } from "../core/world.ts";
import type { Resource } from "../store/store.ts";
import type { PrivateNetworkBody } from "./vpc.ts";

/** Kinds of attachment that count against what one network may hold. */
const crowds = {
  instance: { kind: "instance.private_nic", quota: "instancesPerPrivateNetwork" },
  "bare-metal": { kind: "baremetal.private_network", quota: "bareMetalPerPrivateNetwork" },
} as const;

/**
 * Checks that a machine may join a network, by what is granted and assumed (`legsInTwoVpcs`,
 * `thirdZoneOnPrivateNetworks`). `joined` are the networks it is on already.
 * @throws 403 above the quota, 412 where an assumption is refused
 */
export function joinNetwork(
  world: World,
  network: Resource<PrivateNetworkBody>,
  zone: string,
  joined: readonly string[],
  machine: keyof typeof crowds,
): void {
  const { assumptions } = world.options;
  if (assumptions.thirdZoneOnPrivateNetworks === "refused" && zone.endsWith("-3")) {
    throw preconditionFailed("private_network_unavailable", `private networks are not available in ${zone}`);
  }
  const elsewhere = joined.map((id) => world.store.get(id)?.parent).find((vpc) => vpc !== network.parent);
  if (assumptions.legsInTwoVpcs === "refused" && elsewhere !== undefined) {
    throw preconditionFailed("vpc_mismatch", `the server has a leg in another VPC, ${elsewhere}`);
  }
  const { kind, quota } = crowds[machine];
  const present = world.store
    .sources(network.id, "private_network_id")
    .filter((id) => world.store.get(id)?.kind === kind).length;
  world.grant(quota, kind, present);
}
