/**
 * `dr`: which zone serves. Switching changes `archipel:activeZone` and runs `up` on this stack alone: records, stages and commands are
 * updated in place, none is replaced, and nothing here speaks to the API of a zone.
 */
import { bastionEndpoint } from "../components/bastion.ts";
import { DnsFailover } from "../components/dns-failover.ts";
import { EdgeEntry } from "../components/edge-entry.ts";
import { WriterGroup } from "../components/writer-group.ts";
import { Ledger, readFoundation } from "./consumed.ts";
import { type EdgeContract, readContract, type StackOutputs } from "./contracts.ts";
import { expectedEdge } from "./expected.ts";
import { operatorPrivateKey } from "./operator-key.ts";
import type { StackRun } from "./program.ts";

export async function dr(run: StackRun): Promise<StackOutputs> {
  const { plan, activeZone, environment, upstream } = run;
  const ledger = new Ledger();
  const { contract, foundation } = await readFoundation(run, ledger);
  const { dnsZone } = contract;
  const { pipelines } = readContract<EdgeContract>(expectedEdge(plan), await upstream("edge"));

  for (const record of plan.dr.records) {
    new DnsFailover({ plan: record, dnsZone, activeZone, foundation });
  }
  for (const pipeline of plan.edge.pipelines) {
    const { id, firewalls } = ledger.use("pipelines", pipeline.key, pipelines);
    new EdgeEntry({ plan: pipeline, pipelineId: id, firewallId: firewalls[activeZone], dnsZone });
  }
  if (plan.dr.writers.length > 0) {
    const ssh = {
      privateKey: operatorPrivateKey(environment),
      bastion: bastionEndpoint(plan.deployments[activeZone].bastion, foundation),
    };
    for (const writers of plan.dr.writers) new WriterGroup({ plan: writers, activeZone, ssh });
  }
  return { provides: { activeZone }, consumes: ledger.consumes() };
}
