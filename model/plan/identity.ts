/** IAM applications by use, each with the permission sets that its stack's resources need and no other; people's SSH keys. */
import type { Estate } from "../estate/estate.ts";
import type { IamApplicationPlan, IdentityPlan } from "./plan.ts";
import { tagsOf } from "./tags.ts";

/** Names of permission sets: Scaleway IAM reference, 2026-08. Zonal stacks read the network that foundation made and attach to it. */
const uses: Readonly<
  Record<string, { readonly description: string; readonly permissionSets: readonly string[] }>
> = {
  "deploy-foundation": {
    description: "Makes VPCs, private networks, reserved and public addresses, the DNS zone and identity",
    permissionSets: [
      "DomainsDNSFullAccess",
      "IPAMFullAccess",
      "InstancesFullAccess",
      "LoadBalancersFullAccess",
      "PrivateNetworksFullAccess",
      "SSHKeysFullAccess",
      "VPCFullAccess",
      "VPCGatewayFullAccess",
    ],
  },
  "deploy-zone": {
    description: "Makes and configures the servers, load balancer and gateway of a zone, and the witness",
    permissionSets: [
      "ElasticMetalFullAccess",
      "IPAMReadOnly",
      "InstancesFullAccess",
      "LoadBalancersFullAccess",
      "PrivateNetworksFullAccess",
      "SSHKeysReadOnly",
      "VPCGatewayFullAccess",
    ],
  },
  "deploy-edge": {
    description: "Makes Edge Services pipelines in front of the load balancers",
    permissionSets: ["EdgeServicesFullAccess", "LoadBalancersReadOnly"],
  },
  "switch-zones": {
    description: "Changes DNS records and Edge Services backends, and nothing that a lost zone holds",
    permissionSets: ["DomainsDNSFullAccess", "EdgeServicesFullAccess"],
  },
  observe: {
    description: "Reads what is deployed, for proofs and reports",
    permissionSets: ["AllProductsReadOnly"],
  },
};

export function identityOf(estate: Estate): IdentityPlan {
  const { organisation } = estate.organisation;
  const applications = Object.entries(uses)
    .filter(([key]) => key !== "deploy-edge" || estate.platform.edgeServices.length > 0)
    .map(
      ([key, use]): IamApplicationPlan => ({
        key,
        name: `${organisation}-${key}`,
        description: use.description,
        permissionSets: use.permissionSets,
        tags: tagsOf(organisation, { role: key }),
      }),
    )
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const sshKeys = estate.platform.administrators.map(({ name, key }) => ({
    key: name,
    name: `${organisation}-${name}`,
    publicKey: key,
  }));
  return { applications, sshKeys };
}
