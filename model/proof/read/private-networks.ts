/** Private networks with their prefixes, and a look-up of them by address. */
import type { PrivateNetwork } from "../network.ts";
import {
  familyOf,
  holds,
  ownAddressOf,
  type Prefix,
  parsePrefix,
  plainAddress,
  withEnding,
} from "./addresses.ts";
import { originOf, type Reading } from "./reading.ts";
import { answerOf, fieldsOf, knownText, propertyOf, type Resource } from "./resource.ts";
import { standInPrefix6 } from "./stand-ins.ts";

export function readPrivateNetworks(reading: Reading): PrivateNetwork[] {
  return reading.of("privateNetwork").map((resource) => {
    const key = reading.keyOf(resource);
    const vpcId = resource.inputs.vpcId ?? resource.outputs.vpcId;
    const vpc = reading.refer(resource, "vpcId", vpcId, "vpc", key);
    return {
      key,
      name: resource.name,
      origin: originOf(resource),
      vpc: vpc === undefined ? "" : reading.keyOf(vpc),
      prefixes: [...prefixes4(reading, resource, key), ...prefixes6(resource)],
    };
  });
}

function prefixes4(reading: Reading, resource: Resource, key: string): string[] {
  const asked = fieldsOf(resource.inputs.ipv4Subnet).subnet;
  const subnet = knownText(asked) ?? knownText(fieldsOf(resource.outputs.ipv4Subnet).subnet);
  if (subnet !== undefined) return [subnet];
  reading.note(resource, "ipv4Subnet.subnet", "unknown", key);
  return [];
}

/** Every private network has an IPv6 prefix, whether the program asks for one or not. */
function prefixes6(resource: Resource): string[] {
  const fact = propertyOf(resource, "ipv6Subnets");
  const lists = [fact, answerOf(resource, "ipv6Subnets")].map((each) =>
    each.kind === "known" && Array.isArray(each.value) ? (each.value as readonly unknown[]) : [],
  );
  const found = lists.map((list) => list.flatMap((entry) => knownText(fieldsOf(entry).subnet) ?? []));
  return found.find((list) => list.length > 0) ?? [standInPrefix6(resource)];
}

/** Which private network an address is of. Prefixes of two VPCs may be alike: only those of `among` are asked. */
export class Places {
  readonly #prefixes = new Map<string, readonly Prefix[]>();

  constructor(networks: readonly PrivateNetwork[]) {
    for (const { key, prefixes } of networks)
      this.#prefixes.set(
        key,
        prefixes.flatMap((prefix) => parsePrefix(prefix) ?? []),
      );
  }

  /** `address/length`, the length being its private network's; the address alone when it lies in no prefix of it. */
  withLength(network: string, address: string): string {
    const prefix = this.#prefixes.get(network)?.find((each) => holds(each, address));
    return prefix === undefined ? address : `${plainAddress(address)}/${prefix.length}`;
  }

  /** An IPv6 address that a machine of an IPv4 address may take by itself: in its network's prefix, ended by that address. */
  addressOfItsOwn(network: string, address: string): string | undefined {
    const prefix = this.#prefixes.get(network)?.find(({ family, length }) => family === 6 && length <= 96);
    if (prefix === undefined || familyOf(address) !== 4) return undefined;
    return `${withEnding(prefix, plainAddress(address))}/${prefix.length}`;
  }

  /** The IPv6 address that a card takes by itself in a network. */
  addressOfCard(network: string, mac: string): string | undefined {
    for (const prefix of this.#prefixes.get(network) ?? []) {
      const address = ownAddressOf(prefix, mac);
      if (address !== undefined) return `${address}/${prefix.length}`;
    }
    return undefined;
  }

  /** The one network among those given whose prefix holds the address. */
  networkOf(address: string, among: Iterable<string>): string | undefined {
    if (familyOf(address) === undefined) return undefined;
    const found = [...among].filter((key) =>
      this.#prefixes.get(key)?.some((prefix) => holds(prefix, address)),
    );
    return found.length === 1 ? found[0] : undefined;
  }
}
