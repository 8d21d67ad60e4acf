/** `par-1` and `par-2`: one zone's machines. The two are alike and never read each other. */
import type { Input, Resource } from "@pulumi/pulumi";
import { BareMetalFleet } from "../components/bare-metal-fleet.ts";
import type { ServerContext } from "../components/bare-metal-server.ts";
import { Bastion, bastionEndpoint } from "../components/bastion.ts";
import { FirewallMember } from "../components/firewall-member.ts";
import { Hypervisor } from "../components/hypervisor.ts";
import { InstanceFleet } from "../components/instance-fleet.ts";
import { InstanceServer } from "../components/instance-server.ts";
import { LoadBalancer } from "../components/load-balancer.ts";
import { ProxyFleet } from "../components/proxy-fleet.ts";
import { PublicGateway } from "../components/public-gateway.ts";
import type { ZoneKey } from "../model/estate/estate.ts";
import type { BareMetalPlan, InstancePlan } from "../model/plan/plan.ts";
import { bareMetalCatalogue } from "./bare-metal-catalogue.ts";
import { Ledger, noteSubnets, readFoundation } from "./consumed.ts";
import type { Provided, StackOutputs, ZoneContract } from "./contracts.ts";
import { operatorPrivateKey } from "./operator-key.ts";
import type { StackRun } from "./program.ts";

type Server = { readonly key: string; readonly id: Input<string> };

export async function par(run: StackRun, key: ZoneKey): Promise<StackOutputs> {
  const { plan, protection, environment } = run;
  const zone = plan.deployments[key];
  const ledger = new Ledger();
  const { contract, foundation } = await readFoundation(run, ledger);
  noteSubnets(contract, ledger);
  const privateKey = operatorPrivateKey(environment);
  const context: ServerContext = {
    foundation,
    protection,
    ssh: { privateKey, bastion: bastionEndpoint(zone.bastion, foundation) },
    catalogue: bareMetalCatalogue(zone.zone),
  };

  // First what the rest is reached and leaves through: the door, the way out, the firewalls, the egress services.
  const bastion = new Bastion({ plan: zone.bastion, context, privateKey });
  const gateway = new PublicGateway({ plan: zone.gateway, foundation });
  const firewalls = [...zone.firewalls, ...zone.instanceFirewalls].map(
    (member) => new FirewallMember({ plan: member, context, after: [bastion.configured] }),
  );
  const pairs = new Map(
    plan.firewalls.pairs.map((pair) => [
      pair.key,
      firewalls.find((member) => member.key === pair.members[key]),
    ]),
  );
  const reached = ({ key: name, host }: BareMetalPlan | InstancePlan): Resource[] => {
    if (host.through === undefined) return [bastion.configured];
    const member = pairs.get(host.through);
    if (member === undefined)
      throw new Error(`${name} is reached through ${host.through}, a pair without a member in ${key}`);
    return [member.configured];
  };
  const egress = zone.egress.map(
    (server) =>
      new InstanceServer({ plan: server, context, after: [gateway.attachment, ...reached(server)] }),
  );
  const after = (server: BareMetalPlan | InstancePlan): Resource[] => [
    ...reached(server),
    ...egress.map(({ configured }) => configured),
  ];

  // Then what serves, and last what lets the public in.
  const hypervisors = zone.hypervisors.map(
    (server) => new Hypervisor({ plan: server, context, after: after(server) }),
  );
  const fleets = zone.fleets.map((fleet) =>
    fleet.kind === "bare-metal"
      ? new BareMetalFleet({ plan: fleet, context, after })
      : new InstanceFleet({ plan: fleet, context, after }),
  );
  const proxies = new ProxyFleet(`proxy-${key}`, { plan: zone.proxies, context, after });
  const balancers =
    zone.loadBalancer === undefined
      ? []
      : [new LoadBalancer({ plan: zone.loadBalancer, foundation, after: proxies.configured })];

  const servers: readonly Server[] = [
    bastion,
    ...firewalls,
    ...egress,
    ...hypervisors.map(({ server }) => server),
    ...fleets.flatMap((fleet) => Object.values<Server>(fleet.servers)),
    ...Object.values(proxies.servers),
  ];
  const provides: Provided<ZoneContract> = {
    servers: Object.fromEntries(servers.map((server) => [server.key, server.id]).sort()),
    loadBalancers: Object.fromEntries(
      balancers.map(({ key: name, id, frontends }) => [name, { id, frontends }]),
    ),
  };
  return { provides, consumes: ledger.consumes() };
}
