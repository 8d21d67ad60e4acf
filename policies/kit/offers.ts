/** Which of the estate's entities a server is a member of, and what it is bought as. */
import type { PolicyResource } from "@pulumi/policy";
import type { Estate } from "../../model/estate/index.ts";
import { type Fact, tagOf, written } from "./facts.ts";
import { instanceType } from "./types.ts";

/** Members of hypervisors are named after them: `town-par-1-1`. */
const memberName = /^(.+)-par-\d+-\d+$/;

/** The workload or hypervisors that a server is a member of; undefined for the platform's own. */
export function entityOf(server: PolicyResource): string | undefined {
  return tagOf(server, "role") === "hypervisor"
    ? memberName.exec(server.name)?.[1]
    : tagOf(server, "workload");
}

/**
 * The offer of a server. An Instance says its own; bare metal names an id that the provider looked up, so the estate's word is taken for
 * the workload, hypervisors or firewalls that its tags name.
 */
export function offerOf(server: PolicyResource, estate: Estate | undefined): Fact<string> {
  if (server.type === instanceType) return written<string>(server, "type");
  const offer = estate === undefined ? undefined : declaredOffer(server, estate);
  return offer === undefined ? { kind: "undetermined" } : { kind: "known", value: offer };
}

function declaredOffer(server: PolicyResource, estate: Estate): string | undefined {
  if (tagOf(server, "role") === "firewall") return estate.platform.firewalls.segmentation.offer;
  const name = entityOf(server);
  const workload = estate.applications
    .flatMap(({ workloads }) => workloads)
    .find((each) => each.name === name);
  if (workload !== undefined && workload.kind !== "guest") return workload.offer;
  return estate.hypervisors.find(({ hypervisors }) => hypervisors === name)?.offer;
}
