import { expect, it } from "vitest";
import { stackArgument } from "../../operations/pulumi.ts";

it.each([
  [["preview", "-s", "guadeloupe.par-1"], "guadeloupe.par-1"],
  [["preview", "--stack", "guadeloupe.par-1", "--diff"], "guadeloupe.par-1"],
  [["up", "--stack=guadeloupe.par-1"], "guadeloupe.par-1"],
  [["up", "-sguadeloupe.par-1"], "guadeloupe.par-1"],
  [["up", "-s=guadeloupe.par-1"], "guadeloupe.par-1"],
  [["up", "--skip-preview"], undefined],
  [["stack", "ls"], undefined],
])("reads the stack of %j", (args, stack) => {
  expect(stackArgument(args)).toBe(stack);
});
