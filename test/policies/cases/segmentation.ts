/** Cases of the pack `segmentation`. */
import type { segmentation } from "../../../policies/catalogue/segmentation.ts";
import * as p from "../pieces.ts";
import { type Sketch, unknown } from "../resources.ts";
import type { Cases } from "./cases.ts";

const { program, stackProgram } = p;
const vpcWithAcls = [p.vpc(), p.acl(4), p.acl(6)] as const;
const nothing = program(p.bucket());
const foreign = program(p.instance());
const host = (props: object, ...more: readonly Sketch[]) =>
  stackProgram("par-1", p.command({ ...props }), ...more);
const rules = (of: Parameters<typeof p.script>[0]) => ({ stdin: p.script(of) });
const group = (rule: object) => program(p.securityGroup({ inboundRules: [rule] }));
const legs = (...names: readonly Parameters<typeof p.idOf>[0][]) => ({
  privateNetworks: names.map((name) => ({ id: p.idOf(name) })),
});
const configured = (props: Readonly<Record<string, unknown>> = {}, tags?: readonly string[]) =>
  stackProgram("par-1", p.metal({ ...(tags === undefined ? {} : { tags }), ...props }));
const firewallTags = ["role=firewall"];
/** Payroll is of another class than the agenda. */
const twoClasses = p.estateWith({
  "organisation.yaml": [["trustClasses: [internal]", "trustClasses: [internal, sensitive]"]],
  "applications/payroll.yaml": [["trustClass: internal", "trustClass: sensitive"]],
});
const carrying = (...names: readonly Parameters<typeof p.idOf>[0][]) => ({
  stack: "small.par-1",
  sketches: [p.estate({ estate: twoClasses }), p.metal({ ...legs(...names), tags: firewallTags })],
});

