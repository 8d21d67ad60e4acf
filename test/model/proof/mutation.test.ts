/** Mutants of guadeloupe's deployed resources: each changes the fate of a packet, and must be reported. */
import { expect, test } from "vitest";
import { estateResources } from "../../helpers/estate-resources.ts";
import { tell } from "../../helpers/figures.ts";
import { Base } from "./mutation/base.ts";
import { type Judged, judge, operators, tally } from "./mutation/judge.ts";

const mutants = Number(process.env.MUTANTS ?? operators.length);
const firstSeed = Number(process.env.MUTANTS_SEED ?? 0);
/** Of the mutants that are not equivalent by their making. */
const leastReported = 0.99;

test(
  `${mutants} mutants are reported, but those that change nothing`,
  async () => {
    const base = new Base(await estateResources("estates/guadeloupe"));
    const judged: Judged[] = [];
    for (let seed = firstSeed; seed < firstSeed + mutants; seed += 1) judged.push(judge(base, seed));
    const tallies = tally(judged);
    tell(...lines(judged));
    const wrong = tallies.filter(({ equivalent }) => equivalent === undefined);
    const all = wrong.reduce((sum, each) => sum + each.mutants, 0);
    const survivors = wrong.flatMap((each) => each.survivors);
    const named = survivors.map(({ operator, seed, where }) => `${operator.name} (seed ${seed}): ${where}`);
    expect(all - survivors.length, named.join("\n")).toBeGreaterThanOrEqual(all * leastReported);
    // What changes nothing must not be reported: a verifier that cries at everything would pass the rest.
    const cried = judged.filter(
      ({ operator, killedBy }) => operator.equivalent !== undefined && killedBy !== undefined,
    );
    expect(cried.map(({ operator, seed, where }) => `${operator.name} (seed ${seed}): ${where}`)).toEqual([]);
  },
  120_000 + mutants * 20_000,
);

/** A line an operator, then the survivors by name. */
function lines(judged: readonly Judged[]): readonly string[] {
  const tallies = tally(judged);
  const { length } = judged.filter(({ operator }) => operator.equivalent === undefined);
  const survivors = tallies.flatMap((each) =>
    each.survivors.filter(({ operator }) => operator.equivalent === undefined),
  );
  return [
    ...tallies.map(
      ({ operator, mutants: count, killed, survivors: left, equivalent }) =>
        `${operator}: ${count} mutants, ${killed.violation} by a violation, ${killed.undetermined} as undetermined, ${killed.flow} by a flow, ${left.length} ${equivalent === undefined ? "not reported" : `held as they should be: ${equivalent}`}`,
    ),
    ...survivors.map(({ operator, seed, where }) => `not reported: ${operator.name}, seed ${seed}, ${where}`),
    `mutants ${judged.length} (seeds ${firstSeed} to ${firstSeed + judged.length - 1}): ${length - survivors.length} of ${length} reported; ${judged.length - length} change nothing by their making`,
  ];
}
