/**
 * `npm run bench:proof`: seconds that the proof takes on networks like guadeloupe's and up to ten times as large, for docs/benchmarks.md.
 * To be run on a quiet machine; each size is proved three times, and the quickest counts.
 */
import { Prover } from "../model/proof/prove.ts";
import { largeNetwork } from "./helpers/large-network.ts";

const times = 3;

for (const factor of [1, 2, 5, 10]) {
  const { network, permissions } = largeNetwork(factor);
  const runs = Array.from({ length: times }, () => {
    const began = performance.now();
    const prover = new Prover(network, permissions);
    const read = performance.now();
    const { pairs, violations } = prover.reachability();
    const decided = performance.now();
    const { passed, failed } = prover.required();
    if (violations.length + failed.length > 0) throw new Error("the network is not as it should be");
    return {
      pairs: pairs.length,
      passed,
      model: read - began,
      matrix: decided - read,
      flows: performance.now() - decided,
    };
  });
  const least = (of: "model" | "matrix" | "flows"): string =>
    (Math.min(...runs.map((run) => run[of])) / 1000).toFixed(2);
  process.stdout.write(
    `${factor}x: ${network.nodes.length} machines, ${network.privateNetworks.length} networks, ${runs[0]?.pairs} pairs, ${runs[0]?.passed} flows: ${least("model")} s to load, ${least("matrix")} s to decide, ${least("flows")} s to follow flows\n`,
  );
}
