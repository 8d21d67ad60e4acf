/** A whole plan small enough to read: one application in two zones, one pair of firewalls. */
import type { ZoneKey } from "../../model/estate/estate.ts";
import type {
  BareMetalPlan,
  HostPlan,
  InstancePlan,
  LegPlan,
  Plan,
  PrivateNetworkPlan,
  Zone,
  ZonePlan,
} from "../../model/plan/plan.ts";

const zones = { "par-1": "fr-par-1", "par-2": "fr-par-2" } as const;
const networks = ["admin", "egress", "ingress", "payroll", "transit"] as const;
type Network = (typeof networks)[number];
const pair = "segmentation-internal-1";

const leg = (network: Network, holder: string): LegPlan => ({
  privateNetwork: network,
  reservation: `${network}.${holder}`,
  interface: `pn-${network}`,
});

const host = (key: string, through: string | undefined, port = 22): HostPlan => ({
  user: "root",
  port,
  address: `address-of-${key}`,
  through,
  files: [],
  units: [],
  bootstrap: `# ${key}\n`,
  configure: `# ${key} {{address:bastion.par-1}}\n`,
});

function server(
  key: string,
  zone: Zone,
  role: InstancePlan["role"],
  on: readonly Network[],
  through?: string,
) {
  return {
    key,
    name: `tiny-${key}`,
    zone,
    role,
    application: undefined,
    trustClass: "internal",
    os: "debian-12",
    legs: on.map((network) => leg(network, key)),
    tags: [`key=${key}`],
    data: "stateless",
    cloudInit: "#cloud-config\n",
    host: host(key, through),
  } as const;
}

const instance = (...args: Parameters<typeof server>): InstancePlan => ({
  ...server(...args),
  kind: "instance",
  offer: "PLAY2-NANO",
  publicAddress: undefined,
  securityGroup: { key: args[0], name: `tiny-${args[0]}`, inbound: [], outbound: [], tags: [] },
});

const metal = (...args: Parameters<typeof server>): BareMetalPlan => ({
  ...server(...args),
  kind: "bare-metal",
  offer: "EM-B220E-NVME",
});

function zonePlan(key: ZoneKey): ZonePlan {
  const zone = zones[key];
  const bastion = instance(`bastion-${key}`, zone, "bastion", ["admin"]);
  return {
    key,
    zone,
    bastion: { ...bastion, publicAddress: `bastion.${key}`, host: { ...bastion.host, port: 2222 } },
    gateway: {
      key: `gateway-${key}`,
      name: `tiny-gateway-${key}`,
      zone,
      type: "VPC-GW-S",
      publicAddress: `gateway.${key}`,
      privateNetwork: "egress",
      reservation: `egress.gateway-${key}`,
      tags: [],
    },
    firewalls: [
      metal(`${pair}-${key}`, zone, "firewall", ["admin", "transit", "payroll", "ingress", "egress"]),
    ],
    instanceFirewalls: [],
    hypervisors: [],
    fleets: [
      {
        kind: "bare-metal",
        key: `payroll-db-${key}`,
        application: "payroll",
        members: [{ ...metal(`payroll-db-${key}-1`, zone, "fleet", ["payroll"], pair), data: "stateful" }],
      },
    ],
    proxies: [instance(`proxy-${key}-1`, zone, "proxy", ["ingress"], pair)],
    egress: [instance(`egress-${key}-1`, zone, "egress", ["egress"], pair)],
    loadBalancer: {
      key: `load-balancer-${key}`,
      name: `tiny-load-balancer-${key}`,
      zone,
      type: "LB-S",
      publicAddress: `load-balancer.${key}`,
      privateNetwork: "ingress",
      reservation: `ingress.load-balancer-${key}`,
      backends: [],
      frontends: [],
      tags: [],
    },
  };
}

