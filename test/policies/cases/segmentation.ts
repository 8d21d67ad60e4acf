/** Cases of the pack `segmentation`: networks, firewalls and legs. */
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

export const cases = {
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
} as const satisfies Readonly<Record<string, Cases>>;
