import type { PolicyResource } from "@pulumi/policy";
import { lengthOf, tagOf, written } from "../kit/facts.ts";
import { definePolicyOnEach } from "../kit/policy.ts";
import { instanceType } from "../kit/types.ts";

/** Roles whose Instances may hold a public address: they are the declared edges. */
const edges = ["bastion", "firewall"];

function publicAddressOf(server: PolicyResource): string | undefined {
  const single = written<string>(server, "ipId");
  const several = lengthOf(server, "ipIds");
  const dynamic = written<boolean>(server, "enableDynamicIp");
  // The provider writes an empty string where there is none.
  if (single.kind === "undetermined" || (single.kind === "known" && single.value !== "")) return "ipId";
  if (several.kind !== "known" || several.value > 0) return "ipIds";
  if (dynamic.kind === "undetermined" || (dynamic.kind === "known" && dynamic.value))
    return "enableDynamicIp";
  return undefined;
}

export const instanceWithoutPublicAddress = definePolicyOnEach(
  "instance-without-public-address",
  [instanceType],
  (server) => {
    const property = publicAddressOf(server);
    return property === undefined || edges.includes(tagOf(server, "role") ?? "")
      ? undefined
      : `an Instance with a public address (${property}) that is no declared edge`;
  },
);
