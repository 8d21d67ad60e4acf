/**
 * The verifier, judged by the kernel: flows of real estates, sent through the rules that their hosts load. `PROOF_FLOWS` of them in all
 * (150; 1,500 for the whole proof), drawn with `PROOF_SEED`.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { labNetwork } from "../../../local/lab/lab-network.ts";
import type { Network } from "../../../model/proof/network.ts";
import { fromState, joined, readNetwork } from "../../../model/proof/read/index.ts";
import { type Changes, estateResources, harbour, statesOf } from "../../helpers/estate-resources.ts";
import { type Judgement, judge } from "./judge/judge.ts";
import { Random } from "./judge/random.ts";
import { sliceOf } from "./judge/slices.ts";

const flows = Number(process.env.PROOF_FLOWS || 150);
const seed = Number(process.env.PROOF_SEED || 1);
const mayRun = process.platform === "linux" && process.getuid?.() === 0;

async function networkOf(folder: string, changes?: Changes): Promise<Network> {
  return readNetwork(joined(statesOf(await estateResources(folder, changes)).map(fromState)));
}

/** All of a small estate; which member holds a pair's addresses hangs on the seed. */
function whole(network: Network): Network {
  return labNetwork(network, { keeps: () => true, holder: (members) => seed % members.length });
}

describe.skipIf(!mayRun)("the kernel's judgement (needs root on Linux, nftables, iproute2, Go)", () => {
  describe.each([
    { name: "the small estate", folder: "test/estates/small", changes: undefined, sliced: false },
    { name: "an estate with a site and datagrams", ...harbour, sliced: false },
    { name: "guadeloupe, in part", folder: "estates/guadeloupe", changes: undefined, sliced: true },
  ])("$name", ({ folder, changes, sliced }) => {
    let judgement: Judgement;
    const share = Math.ceil(flows / 3);

    beforeAll(async () => {
      const network = await networkOf(folder, changes);
      const kept = sliceOf(network, new Random(seed));
      const part = sliced
        ? labNetwork(network, { keeps: ({ key }) => kept.has(key), holder: () => 0 })
        : whole(network);
      judgement = await judge(part, share, seed);
    });

    it("agrees with the verifier on every flow", () => {
      expect(judgement.disagreements.join("\n")).toBe("");
    });

    it("tries flows that pass and near misses, of honest hosts and of lost ones", () => {
      const { passing, missing } = judgement;
      const least = Math.floor(share / 4) - 1;
      for (const senders of ["honest", "lost"] as const) {
        expect(passing[senders]).toBeGreaterThanOrEqual(least);
        expect(missing[senders]).toBeGreaterThanOrEqual(least);
      }
      for (const kind of ["connection", "datagram", "chosen next hop", "through a router"] as const) {
        expect(judgement.kinds[kind], kind).toBeGreaterThan(0);
      }
    });
  });

  it("notices rules that are not those the verifier was told", async () => {
    const network = whole(await networkOf("test/estates/small"));
    const told = {
      ...network,
      nodes: network.nodes.map((node) => ({
        ...node,
        rulesets: node.rulesets.map((each) => ({ ...each, json: each.json.replaceAll(":5432}", ":5433}") })),
      })),
    };
    const { disagreements } = await judge(network, 100, seed, told);
    expect(disagreements.join("\n")).toContain('"port":5432');
  });
});
