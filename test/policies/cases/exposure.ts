/** Cases of the pack `segmentation`: what faces the internet, and who administers. */
import * as p from "../pieces.ts";
import { type Sketch, unknown } from "../resources.ts";
import type { Cases } from "./cases.ts";

const { program, stackProgram } = p;
const nothing = program(p.bucket());
const host = (props: object, ...more: readonly Sketch[]) =>
  stackProgram("par-1", p.command({ ...props }), ...more);
const rules = (of: Parameters<typeof p.script>[0]) => ({ stdin: p.script(of) });
const group = (rule: object) => program(p.securityGroup({ inboundRules: [rule] }));

export const cases = {
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
} as const satisfies Readonly<Record<string, Cases>>;
