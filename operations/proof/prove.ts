/** Proves an estate: all its stacks read at once, one network made of them, and every pair of it held against what the estate permits. */
import type { Estate } from "../../model/estate/index.ts";
import { permissionsOf } from "../../model/proof/permissions.ts";
import { prove } from "../../model/proof/prove.ts";
import { type Documents, readNetwork } from "../../model/proof/read/index.ts";
import { type Loss, nodesLost } from "./losses.ts";
import type { ProofReport } from "./report.ts";
import { failureOf, unknownOf, violationOf } from "./words.ts";

export interface Question {
  readonly estate: Estate;
  readonly source: ProofReport["source"];
  readonly documents: Documents;
  /** Seconds that the documents took. */
  readonly stacks: number;
  readonly loss: Loss | undefined;
}

/** Throws a `VisibleError` for a loss of something that is not there. */
export function proveDocuments({ estate, source, documents, stacks, loss }: Question): ProofReport {
  const began = performance.now();
  const network = readNetwork(documents);
  const nodes = loss === undefined ? [] : nodesLost(network, loss, estate.organisation.zones);
  const read = performance.now();
  const proof = prove(network, permissionsOf(estate), { lost: { nodes }, sites: estate.sites });
  const decided = performance.now();
  return {
    estate: estate.organisation.organisation,
    source,
    lost: loss === undefined ? [] : [loss.kind === "zone" ? loss.zone : `firewall:${loss.name}`],
    held: proof.held,
    pairs: proof.pairs.length,
    violations: proof.violations.map(violationOf),
    undetermined: proof.undetermined.map(unknownOf),
    requiredFlowsPassed: proof.requiredFlowsPassed,
    requiredFlowsFailed: proof.requiredFlowsFailed.map(failureOf),
    seconds: { stacks, read: inSeconds(read - began), matrix: inSeconds(decided - read) },
  };
}

function inSeconds(milliseconds: number): number {
  return Math.round(milliseconds) / 1000;
}
