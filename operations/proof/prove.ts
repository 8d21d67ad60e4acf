/** Proves an estate: all its stacks read at once, one network made of them, and every pair of it held against what the estate permits. */
import type { Estate } from "../../model/estate/index.ts";
import type { Network } from "../../model/proof/network.ts";
import { type Permission, permissionsOf } from "../../model/proof/permissions.ts";
import { type Documents, readNetwork } from "../../model/proof/read/index.ts";
import { type Loss, nodesLost, without } from "./losses.ts";
import type { ProofReport } from "./report.ts";

/** What an engine of proofs answers of a network. */
export type Proven = Pick<ProofReport, "pairs" | "violations" | "requiredFlowsPassed"> & {
  readonly undetermined: Network["undetermined"];
};

export type Prover = (network: Network, permissions: readonly Permission[]) => Proven;

export interface Question {
  readonly estate: Estate;
  readonly source: ProofReport["source"];
  readonly documents: Documents;
  /** Seconds that the documents took. */
  readonly stacks: number;
  readonly loss: Loss | undefined;
}

export function proveDocuments(question: Question, prover: Prover): ProofReport {
  const { estate, source, documents, stacks, loss } = question;
  const began = performance.now();
  const whole = readNetwork(documents);
  const lost = loss === undefined ? [] : nodesLost(whole, loss, estate.organisation.zones);
  const network = without(whole, lost);
  const read = performance.now();
  const { pairs, violations, undetermined, requiredFlowsPassed } = prover(network, permissionsOf(estate));
  const decided = performance.now();
  return {
    estate: estate.organisation.organisation,
    source,
    lost: loss === undefined ? [] : [loss.kind === "zone" ? loss.zone : `firewall:${loss.name}`],
    pairs,
    violations,
    undetermined: undetermined.map(({ origin, property, why, scope }) => ({
      resource: origin.resource,
      stack: origin.stack,
      property,
      why,
      ...(scope === undefined ? {} : { scope }),
    })),
    requiredFlowsPassed,
    seconds: { stacks, read: inSeconds(read - began), matrix: inSeconds(decided - read) },
  };
}

function inSeconds(milliseconds: number): number {
  return Math.round(milliseconds) / 1000;
}
