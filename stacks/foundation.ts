/** `foundation`: what is regional or global, and every address of the estate, so that either zone knows the other's. */
import { Zone } from "@pulumiverse/scaleway/domain/zone.js";
import { ApplicationNetwork } from "../components/application-network.ts";
import { Identity } from "../components/identity.ts";
import { PublicAddresses } from "../components/public-addresses.ts";
import { Vpc } from "../components/vpc.ts";
import type { FoundationContract, Provided, StackOutputs } from "./contracts.ts";
import { operatorKey } from "./operator-key.ts";
import type { StackRun } from "./program.ts";

export function foundation({ plan, protection, environment }: StackRun): StackOutputs {
  // Read first: a run without its key must stop before it makes anything.
  const operator = operatorKey(plan.estate, environment);
  const { region } = plan;
  const slice = plan.foundation;
  const vpcs = new Map(slice.vpcs.map((vpc) => [vpc.key, new Vpc({ plan: vpc, region })]));
  const networks = slice.privateNetworks.map((network) => {
    const vpc = vpcs.get(network.vpc);
    if (vpc === undefined)
      throw new Error(`private network ${network.key} names no VPC of the plan: ${network.vpc}`);
    const reservations = slice.reservations.filter(({ privateNetwork }) => privateNetwork === network.key);
    return new ApplicationNetwork({ plan: network, reservations, region, vpc });
  });
  const { addresses } = new PublicAddresses("public-address", { plan: slice.publicAddresses, protection });
  const { sshKeys } = new Identity("identity", {
    plan: { ...slice.identity, sshKeys: [...slice.identity.sshKeys, operator] },
    projectId: firstOf([...vpcs.values()]).projectId,
  });
  // The zone of a registered domain exists already and is adopted: it may hold more than this estate, so it is never deleted with it.
  const zone = new Zone(
    "dns-zone",
    { domain: slice.domain, subdomain: "" },
    { retainOnDelete: protection === "on" },
  );

  const provides: Provided<FoundationContract> = {
    vpcs: Object.fromEntries([...vpcs].map(([key, vpc]) => [key, vpc.id])),
    privateNetworks: Object.fromEntries(networks.map((network) => [network.key, network.id])),
    subnets: Object.fromEntries(slice.privateNetworks.map(({ key, cidr }) => [key, cidr])),
    reservations: Object.assign({}, ...networks.map((network) => network.reservations)),
    publicAddresses: addresses,
    sshKeys,
    dnsZone: zone.id,
  };
  return { provides, consumes: {} };
}

function firstOf(vpcs: readonly Vpc[]): Vpc {
  const [first] = vpcs;
  if (first === undefined) throw new Error("the plan has no VPC");
  return first;
}
