import type { PolicyResource } from "@pulumi/policy";
import { applicationByNetwork, estateOf, keysById } from "../kit/estate.ts";
import { bareId, dependenciesOf, lengthOf, ofType, read } from "../kit/facts.ts";
import type { Report } from "../kit/policy.ts";
import { definePolicy } from "../kit/policy.ts";

const bareMetalType = "scaleway:elasticmetal/server:Server";
const instanceType = "scaleway:instance/server:Server";
const nicType = "scaleway:instance/privateNic:PrivateNic";

/** Servers that stand in several applications' networks by their nature: their own policies hold them. */
const bridges = ["role=firewall", "role=hypervisor"];

function tagsOf(resource: PolicyResource): readonly string[] {
  const count = lengthOf(resource, "tags");
  if (count.kind !== "known") return [];
  return Array.from({ length: count.value }, (_, index) => read<string>(resource, "tags", index)).flatMap(
    (tag) => (tag.kind === "known" ? [tag.value] : []),
  );
}

/** Ids of the private networks that a bare-metal server is attached to; undetermined when one is unknown. */
function legsOf(server: PolicyResource): readonly string[] | undefined {
  const count = lengthOf(server, "privateNetworks");
  if (count.kind !== "known") return undefined;
  const ids = Array.from({ length: count.value }, (_, index) =>
    read<string>(server, "privateNetworks", index, "id"),
  );
  return ids.every((id) => id.kind === "known")
    ? ids.flatMap((id) => (id.kind === "known" ? [id.value] : []))
    : undefined;
}

export const oneNetworkPerServer = definePolicy({
  name: "one-network-per-server",
  severity: "critical",
  description:
    "No server stands in the private networks of two applications, firewalls and hypervisors apart.",
  why: "a server with a leg in two applications' networks carries an infection from one to the other past every firewall.",
  remediation:
    "Give the server one leg, or make what it does a service that the other application reaches by a declared flow.",
  validate: (resources, report) => {
    const servers = resources.filter(({ type }) => type === bareMetalType || type === instanceType);
    if (servers.length === 0) return;
    const estate = estateOf(resources);
    if (estate === undefined) return;
    const keys = keysById(resources, "privateNetworks");
    if (keys === undefined) {
      report(
        "undetermined: the program does not say which private networks it consumed (output `consumes.privateNetworks`)",
      );
      return;
    }
    const applications = applicationByNetwork(estate);
    for (const server of servers) {
      const ids = server.type === bareMetalType ? legsOf(server) : nicsOf(server, resources);
      if (ids === undefined) {
        report(`${server.name}: the private networks it is attached to are undetermined`, server);
        continue;
      }
      checkLegs(server, ids, keys, applications, report);
    }
    reportForeignNics(resources, report);
  },
});

function nicsOf(server: PolicyResource, resources: readonly PolicyResource[]): readonly string[] | undefined {
  const nics = ofType(resources, nicType).filter((nic) =>
    dependenciesOf(nic, "serverId").some(({ urn }) => urn === server.urn),
  );
  const ids = nics.map((nic) => read<string>(nic, "privateNetworkId"));
  return ids.every((id) => id.kind === "known")
    ? ids.flatMap((id) => (id.kind === "known" ? [id.value] : []))
    : undefined;
}

function checkLegs(
  server: PolicyResource,
  ids: readonly string[],
  keys: ReadonlyMap<string, string>,
  applications: ReadonlyMap<string, string>,
  report: Report,
): void {
  const named = ids.map((id) => keys.get(bareId(id)));
  if (named.includes(undefined)) {
    report(
      `${server.name}: attached to a private network that the program does not say it consumed: undetermined`,
      server,
    );
    return;
  }
  const stood = [...new Set(named.flatMap((key) => applications.get(key as string) ?? []))].sort();
  if (stood.length > 1 && !bridges.some((tag) => tagsOf(server).includes(tag))) {
    report(`${server.name}: stands in the networks of ${stood.join(" and ")}`, server);
  }
}

/** A NIC on a server of another program would escape the count above. */
function reportForeignNics(resources: readonly PolicyResource[], report: Report): void {
  for (const nic of ofType(resources, nicType)) {
    if (!dependenciesOf(nic, "serverId").some(({ type }) => type === instanceType)) {
      report(`${nic.name}: its server is not in this program, so what it joins is undetermined`, nic);
    }
  }
}
