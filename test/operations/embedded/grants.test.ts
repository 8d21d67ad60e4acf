import { expect, it } from "vitest";
import { mergeGrants } from "../../../operations/embedded/grants.ts";

it("grants the larger of two quotas and the later of two assumptions", () => {
  const merged = mergeGrants(
    { quotas: { vpcs: 5, "instances/PLAY2-NANO": 20 }, assumptions: { arpMoves: "accepted" } },
    { quotas: { vpcs: 3, "instances/PLAY2-NANO": 40, sshKeys: 9 }, assumptions: { arpMoves: "refused" } },
  );
  expect(merged).toEqual({
    quotas: { "instances/PLAY2-NANO": 40, sshKeys: 9, vpcs: 5 },
    assumptions: { arpMoves: "refused" },
  });
});

it("keeps what was granted when nothing is asked for", () => {
  const kept = { quotas: { vpcs: 5 }, assumptions: {} };
  expect(mergeGrants(kept, undefined)).toEqual(kept);
});
