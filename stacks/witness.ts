/** `witness`: the third voter of every lease, in a zone that holds nothing else. */
import { bastionEndpoint } from "../components/bastion.ts";
import { InstanceServer } from "../components/instance-server.ts";
import { Ledger, noteSubnets, readFoundation } from "./consumed.ts";
import type { Provided, StackOutputs, WitnessContract } from "./contracts.ts";
import { operatorPrivateKey } from "./operator-key.ts";
import type { StackRun } from "./program.ts";

/** Its zone has no bastion: it is configured through the active zone's, which goes up before it. */
export async function witness(run: StackRun): Promise<StackOutputs> {
  const { plan, activeZone, protection, environment } = run;
  const ledger = new Ledger();
  const { contract, foundation } = await readFoundation(run, ledger);
  noteSubnets(contract, ledger);
  const ssh = {
    privateKey: operatorPrivateKey(environment),
    bastion: bastionEndpoint(plan.deployments[activeZone].bastion, foundation),
  };
  const server = new InstanceServer({
    plan: plan.witness.server,
    context: { foundation, ssh, protection },
    after: [],
  });
  const provides: Provided<WitnessContract> = { servers: { [server.key]: server.id } };
  return { provides, consumes: ledger.consumes() };
}
