/** What the platform needs for itself, from the estate alone: load balancers, bastions, pairs, tunnels, the way out. */
import type { Estate } from "../../estate/index.ts";
import { type Party, type Permission, permissionsFor, portless } from "./permission.ts";

/** Ports of the platform. The planner has its own: one that changes there and not here shows as a violation. */
export const platformPorts = {
  ssh: "22",
  published: "443",
  proxyHealth: "8404",
  connections: "3780",
  state: "7411",
  tunnels: ["51820", "51821"],
} as const;

/** What each egress service asks of the internet on behalf of everybody: web, names, time. */
const asked = {
  proxy: ["tcp/80", "tcp/443"],
  packages: ["tcp/80", "tcp/443"],
  resolver: ["tcp/53", "udp/53"],
  ntp: ["udp/123"],
} as const;

const role = (name: Extract<Party, { kind: "role" }>["name"]): Party => ({ kind: "role", name });

type Common = Pick<Permission, "declaredBy" | "owner" | "expires">;

export function platformPermissions(estate: Estate): Permission[] {
  const common: Common = { declaredBy: "platform", owner: estate.organisation.duty, expires: undefined };
  return [
    ...balancing(estate, common),
    ...administration(estate, common),
    ...pairs(common),
    ...tunnels(estate, common),
    ...egress(estate, common),
  ];
}

function balancing({ platform }: Estate, common: Common): Permission[] {
  if (platform.loadBalancer === undefined || platform.proxies === undefined) return [];
  const inside = {
    ...common,
    from: "ingress",
    to: "ingress",
    sender: role("load-balancer"),
    receiver: role("proxy"),
    protocol: "tcp",
  } as const;
  return [
    ...permissionsFor(
      {
        ...common,
        from: "internet",
        to: "ingress",
        sender: undefined,
        receiver: role("load-balancer"),
        protocol: "tcp",
        kind: "balancing",
        why: "published services are reached through the load balancers of both zones",
        forwarded: false,
      },
      [platformPorts.published],
    ),
    ...permissionsFor(
      { ...inside, kind: "balancing", why: "load balancers hand connections to the proxies of both zones" },
      [platformPorts.published],
    ),
    ...permissionsFor({ ...inside, kind: "health", why: "load balancers ask whether a proxy is well" }, [
      platformPorts.proxyHealth,
    ]),
  ];
}

/** Private networks with a server of ours in them; guests are administered as their makers say, by declared flows. */
function administered({ applications, hypervisors, platform }: Estate): ReadonlySet<string> {
  const { proxies, loadBalancer, egress, witness } = platform;
  return new Set([
    ...applications.flatMap(({ workloads }) =>
      workloads.filter(({ kind }) => kind !== "guest").map(({ network }) => network),
    ),
    ...hypervisors.map(({ network }) => network),
    ...(proxies === undefined || loadBalancer === undefined ? [] : ["ingress"]),
    ...(egress === undefined ? [] : ["egress"]),
    witness.network,
  ]);
}

/** Bastions reach every server's SSH, and nothing else; people reach bastions. */
function administration(estate: Estate, common: Common): Permission[] {
  const from = {
    ...common,
    from: "admin",
    sender: role("bastion"),
    protocol: "tcp",
    kind: "administration",
  } as const;
  return [
    ...[...administered(estate)].flatMap((to) =>
      permissionsFor(
        { ...from, to, receiver: role("server"), why: "servers are administered from the bastions alone" },
        [platformPorts.ssh],
      ),
    ),
    ...permissionsFor(
      {
        ...from,
        to: "admin",
        receiver: role("firewall"),
        why: "firewalls are administered from the bastions alone",
      },
      [platformPorts.ssh],
    ),
    ...permissionsFor(
      {
        ...from,
        to: "internet",
        receiver: role("bare-metal"),
        why: "new bare metal answers on its public address until its private path is proved",
        forwarded: false,
      },
      [platformPorts.ssh],
    ),
    ...permissionsFor(
      {
        ...common,
        from: "internet",
        to: "admin",
        sender: undefined,
        receiver: role("bastion"),
        protocol: "tcp",
        kind: "administration",
        why: "administrators come to a zone's bastion by key",
        forwarded: false,
      },
      [String(estate.platform.bastion.port)],
    ),
  ];
}

/** Members of a pair: who holds the addresses, which connections there are, and whose rules are newer. */
function pairs(common: Common): Permission[] {
  const members = {
    ...common,
    sender: role("pair-member"),
    receiver: role("pair-member"),
    kind: "pair",
  } as const;
  const transit = { ...members, from: "transit", to: "transit" } as const;
  const admin = { ...members, from: "admin", to: "admin" } as const;
  return [
    portless({ ...transit, protocol: "vrrp", why: "members of a pair settle who holds its addresses" }),
    ...permissionsFor(
      { ...transit, protocol: "udp", why: "members of a pair follow each other's connections" },
      [platformPorts.connections],
    ),
    ...permissionsFor({ ...admin, protocol: "tcp", why: "a member asks how new its peer's rules are" }, [
      platformPorts.state,
    ]),
    portless({ ...admin, protocol: "icmp", why: "a member asks whether its peer is there" }),
  ];
}

/** People and sites come by WireGuard to the access pair's public addresses. */
function tunnels({ platform }: Estate, common: Common): Permission[] {
  if (platform.firewalls.access === undefined) return [];
  return permissionsFor(
    {
      ...common,
      from: "internet",
      to: "vpn",
      sender: undefined,
      receiver: role("firewall"),
      protocol: "udp",
      kind: "tunnel",
      why: "people and sites come by WireGuard, in either zone",
      forwarded: false,
    },
    platformPorts.tunnels,
  );
}

/** Only the egress services reach the internet. */
function egress({ platform }: Estate, common: Common): Permission[] {
  return (platform.egress?.services ?? []).flatMap((service) =>
    asked[service].flatMap((text) => {
      const [protocol, port] = text.split("/") as ["tcp" | "udp", string];
      return permissionsFor(
        {
          ...common,
          from: "egress",
          to: "internet",
          sender: role("egress"),
          receiver: undefined,
          protocol,
          kind: "egress",
          why: `the egress service ${service} asks the internet for everybody else`,
        },
        [port],
      );
    }),
  );
}
