/** Every private network that an estate needs: its applications', its hypervisors', and the platform's own. */
import { createHash } from "node:crypto";
import type { Estate } from "../estate/estate.ts";
import { sortedBy } from "../estate/order.ts";
import type { PrivateNetworkRole } from "./plan.ts";

/** A private network before it has an address or a place. */
export interface NetworkSpec {
  readonly key: string;
  readonly role: PrivateNetworkRole;
  readonly application: string | undefined;
  readonly trustClass: string | undefined;
  readonly prefixLength: number;
  /** Fixed by the estate. */
  readonly cidr: string | undefined;
  readonly interface: string;
}

/** Platform networks hold firewalls, bastions, proxies and egress: three addresses a pair, so 40 pairs fit. */
const platformPrefixLength = 24;

/** The networks of an estate, sorted by key. `ingress` comes with a load balancer, `vpn` with an access pair. */
export function networkSpecs(estate: Estate): NetworkSpec[] {
  const { platform } = estate;
  const roles: readonly Exclude<PrivateNetworkRole, "application" | "hypervisors">[] = [
    "transit",
    "admin",
    "egress",
    ...(platform.loadBalancer === undefined ? [] : (["ingress"] as const)),
    ...(platform.firewalls.access === undefined ? [] : (["vpn"] as const)),
  ];
  const own = roles.map(
    (role): NetworkSpec => ({
      ...bare(role, platformPrefixLength),
      role,
    }),
  );
  const applications = estate.applications.flatMap(({ application, trustClass, networks }) =>
    networks.map(
      (network): NetworkSpec => ({
        ...bare(network.name, network.prefixLength),
        application,
        trustClass,
        cidr: network.cidr,
      }),
    ),
  );
  const hypervisors = estate.hypervisors.map(
    (entity): NetworkSpec => ({
      ...bare(entity.network, estate.defaults.prefixLength),
      role: "hypervisors",
      trustClass: entity.trustClass,
    }),
  );
  return sortedBy([...own, ...applications, ...hypervisors], ({ key }) => key);
}

function bare(key: string, prefixLength: number): NetworkSpec {
  return {
    key,
    role: "application",
    application: undefined,
    trustClass: undefined,
    prefixLength,
    cidr: undefined,
    interface: interfaceName(key),
  };
}

/** Longest interface name that Linux takes (IFNAMSIZ less its end). */
const longestInterface = 15;

/** `pn-<key>`; a long key is cut and takes a digest of the whole, so that two networks of one beginning stay apart. */
export function interfaceName(key: string): string {
  const name = `pn-${key}`;
  if (name.length <= longestInterface) return name;
  const digest = createHash("sha256").update(key).digest("hex").slice(0, 5);
  return `${name.slice(0, longestInterface - 6).replace(/-$/, "")}-${digest}`;
}
