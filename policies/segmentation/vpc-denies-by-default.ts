import type { PolicyResource } from "@pulumi/policy";
import { dependenciesOf, ofType, read } from "../kit/facts.ts";
import { definePolicy } from "../kit/policy.ts";

const vpcType = "scaleway:network/vpc:Vpc";
const aclType = "scaleway:network/acl:Acl";
const privateNetworkType = "scaleway:network/privateNetwork:PrivateNetwork";

/** Why an ACL does not deny everything, or undefined when it does. */
function opening(acl: PolicyResource): string | undefined {
  const policy = read<string>(acl, "defaultPolicy");
  if (policy.kind === "undetermined") return "its default policy is undetermined";
  if (policy.kind === "absent" || policy.value !== "drop")
    return `its default policy is ${policy.kind === "absent" ? "accept (the default)" : policy.value}`;
  const rules = read<unknown[]>(acl, "rules");
  if (rules.kind === "undetermined") return "its rules are undetermined";
  if (rules.kind === "absent") return undefined;
  const count = read<number>(acl, "rules", "length");
  for (let index = 0; index < (count.kind === "known" ? count.value : 0); index += 1) {
    const action = read<string>(acl, "rules", index, "action");
    if (action.kind !== "known" || action.value !== "drop") return `rule ${index + 1} does not drop`;
  }
  return undefined;
}

export const vpcDeniesByDefault = definePolicy({
  name: "vpc-denies-by-default",
  severity: "critical",
  description:
    "Every VPC has an ACL that drops everything, for IPv4 and for IPv6, before a private network is made in it.",
  why: "routing between the private networks of a VPC is always on, and an IPv4-only ACL leaves IPv6 open.",
  remediation:
    "Add a network.Acl with defaultPolicy `drop` and no accepting rule for each family, and make private networks depend on both.",
  validate: (resources, report) => {
    const acls = ofType(resources, aclType);
    const vpcs = ofType(resources, vpcType);
    for (const acl of acls) {
      const why = opening(acl);
      if (why !== undefined) report(`${acl.name}: ${why}`, acl);
    }
    for (const vpc of vpcs) {
      const own = acls.filter((acl) => dependenciesOf(acl, "vpcId").some(({ urn }) => urn === vpc.urn));
      for (const family of [4, 6] as const) {
        const acl = own.find((candidate) => {
          const isIpv6 = read<boolean>(candidate, "isIpv6");
          return isIpv6.kind === "known"
            ? isIpv6.value === (family === 6)
            : isIpv6.kind === "absent" && family === 4;
        });
        if (acl === undefined) report(`${vpc.name}: no ACL denies IPv${family}`, vpc);
        for (const network of ofType(resources, privateNetworkType)) {
          if (acl === undefined || !dependenciesOf(network, "vpcId").some(({ urn }) => urn === vpc.urn))
            continue;
          if (!network.dependencies.some(({ urn }) => urn === acl.urn)) {
            report(
              `${network.name}: made before the IPv${family} ACL of ${vpc.name}, so it is open for an instant`,
              network,
            );
          }
        }
      }
    }
    for (const network of ofType(resources, privateNetworkType)) {
      if (!dependenciesOf(network, "vpcId").some(({ type }) => type === vpcType)) {
        report(`${network.name}: its VPC is not in this program, so its ACLs are undetermined`, network);
      }
    }
  },
});
