/** Proves an estate: all its stacks read at once, one network made of them, and every pair of it held against what the estate permits. */
import type { Estate } from "../../model/estate/index.ts";
import type { Declarations } from "../../model/proof/declarations.ts";
import type { Proof } from "../../model/proof/prove.ts";
import { prove } from "../../model/proof/prove.ts";
import { type Documents, readNetwork } from "../../model/proof/read/index.ts";
import { type Loss, lossText, nodesLost } from "./losses.ts";
import { inSeconds, type ReadNetwork } from "./networks.ts";
import type { ProofReport } from "./report.ts";
import { failureOf, unknownOf, violationOf } from "./words.ts";

export interface Question {
  readonly estate: Estate;
  readonly declared: Declarations;
  readonly source: ProofReport["source"];
  readonly documents: Documents;
  /** Seconds that the documents took. */
  readonly stacks: number;
  readonly loss: Loss | undefined;
}

/** Throws a `VisibleError` for a loss of something that is not there. */
export function proveDocuments({ estate, declared, source, documents, stacks, loss }: Question): ProofReport {
  const began = performance.now();
  const network = readNetwork(documents);
  const seconds = { stacks, read: inSeconds(performance.now() - began) };
  return proveNetwork({ estate, declared, network, source, seconds }, loss);
}

/** The same of a network that is read already. */
export function proveNetwork(read: ReadNetwork, loss: Loss | undefined): ProofReport {
  return provedNetwork(read, loss).report;
}

/** With the proof itself, for those who need more than what is wrong. */
export function provedNetwork(
  read: ReadNetwork,
  loss: Loss | undefined,
): { readonly proof: Proof; readonly report: ProofReport } {
  const { estate, declared, network } = read;
  const nodes = loss === undefined ? [] : nodesLost(network, loss, estate.organisation.zones);
  const began = performance.now();
  const proof = prove(network, declared.permissions, { lost: { nodes }, sites: declared.sites });
  const lost = loss === undefined ? [] : [lossText(loss)];
  return { proof, report: reportOf(read, lost, proof, inSeconds(performance.now() - began)) };
}

function reportOf(
  { estate, source, seconds }: ReadNetwork,
  lost: readonly string[],
  proof: Proof,
  matrix: number,
): ProofReport {
  return {
    estate: estate.organisation.organisation,
    source,
    lost,
    held: proof.held,
    pairs: proof.pairs.length,
    violations: proof.violations.map(violationOf),
    undetermined: proof.undetermined.map(unknownOf),
    requiredFlowsPassed: proof.requiredFlowsPassed,
    requiredFlowsFailed: proof.requiredFlowsFailed.map(failureOf),
    seconds: { ...seconds, matrix },
  };
}
