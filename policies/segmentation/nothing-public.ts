import type { PolicyResource } from "@pulumi/policy";
import { dependenciesOf, lengthOf, ofType, read } from "../kit/facts.ts";
import type { Report } from "../kit/policy.ts";
import { definePolicy } from "../kit/policy.ts";

const commandType = "command:remote:Command";

/** Roles whose Instances may hold a public address: they are the declared edges. */
const edges = ["role=bastion", "role=firewall"];

function hasTag(resource: PolicyResource, tags: readonly string[]): boolean {
  const count = lengthOf(resource, "tags");
  if (count.kind !== "known") return false;
  return Array.from({ length: count.value }, (_, index) => read<string>(resource, "tags", index)).some(
    (tag) => tag.kind === "known" && tags.includes(tag.value),
  );
}

function checkInstances(resources: readonly PolicyResource[], report: Report): void {
  for (const server of ofType(resources, "scaleway:instance/server:Server")) {
    const dynamic = read<boolean>(server, "enableDynamicIp");
    const single = read<string>(server, "ipId");
    const several = lengthOf(server, "ipIds");
    const isPublic =
      // The provider writes an empty string where there is none.
      single.kind === "undetermined" ||
      (single.kind === "known" && single.value !== "") ||
      several.kind !== "known" ||
      several.value > 0 ||
      (dynamic.kind === "known" ? dynamic.value : dynamic.kind === "undetermined");
    if (isPublic && !hasTag(server, edges))
      report(`${server.name}: an Instance with a public address that is no declared edge`, server);
  }
  for (const group of ofType(resources, "scaleway:instance/securityGroup:SecurityGroup")) {
    for (const policy of ["inboundDefaultPolicy", "outboundDefaultPolicy"]) {
      const value = read<string>(group, policy);
      if (value.kind !== "known" || value.value !== "drop")
        report(`${group.name}: ${policy} is not drop`, group);
    }
  }
}

/** Every bare-metal server is on the internet until its own rules close it: the program must configure it, by a command that depends on it. */
function checkBareMetal(resources: readonly PolicyResource[], report: Report): void {
  const commands = ofType(resources, commandType);
  for (const server of ofType(resources, "scaleway:elasticmetal/server:Server")) {
    const dayZero = read<string>(server, "cloudInit");
    if (dayZero.kind === "absent")
      report(`${server.name}: no cloud-init closes its public interface at first boot`, server);
    const sealed = commands.some(
      (command) =>
        command.name.endsWith("-configure") &&
        dependenciesOf(command, "create").some(({ urn }) => urn === server.urn),
    );
    if (!sealed)
      report(`${server.name}: nothing seals its public interface after its private path is proved`, server);
  }
  for (const address of ofType(resources, "scaleway:elasticmetal/ip:Ip")) {
    report(`${address.name}: a flexible IP puts one more address on the internet`, address);
  }
}

function checkGateways(resources: readonly PolicyResource[], report: Report): void {
  for (const rule of ofType(resources, "scaleway:network/publicGatewayPatRule:PublicGatewayPatRule")) {
    report(`${rule.name}: a PAT rule publishes a private address`, rule);
  }
  for (const gateway of ofType(resources, "scaleway:network/publicGateway:PublicGateway")) {
    const bastion = read<boolean>(gateway, "bastionEnabled");
    if (bastion.kind === "undetermined" || (bastion.kind === "known" && bastion.value)) {
      report(
        `${gateway.name}: its own bastion is open, with every SSH key of the project and from any address`,
        gateway,
      );
    }
  }
}

export const nothingPublic = definePolicy({
  name: "nothing-public",
  severity: "critical",
  description: "Nothing is on the internet but the declared edges, and every bare-metal server is sealed.",
  why: "a public address that nobody reviewed is the shortest way in.",
  remediation:
    "Publish the service through the load balancer and proxies; give bare metal a cloud-init that drops and the configuration that seals it.",
  validate: (resources, report) => {
    checkInstances(resources, report);
    checkBareMetal(resources, report);
    checkGateways(resources, report);
  },
});
