/** Mutants that the pack `segmentation` catches. */
import * as p from "../pieces.ts";
import { added, consumedNetwork, type Mutant, plus, replacing, set, without } from "./mutant.ts";

const metal = "payroll-db-par-1-1";
const instance = "assembly-server-par-1-1";
const group = `${instance}-security-group`;
const open = (port: number) =>
  plus("inboundRules", { action: "accept", protocol: "TCP", ipRange: "0.0.0.0/0", portRange: String(port) });

/** Another leg of a server, by what the program consumed. */
const leg =
  (server: string, network: string): NonNullable<Mutant["change"]> =>
  (resources) =>
    set("Server", server, plus("privateNetworks", { id: consumedNetwork(resources, network) }))(resources);

export const mutants: Readonly<Record<string, Mutant>> = {
  "acl-default-accept": {
    base: "foundation",
    change: set("Acl", "vpc-1-acl-ipv4", { defaultPolicy: undefined }),
  },
  "acl-accept-rule": {
    base: "foundation",
    change: set("Acl", "vpc-2-acl-ipv6", { rules: [{ action: "accept", protocol: "ANY", source: "::/0" }] }),
  },
  "acl-ipv6-forgotten": { base: "foundation", change: without("Acl", "vpc-1-acl-ipv6") },
  "network-before-acl": {
    base: "foundation",
    change: set("PrivateNetwork", "payroll", {}, { dependencies: [] }),
  },
  "network-in-default-vpc": {
    base: "foundation",
    change: set("PrivateNetwork", "payroll", { vpcId: undefined }, { propertyDependencies: {} }),
  },
  "vpc-route-added": { base: "foundation", change: added(p.route()) },
  "default-route-pushed": {
    base: "foundation",
    change: set("PrivateNetwork", "payroll", { enableDefaultRoutePropagation: true }),
  },
  "flow-not-declared": {
    base: "par-1",
    estate: {
      "applications/assets.yaml": [
        ["{ to: finance-ledger, ports: [8444]", "{ to: finance-ledger, ports: [8445]"],
      ],
    },
  },
  "forwarding-accepted": {
    base: "par-1",
    change: set(
      "Command",
      `${metal}-host-configure`,
      replacing(
        "stdin",
        '"hook":"forward","prio":0,"policy":"drop"',
        '"hook":"forward","prio":0,"policy":"accept"',
      ),
    ),
  },
  "server-never-sealed": { base: "par-1", change: without("Command", `${metal}-host-configure`) },
  "server-in-two-networks": { base: "par-1", change: leg(metal, "mail") },
  "instance-in-two-networks": {
    base: "par-1",
    change: (resources) =>
      added(p.card({ privateNetworkId: consumedNetwork(resources, "mail") }, { name: "second-card" }), {
        serverId: ["Server", instance],
      })(resources),
  },
  "nic-on-foreign-server": {
    base: "par-1",
    change: (resources) => added(p.card({ privateNetworkId: consumedNetwork(resources, "mail") }))(resources),
  },
  "firewall-of-two-classes": { base: "par-1", change: leg("firewall-vendors-1-par-1", "payroll") },
  "load-balancer-second-leg": {
    base: "par-1",
    change: (resources) =>
      set(
        "LoadBalancer",
        "load-balancer-par-1",
        plus("privateNetworks", { privateNetworkId: consumedNetwork(resources, "payroll") }),
      )(resources),
  },
  "backend-of-an-application": {
    base: "par-1",
    change: set("Backend", "load-balancer-par-1-backend-proxies", plus("serverIps", "10.64.200.9")),
  },
  "frontend-on-a-data-port": {
    base: "par-1",
    change: set("Frontend", "load-balancer-par-1-frontend-https", { inboundPort: 5432 }),
  },
  "instance-takes-an-address": {
    base: "par-1",
    change: set("Server", instance, { ipIds: ["fr-par-1/one"] }),
  },
  "flexible-ip-ordered": { base: "par-1", change: added(p.flexibleIp({ zone: "fr-par-1" })) },
  "day-zero-forgotten": { base: "par-1", change: set("Server", metal, { cloudInit: undefined }) },
  "day-zero-accepts": {
    base: "par-1",
    change: set("Server", metal, { cloudInit: "#cloud-config\npackages: [nginx]\n" }),
  },
  "security-group-accepts-inbound": {
    base: "par-1",
    change: set("SecurityGroup", group, { inboundDefaultPolicy: undefined }),
  },
  "security-group-accepts-outbound": {
    base: "par-1",
    change: set("SecurityGroup", group, { outboundDefaultPolicy: "accept" }),
  },
  "ssh-to-the-world": { base: "par-1", change: set("SecurityGroup", group, open(22)) },
  "database-port-to-the-world": { base: "par-1", change: set("SecurityGroup", group, open(5432)) },
  "ssh-from-an-application": {
    base: "par-1",
    change: set(
      "Command",
      `${metal}-host-configure`,
      replacing("stdin", '"set":["10.64.0.5","10.64.0.6"]', '"set":["10.64.0.5","10.64.200.9"]'),
    ),
  },
  "gateway-bastion-open": {
    base: "par-1",
    change: set("PublicGateway", "gateway-par-1", { bastionEnabled: true }),
  },
  "pat-rule-added": { base: "par-1", change: added(p.patRule()) },
  "database-public": { base: "services", change: set("Instance", "database", { loadBalancer: {} }) },
  "redis-public": { base: "services", change: set("Cluster", "cache", { privateNetworks: [] }) },
  "replica-public": { base: "services", change: set("ReadReplica", "replica", { directAccess: {} }) },
  "database-acl-open": {
    base: "services",
    change: set("Acl", "database-acl", { aclRules: [{ ip: "0.0.0.0/0", description: "everybody" }] }),
  },
  "bucket-public": { base: "services", change: set("Bucket", "letters", { acl: "public-read" }) },
};
