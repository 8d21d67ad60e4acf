/** What the estate asks for and no plan can give, apart from figures: told before anything is placed. */
import type { Estate } from "../estate/estate.ts";
import { zoneKeys } from "../estate/estate.ts";
import type { Packing } from "./firewalls.ts";
import type { NetworkSpec } from "./networks.ts";
import type { PlanProblem } from "./plan-problems.ts";
import type { Inventory } from "./servers.ts";

export function demandProblems(
  estate: Estate,
  networks: readonly NetworkSpec[],
  packing: Packing,
  inventory: Inventory,
  vpcOf: ReadonlyMap<string, string>,
): PlanProblem[] {
  return [
    ...assumptions(estate, packing, vpcOf),
    ...exposures(estate),
    ...interfaces(networks),
    ...hypervisorLegs(estate, inventory),
    ...bothZones(estate),
  ];
}

function assumptions(estate: Estate, { pairs }: Packing, vpcOf: ReadonlyMap<string, string>): PlanProblem[] {
  const { arpMoves, legsInTwoVpcs } = estate.organisation.assumptions;
  const spread = pairs.filter(
    ({ networks }) => new Set(["transit", ...networks].map((key) => vpcOf.get(key))).size > 1,
  );
  return [
    ...(arpMoves === "refused"
      ? [
          {
            code: "PLAN-008" as const,
            where: "organisation.yaml assumptions.arpMoves",
            got: "refused",
            allowed: "accepted",
            because:
              "a pair's addresses move by gratuitous ARP, and moving hosts' default routes instead is not planned yet",
            hint: "try it on the account; without it this planner has no failover between firewalls",
          },
        ]
      : []),
    ...(legsInTwoVpcs === "refused" && spread.length > 0
      ? [
          {
            code: "PLAN-008" as const,
            where: "organisation.yaml assumptions.legsInTwoVpcs",
            got: "refused",
            allowed: "accepted",
            because: `a VPC holds 100 private networks, so ${spread.map(({ key }) => key).join(", ")} has legs in two of them`,
            hint: "keep the estate within 100 private networks, or have the account tried",
          },
        ]
      : []),
  ];
}

function exposures(estate: Estate): PlanProblem[] {
  const { platform, sites } = estate;
  const missing = (where: string, got: string, part: string): PlanProblem => ({
    code: "PLAN-009",
    where,
    got,
    allowed: `platform.yaml with ${part}`,
    because: "nothing else lets it in: what is not built is denied",
    hint: `declare ${part}, or give it another exposure`,
  });
  const services = estate.applications.flatMap((application) => application.services);
  const ofServices = services.flatMap(({ name, exposure, protocol }) => {
    const where = `service ${name}`;
    if (exposure === "public" && protocol === "udp")
      return platform.firewalls.edge === undefined
        ? [missing(where, "published over udp", "firewalls.edge")]
        : [];
    if (exposure === "public")
      return platform.loadBalancer === undefined || platform.proxies === undefined
        ? [missing(where, "published over tcp", "loadBalancer and proxies")]
        : [];
    return exposure === "vpn" && platform.firewalls.access === undefined
      ? [missing(where, "reached through the VPN", "firewalls.access")]
      : [];
  });
  const ofSites =
    platform.firewalls.access === undefined
      ? sites.map(({ name }) => missing(`site ${name}`, "joined by a tunnel", "firewalls.access"))
      : [];
  return [...ofServices, ...ofSites];
}

function interfaces(networks: readonly NetworkSpec[]): PlanProblem[] {
  return [...Map.groupBy(networks, (network) => network.interface)]
    .filter(([, group]) => group.length > 1)
    .map(([name, group]) => ({
      code: "PLAN-010",
      where: `networks ${group.map(({ key }) => key).join(", ")}`,
      got: `the same interface name ${name}`,
      allowed: "names that differ within 15 characters, digest included",
      because: "an interface is named after its network, and rules name interfaces",
      hint: "rename one of the networks",
    }));
}

function hypervisorLegs(estate: Estate, { servers }: Inventory): PlanProblem[] {
  const limit = estate.organisation.quotas.privateNetworksPerBareMetal ?? 8;
  return estate.hypervisors.flatMap(({ hypervisors, network }) => {
    const member = servers.find(({ role, networks }) => role === "hypervisor" && networks.includes(network));
    const legs = 1 + (member?.bridged.length ?? 0);
    if (legs <= limit) return [];
    return [
      {
        code: "PLAN-007" as const,
        where: `hypervisors ${hypervisors}`,
        got: `${legs} private networks on each`,
        allowed: `${limit}`,
        because: `its guests live on ${legs - 1} networks and any guest may move to any of its hypervisors, which have a leg of their own besides`,
        hint: "declare a second group of hypervisors of the same trust class and share the guests out",
      },
    ];
  });
}

function bothZones(estate: Estate): PlanProblem[] {
  return estate.applications.flatMap(({ application, recovery, workloads }) =>
    recovery === "cold"
      ? []
      : workloads
          .filter(({ count }) => zoneKeys.some((zone) => count[zone] === 0))
          .map(({ name }) => ({
            code: "PLAN-011" as const,
            where: `application ${application}, workload ${name}`,
            got: "members in one zone only",
            allowed: "one at least in each zone",
            because: `an application that recovers as ${recovery} must be there when either zone is lost`,
            hint: "give it members in both zones, or make the application cold",
          })),
  );
}
