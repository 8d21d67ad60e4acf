/** Proves an estate: all its stacks read at once, one network made of them, and every pair of it held against what the estate permits. */
import type { Estate } from "../../model/estate/index.ts";
import type { Declarations } from "../../model/proof/declarations.ts";
import type { Passage } from "../../model/proof/passages.ts";
import type { Permission } from "../../model/proof/permissions.ts";
import type { Proof } from "../../model/proof/prove.ts";
import { Prover } from "../../model/proof/prove.ts";
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

/** A proof for those who need more of it than what is wrong. */
export interface Proved {
  readonly proof: Proof;
  readonly report: ProofReport;
  /** What it was held against. */
  readonly permissions: readonly Permission[];
  /** Everything declared that passes, with the rules that let it; worked out when it is asked for. */
  readonly passages: () => readonly Passage<Permission>[];
}

export function provedNetwork(read: ReadNetwork, loss: Loss | undefined): Proved {
  const { estate, declared, network } = read;
  const nodes = loss === undefined ? [] : nodesLost(network, loss, estate.organisation.zones);
  const began = performance.now();
  const { permissions, sites } = declared;
  const prover = new Prover(network, permissions, { sites });
  const proof = prover.prove({ nodes });
  const lost = loss === undefined ? [] : [lossText(loss)];
  const report = reportOf(read, lost, proof, inSeconds(performance.now() - began));
  return { proof, report, permissions, passages: () => prover.passages({ nodes }) };
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