const deployments = { "par-1": zonePlan("par-1"), "par-2": zonePlan("par-2") };
const witness = instance("witness", "fr-par-3", "witness", ["payroll"], pair);
const holders = (zone: ZonePlan) => [
  ...[zone.bastion, ...zone.firewalls, ...zone.proxies, ...zone.egress].flatMap(({ legs }) => legs),
  ...zone.fleets.flatMap((fleet) => fleet.members.flatMap(({ legs }) => legs)),
  { privateNetwork: "egress", reservation: zone.gateway.reservation },
  { privateNetwork: "ingress", reservation: zone.loadBalancer?.reservation },
];

const privateNetwork = (key: Network, index: number): PrivateNetworkPlan => ({
  key,
  name: `tiny-${key}`,
  vpc: "vpc-a",
  role: key === "payroll" ? "application" : key,
  cidr: `10.64.${index}.0/26`,
  gateway: undefined,
  pair: undefined,
  application: undefined,
  trustClass: undefined,
  interface: `pn-${key}`,
  tags: [],
});

const publicAddresses = (["bastion", "gateway", "load-balancer"] as const).flatMap((what) =>
  (["par-1", "par-2"] as const).map((key) => ({
    key: `${what}.${key}`,
    kind: what === "bastion" ? ("instance" as const) : what,
    zone: zones[key],
    tags: [],
  })),
);

export const tinyPlan: Plan = {
  estate: "tiny",
  region: "fr-par",
  zones,
  activeZone: "par-1",
  domain: "tiny.example",
  foundation: {
    vpcs: [{ key: "vpc-a", name: "tiny-vpc-a", tags: [] }],
    privateNetworks: networks.map(privateNetwork),
    reservations: [...holders(deployments["par-1"]), ...holders(deployments["par-2"]), ...witness.legs].map(
      ({ privateNetwork: network, reservation = "" }, index) => ({
        key: reservation,
        privateNetwork: network,
        address: `10.64.${(networks as readonly string[]).indexOf(network)}.${10 + index}`,
        purpose: "leg",
        tags: [],
      }),
    ),
    publicAddresses,
    identity: { applications: [], sshKeys: [] },
    domain: "tiny.example",
  },
  deployments,
  witness: { zone: "fr-par-3", server: witness },
  edge: { plan: undefined, pipelines: [] },
  dr: {
    records: [
      {
        key: "record-www",
        name: "www",
        type: "A",
        ttlSeconds: 60,
        kind: "http-service",
        strategy: "active-passive",
        addresses: { "par-1": "load-balancer.par-1", "par-2": "load-balancer.par-2" },
        url: "https://www.tiny.example/",
        mustContain: "ok",
      },
    ],
    writers: [
      {
        key: "writers-payroll-db",
        application: "payroll",
        rpoSeconds: 0,
        hosts: {
          "par-1": { server: "payroll-db-par-1-1", address: "10.64.3.4", user: "root", port: 22 },
          "par-2": { server: "payroll-db-par-2-1", address: "10.64.3.5", user: "root", port: 22 },
        },
      },
    ],
  },
  firewalls: {
    pairs: [
      {
        key: pair,
        kind: "segmentation",
        trustClass: "internal",
        vrid: 1,
        members: { "par-1": `${pair}-par-1`, "par-2": `${pair}-par-2` },
        virtualAddresses: [],
        legs: { used: 5, limit: 20, reserved: 2 },
        loadGbps: { peak: 0.1, limit: 0.5 },
      },
    ],
    certificate: { perClass: [], count: 2, lowerBound: 2, moves: 0, because: [], alternatives: [] },
  },
  intents: [],
  capacity: [],
  quotas: [],
  cost: { currency: "EUR", pricesOf: "2026-01-08", lines: [], perMonth: 0, unpriced: [] },
  summary: {
    estate: "tiny",
    bareMetal: 4,
    instances: 7,
    guests: 0,
    applications: 1,
    services: 1,
    privateNetworks: 5,
    flows: 0,
    firewalls: { count: 2, lowerBound: 2, moves: 0 },
    eurPerMonth: 0,
  },
};
