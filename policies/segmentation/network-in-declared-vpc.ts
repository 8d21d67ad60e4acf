import { dependenciesOf } from "../kit/facts.ts";
import { definePolicyOnEach } from "../kit/policy.ts";
import { privateNetworkType, vpcType } from "../kit/types.ts";

export const networkInDeclaredVpc = definePolicyOnEach(
  "network-in-declared-vpc",
  [privateNetworkType],
  (network) =>
    dependenciesOf(network, "vpcId").some(({ type }) => type === vpcType)
      ? undefined
      : "its VPC is not in this program, so its ACLs are undetermined",
);