export const cases: Readonly<Record<keyof typeof segmentation, Cases>> = {
  "acl-denies-by-default": {
    compliant: [program(...vpcWithAcls)],
    violating: [
      [program(p.vpc(), p.acl(4, { defaultPolicy: undefined })), 'which means "accept"'],
      [program(p.vpc(), p.acl(6, { defaultPolicy: "accept" })), "defaultPolicy"],
    ],
    notApplicable: [nothing],
    unknown: [[program(p.vpc(), p.acl(4, { defaultPolicy: unknown })), "undetermined"]],
  },
  "acl-accepts-nothing": {
    compliant: [
      program(p.vpc(), p.acl(4, { rules: [{ action: "drop", source: "0.0.0.0/0" }] })),
      program(p.vpc(), p.acl(4, { rules: [{ action: "accept", source: "10.0.0.0/24" }] })),
    ],
    violating: [
      [program(p.vpc(), p.acl(4, { rules: [{ action: "accept", source: "0.0.0.0/0" }] })), "every address"],
      [program(p.vpc(), p.acl(6, { rules: [{ action: "accept" }] })), "every address"],
      [
        stackProgram(
          "foundation",
          p.vpc(),
          p.acl(4, { rules: [{ action: "accept", source: "10.0.0.0/24" }] }),
        ),
        "rule 1 accepts",
      ],
    ],
    notApplicable: [nothing],
    unknown: [
      [program(p.vpc(), p.acl(4, { rules: unknown })), "undetermined"],
      [program(p.vpc(), p.acl(4, { rules: [{ action: unknown }] })), "undetermined"],
      [program(p.vpc(), p.acl(4, { rules: [{ action: "accept", source: unknown }] })), "undetermined"],
    ],
  },
  "acl-both-families": {
    compliant: [program(...vpcWithAcls), program(p.vpc(), p.acl(4, { isIpv6: undefined }), p.acl(6))],
    violating: [
      [program(p.vpc(), p.acl(4)), "no ACL for IPv6"],
      [program(p.vpc(), p.acl(6)), "no ACL for IPv4"],
      [program(p.vpc()), "no ACL"],
    ],
    notApplicable: [nothing],
    unknown: [
      [program(p.vpc(), p.acl(4), p.acl(6, { isIpv6: unknown })), "undetermined"],
      [program(...vpcWithAcls), "held"],
    ],
  },
  "network-after-acls": {
    compliant: [program(...vpcWithAcls, p.network())],
    violating: [[program(...vpcWithAcls, p.network({}, { after: ["acl-4"] })), "made before the ACL acl-6"]],
    notApplicable: [program(...vpcWithAcls)],
    unknown: [
      [program(...vpcWithAcls, p.network({ vpcId: unknown })), "held"],
      [program(...vpcWithAcls, p.network({ vpcId: unknown }, { after: [] })), "violated"],
    ],
  },
  "network-in-declared-vpc": {
    compliant: [program(...vpcWithAcls, p.network())],
    violating: [
      [program(p.network({ vpcId: "fr-par/other" }, { from: {}, after: [] })), "not in this program"],
      [program(p.network({ vpcId: undefined }, { from: {}, after: [] })), "not in this program"],
    ],
    notApplicable: [nothing],
    unknown: [
      [program(p.network({ vpcId: unknown }, { from: {}, after: [] })), "undetermined"],
      [program(...vpcWithAcls, p.network({ vpcId: unknown })), "held"],
    ],
  },
  "no-route-past-firewalls": {
    compliant: [stackProgram("foundation", ...vpcWithAcls)],
    violating: [[stackProgram("foundation", p.vpc(), p.route()), "past the firewalls"]],
    notApplicable: [stackProgram("dr", p.record()), program(p.vpc(), p.route())],
    unknown: [[stackProgram("foundation", p.vpc(), p.route({ destination: unknown })), "violated"]],
  },
  "no-default-route-pushed": {
    compliant: [stackProgram("foundation", ...vpcWithAcls, p.network(), p.gatewayNetwork())],
    violating: [
      [
        stackProgram("foundation", ...vpcWithAcls, p.network({ enableDefaultRoutePropagation: true })),
        "enableDefaultRoutePropagation is true",
      ],
      [
        stackProgram("par-1", p.gatewayNetwork({ ipamConfigs: [{ pushDefaultRoute: true }] })),
        "pushDefaultRoute is true",
      ],
    ],
    notApplicable: [stackProgram("dr", p.record()), program(p.gatewayNetwork())],
    unknown: [
      [stackProgram("par-1", p.gatewayNetwork({ ipamConfigs: unknown })), "undetermined"],
      [
        stackProgram("par-1", p.gatewayNetwork({ ipamConfigs: [{ pushDefaultRoute: unknown }] })),
        "undetermined",
      ],
    ],
  },
  "firewall-rules-within-intents": {
    compliant: [host(rules({})), host(rules({ forward: p.accepting("10.64.4.197", 5432, "10.64.4.133") }))],
    violating: [
      [
        host(rules({ forward: p.accepting("10.64.4.5", 5432, "10.64.4.133") })),
        "opens agenda → payroll tcp/5432",
      ],
      [host(rules({ forward: p.accepting(undefined, 5432, "10.64.4.133") })), "any source"],
      [host({ stdin: "true\n" }), "loads no rules"],
    ],
    notApplicable: [stackProgram("dr", p.record()), program(p.command(rules({})))],
    unknown: [[host({ stdin: unknown }), "undetermined"]],
  },
  "hosts-drop-forwarding": {
    compliant: [host(rules({}))],
    violating: [
      [host(rules({ forwardPolicy: "accept" })), "not dropped by default"],
      [host({ stdin: "true\n" }), "loads no rules"],
    ],
    notApplicable: [stackProgram("dr", p.record()), program(p.command(rules({ forwardPolicy: "accept" })))],
    unknown: [[host({ stdin: unknown }), "undetermined"]],
  },
  "every-server-configured": {
    compliant: [
      stackProgram("par-1", p.metal(), p.command({}, { from: { create: ["metal"] } })),
      stackProgram("par-1", p.instance(), p.card(), p.command({}, { from: { create: ["card"] } })),
    ],
    violating: [[stackProgram("par-1", p.metal()), "nothing loads its rules"]],
    notApplicable: [stackProgram("dr", p.record()), foreign],
    unknown: [
      [
        stackProgram("par-1", p.metal(), p.command({ create: unknown }, { from: { create: ["metal"] } })),
        "held",
      ],
      [stackProgram("par-1", p.metal(), p.command({ create: unknown })), "violated"],
    ],
  },
  "one-network-per-server": {
    compliant: [
      stackProgram("par-1", p.metal(), p.instance(), p.card()),
      configured(legs("payroll", "agenda"), ["role=hypervisor"]),
    ],
    violating: [
      [configured(legs("payroll", "agenda")), "stands in the networks of agenda and payroll"],
      [
        stackProgram(
          "par-1",
          p.instance(),
          p.card(),
          p.card({ privateNetworkId: p.idOf("agenda") }, { name: "second" }),
        ),
        "agenda and portal",
      ],
      [configured({ privateNetworks: [{ id: "fr-par/stray" }] }), "undetermined"],
      [
        { stack: "small.par-1", sketches: [p.estate({ consumes: undefined }), p.metal()] },
        "does not say which private networks",
      ],
    ],
    notApplicable: [stackProgram("dr", p.record()), program(p.metal(legs("payroll", "agenda")))],
    unknown: [
      [configured({ privateNetworks: unknown }), "undetermined"],
      [configured({ privateNetworks: [{ id: unknown }] }), "undetermined"],
    ],
  },
  "nic-on-own-server": {
    compliant: [program(p.instance(), p.card())],
    violating: [[program(p.card({ serverId: "fr-par-1/other" }, { from: {} })), "not in this program"]],
    notApplicable: [nothing],
    unknown: [
      [program(p.card({ serverId: unknown }, { from: {} })), "undetermined"],
      [program(p.instance(), p.card({ serverId: unknown })), "held"],
    ],
  },
  "one-trust-class-per-carrier": {
    compliant: [carrying("agenda", "portal")],
    violating: [[carrying("agenda", "payroll"), "carries the trust classes internal and sensitive"]],
    notApplicable: [stackProgram("par-1", p.metal()), program(p.metal({ tags: firewallTags }))],
    unknown: [[configured({ privateNetworks: [{ id: unknown }] }, firewallTags), "undetermined"]],
  },
  "load-balancer-one-leg": {
    compliant: [program(p.balancer()), program(p.balancer({ privateNetworks: undefined }))],
    violating: [
      [program(p.balancer({ privateNetworks: [{}, {}] })), "2 legs"],
      [program(p.balancer(), p.balancerLeg()), "attached apart"],
    ],
    notApplicable: [nothing],
    unknown: [
      [program(p.balancer({ privateNetworks: unknown })), "undetermined"],
      [program(p.balancer({ privateNetworks: [{ privateNetworkId: unknown }] })), "held"],
    ],
  },
  "load-balancer-to-ingress": {
    compliant: [stackProgram("par-1", p.backend())],
    violating: [
      [stackProgram("par-1", p.backend({ serverIps: ["10.64.2.7", "10.64.4.133"] })), "to 10.64.4.133"],
      [
        { stack: "small.par-1", sketches: [p.estate({ consumes: {} }), p.backend()] },
        "which subnet is ingress",
      ],
    ],
    notApplicable: [stackProgram("dr", p.record()), program(p.backend({ serverIps: ["192.0.2.1"] }))],
    unknown: [
      [stackProgram("par-1", p.backend({ serverIps: unknown })), "undetermined"],
      [stackProgram("par-1", p.backend({ serverIps: [unknown] })), "undetermined"],
    ],
  },
  "load-balancer-publishes-web-only": {
    compliant: [program(p.frontend()), program(p.frontend({ inboundPort: 80 }))],
    violating: [[program(p.frontend({ inboundPort: 5432 })), "inboundPort is 5432"]],
    notApplicable: [nothing],
    unknown: [[program(p.frontend({ inboundPort: unknown })), "undetermined"]],
  },
  "instance-without-public-address": {
    compliant: [
      program(p.instance()),
      program(p.instance({ ipId: "", ipIds: [] })),
      program(p.instance({ ipIds: ["fr-par-1/one"], tags: ["role=bastion"] })),
    ],
    violating: [
      [program(p.instance({ ipId: "fr-par-1/one" })), "ipId"],
      [program(p.instance({ ipIds: ["fr-par-1/one"] })), "ipIds"],
      [program(p.instance({ enableDynamicIp: true })), "enableDynamicIp"],
    ],
    notApplicable: [nothing],
    unknown: [
      [program(p.instance({ ipId: unknown })), "violated"],
      [program(p.instance({ ipIds: unknown })), "violated"],
      [program(p.instance({ enableDynamicIp: unknown })), "violated"],
    ],
  },
  "no-flexible-ip": {
    compliant: [program(p.metal())],
    violating: [[program(p.flexibleIp()), "one more address"]],
    notApplicable: [nothing],
    unknown: [[program(p.metal(), p.flexibleIp({ serverId: unknown })), "violated"]],
  },
  "bare-metal-day-zero": {
    compliant: [program(p.metal())],
    violating: [
      [program(p.metal({ cloudInit: undefined })), "no cloud-init"],
      [program(p.metal({ cloudInit: "" })), "no cloud-init"],
    ],
    notApplicable: [nothing],
    unknown: [[program(p.metal({ cloudInit: unknown })), "undetermined"]],
  },
  "day-zero-drops": {
    compliant: [
      program(p.metal()),
      program(p.metal({ cloudInit: '{"hook":"input","prio":0,"policy":"drop"}' })),
      program(p.metal({ cloudInit: "#cloud-config\nruncmd:\n- ufw default deny incoming\n" })),
    ],
    violating: [
      [program(p.metal({ cloudInit: "#cloud-config\npackages: [nginx]\n" })), "drops nothing"],
      [program(p.metal({ cloudInit: p.dayZero.replace("policy drop", "policy accept") })), "drops nothing"],
    ],
    notApplicable: [nothing],
    unknown: [[program(p.metal({ cloudInit: unknown })), "undetermined"]],
  },
  "security-group-drops-inbound": {
    compliant: [program(p.securityGroup())],
    violating: [
      [program(p.securityGroup({ inboundDefaultPolicy: undefined })), 'which means "accept"'],
      [program(p.securityGroup({ inboundDefaultPolicy: "accept" })), "inboundDefaultPolicy"],
    ],
    notApplicable: [nothing],
    unknown: [[program(p.securityGroup({ inboundDefaultPolicy: unknown })), "undetermined"]],
  },
  "security-group-drops-outbound": {
    compliant: [stackProgram("par-1", p.securityGroup())],
    violating: [
      [stackProgram("par-1", p.securityGroup({ outboundDefaultPolicy: undefined })), 'which means "accept"'],
    ],
    notApplicable: [
      stackProgram("dr", p.record()),
      program(p.securityGroup({ outboundDefaultPolicy: "accept" })),
    ],
    unknown: [[stackProgram("par-1", p.securityGroup({ outboundDefaultPolicy: unknown })), "undetermined"]],
  },
  "administration-ports-closed": {
    compliant: [
      program(p.securityGroup()),
      group({ action: "accept", protocol: "TCP", port: 22, ipRange: "192.0.2.0/24" }),
      group({ action: "accept", protocol: "TCP", port: 22, ip: "192.0.2.1" }),
      group({ action: "drop", port: 22 }),
      group({ action: "accept", protocol: "UDP", ipRange: "0.0.0.0/0" }),
    ],
    violating: [
      [group({ action: "accept", protocol: "TCP", port: 22 }), "opens tcp/22"],
      [group({ action: "accept", portRange: "1-1024", ipRange: "::/0" }), "opens tcp/22"],
      [group({ action: "accept", protocol: "ANY" }), "tcp/3389"],
      [group({ action: "accept", port: 22, ipRange: "128.0.0.0/1" }), "opens tcp/22"],
    ],
    notApplicable: [nothing],
    unknown: [
      [program(p.securityGroup({ inboundRules: unknown })), "undetermined"],
      [group({ action: "accept", port: 22, ipRange: unknown }), "undetermined"],
      [group({ action: "accept", port: unknown }), "undetermined"],
    ],
  },
  "data-ports-closed": {
    compliant: [
      program(p.securityGroup()),
      group({ action: "accept", protocol: "TCP", port: 5432, ipRange: "192.0.2.0/24" }),
    ],
    violating: [
      [group({ action: "accept", protocol: "TCP", port: 5432 }), "opens tcp/5432"],
      [group({ action: "accept", portRange: "6000-7000", ipRange: "0.0.0.0/0" }), "opens tcp/6379"],
    ],
    notApplicable: [nothing],
    unknown: [[group({ action: "accept", portRange: unknown }), "undetermined"]],
  },
  "management-from-bastions-only": {
    compliant: [
      host(rules({ input: p.accepting("10.64.0.5", 22) })),
      host(rules({ input: p.accepting(undefined, 8443) })),
    ],
    violating: [
      [host(rules({ input: p.accepting("10.64.4.133", 22) })), "lets SSH in from 10.64.4.133"],
      [host(rules({ input: p.accepting(undefined, 22) })), "from any address"],
      [
        {
          stack: "small.par-1",
          sketches: [p.estate({ consumes: {} }), p.command(rules({}))],
        },
        "which subnet is admin",
      ],
    ],
    notApplicable: [
      stackProgram("dr", p.record()),
      program(p.command(rules({ input: p.accepting(undefined, 22) }))),
    ],
    unknown: [[host({ stdin: unknown }), "undetermined"]],
  },
  "gateway-bastion-closed": {
    compliant: [
      program(p.gateway()),
      program(p.gateway({ bastionEnabled: true, allowedIpRanges: ["192.0.2.0/24"] })),
    ],
    violating: [
      [program(p.gateway({ bastionEnabled: true })), "answers every address"],
      [program(p.gateway({ bastionEnabled: true, allowedIpRanges: ["0.0.0.0/0"] })), "answers every address"],
      [
        stackProgram("par-1", p.gateway({ bastionEnabled: true, allowedIpRanges: ["192.0.2.0/24"] })),
        "its own bastion is open",
      ],
    ],
    notApplicable: [nothing],
    unknown: [
      [program(p.gateway({ bastionEnabled: unknown })), "undetermined"],
      [program(p.gateway({ bastionEnabled: true, allowedIpRanges: unknown })), "undetermined"],
    ],
  },
  "no-pat-rule": {
    compliant: [program(p.gateway())],
    violating: [[program(p.gateway(), p.patRule()), "publishes a private address"]],
    notApplicable: [nothing],
    unknown: [[program(p.gateway(), p.patRule({ publicPort: unknown })), "violated"]],
  },
  "database-private": {
    compliant: [program(p.database()), program(p.cache()), program(p.replica())],
    violating: [
      [program(p.database({ privateNetwork: undefined })), "without privateNetwork"],
      [program(p.database({ loadBalancer: {} })), "loadBalancer gives it a public endpoint"],
      [program(p.cache({ privateNetworks: [] })), "without privateNetworks"],
      [program(p.cache({ publicNetwork: {} })), "publicNetwork"],
      [program(p.replica({ directAccess: {} })), "directAccess"],
    ],
    notApplicable: [program(p.vpc())],
    unknown: [
      [program(p.database({ loadBalancer: unknown })), "undetermined"],
      [program(p.database({ privateNetwork: { pnId: unknown } })), "held"],
    ],
  },
  "database-acl-narrow": {
    compliant: [program(p.databaseAcl()), program(p.cache({ acls: [{ ip: "10.0.0.0/24" }] }))],
    violating: [
      [program(p.databaseAcl({ aclRules: [{ ip: "0.0.0.0/0" }] })), "every address"],
      [program(p.cache({ acls: [{ ip: "10.0.0.0/24" }, { ip: "::/0" }] })), "rule 2"],
    ],
    notApplicable: [nothing],
    unknown: [
      [program(p.databaseAcl({ aclRules: unknown })), "undetermined"],
      [program(p.databaseAcl({ aclRules: [{ ip: unknown }] })), "undetermined"],
    ],
  },
  "bucket-private": {
    compliant: [program(p.bucket()), program(p.bucket({ acl: undefined }))],
    violating: [[program(p.bucket({ acl: "public-read" })), 'acl is "public-read"']],
    notApplicable: [program(p.vpc())],
    unknown: [[program(p.bucket({ acl: unknown })), "undetermined"]],
  },
};
