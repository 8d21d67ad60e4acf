/**
 * Values that exist once a resource does, and are numbers that nobody can know or name before. Stacks that are previewed on an empty backend use
 * stand-ins for ids, derived from stack, kind and key, so that their previews join: they are derived here a second time. Addresses that the
 * provider will choose get one as well, of ranges that are nobody's: a rule written beforehand cannot name the real one either.
 */
import { v5 as uuidV5 } from "uuid";
import type { Kind } from "./kinds.ts";
import type { Resource } from "./resource.ts";

const publicAddressPrefix = "public-address-";

/** Where a contract between stacks keeps what a resource provides: kind, key, field. */
function pathOf(kind: Kind | undefined, { name }: Resource): readonly string[] | undefined {
  switch (kind) {
    case "vpc":
      return ["vpcs", name];
    case "privateNetwork":
      return ["privateNetworks", name];
    case "reservation":
      return ["reservations", name];
    case "loadBalancer":
      return ["loadBalancers", name, "id"];
    case "instanceIp":
    case "loadBalancerIp":
    case "gatewayIp":
      return name.startsWith(publicAddressPrefix)
        ? ["publicAddresses", name.slice(publicAddressPrefix.length), "id"]
        : undefined;
    default:
      return undefined;
  }
}

function uuidOf(stack: string, path: readonly string[]): string {
  return uuidV5(`archipel:${stack}/${path.join("/")}`, uuidV5.URL);
}

/** The id that other stacks' previews call a resource by before it has one. */
export function standInId(kind: Kind | undefined, resource: Resource): string | undefined {
  const path = pathOf(kind, resource);
  return path === undefined ? undefined : uuidOf(resource.stack, path);
}

/** The address that other stacks' previews take a public address for; of any other machine, one of the same range. */
export function standInAddress(kind: Kind | undefined, resource: Resource): string {
  const path = pathOf(kind, resource);
  const own =
    path?.[0] === "publicAddresses" ? [...path.slice(0, -1), "address"] : ["addresses", resource.name];
  const uuid = uuidOf(resource.stack, own);
  const bits = Number.parseInt(uuid.slice(0, 8), 16);
  // 198.18.0.0/15, set aside for tests of equipment (RFC 2544).
  return `198.${18 + (bits & 1)}.${(bits >>> 8) & 255}.${(bits >>> 16) & 255}`;
}

/** Of 2001:db8::/32, set aside for documentation (RFC 3849). */
export function standInAddress6({ stack, name }: Resource): string {
  const uuid = uuidOf(stack, ["addresses", name]).replaceAll("-", "");
  return `2001:db8:${uuid.slice(0, 4)}:${uuid.slice(4, 8)}::1`;
}

/** A private network's IPv6 prefix is a /64 of fd00::/8 that Scaleway draws. */
export function standInPrefix6({ stack, name }: Resource): string {
  const uuid = uuidOf(stack, ["prefixes", name]).replaceAll("-", "");
  return `fd${uuid.slice(0, 2)}:${uuid.slice(2, 6)}:${uuid.slice(6, 10)}:${uuid.slice(10, 12)}${uuid.slice(16, 18)}::/64`;
}
