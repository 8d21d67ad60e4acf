/** Every single failure of guadeloupe: each zone, and each member of a firewall pair. Nothing opens, and every flow still has a way. */
import { expect, test } from "vitest";
import { Prover } from "../../../model/proof/prove.ts";
import { fromState, joined, readNetwork } from "../../../model/proof/read/index.ts";
import { estateResources, statesOf } from "../../helpers/estate-resources.ts";
import { tell } from "../../helpers/figures.ts";

/** In `npm test` the zones and a member of each pair. */
const all = process.env.PROOF_FAILURES === "all";

test("guadeloupe holds, whichever zone or firewall fails", async () => {
  const laidOut = await estateResources("estates/guadeloupe");
  const network = readNetwork(joined(statesOf(laidOut).map(fromState)));
  const began = performance.now();
  const prover = new Prover(network, laidOut.declared.permissions, { sites: laidOut.declared.sites });
  const whole = prover.prove();
  const proved = performance.now();
  // Clients and the network where their tunnels end have one name: a name is closed when nothing of it is open.
  const open = new Set(whole.pairs.filter(({ verdict }) => verdict !== "denied").map(nameOf));
  expect(whole).toMatchObject({ held: true, violations: [], undetermined: [], requiredFlowsFailed: [] });

  const firewalls = network.nodes.filter(({ role }) => role === "firewall");
  const losses = [
    ...[...new Set(firewalls.map(({ zone }) => zone))].map((zone) => ({ zones: [zone] })),
    ...firewalls.filter(({ key }) => all || key.endsWith("-par-1")).map(({ key }) => ({ nodes: [key] })),
  ];
  for (const loss of losses) {
    const { held, pairs, requiredFlowsFailed } = prover.prove(loss);
    expect(requiredFlowsFailed, JSON.stringify(loss)).toEqual([]);
    expect(held, JSON.stringify(loss)).toBe(true);
    const opened = pairs.filter((pair) => pair.verdict !== "denied" && !open.has(nameOf(pair)));
    expect(opened, JSON.stringify(loss)).toEqual([]);
  }
  const [first, rest] = [proved - began, performance.now() - proved].map((each) => (each / 1000).toFixed(1));
  tell(
    `guadeloupe: ${whole.pairs.length} pairs and ${whole.requiredFlowsPassed} flows in ${first} s`,
    `${losses.length} single failures in ${rest} s: nothing opens, every flow still passes`,
  );
});

function nameOf({
  from,
  to,
  family,
}: {
  readonly from: string;
  readonly to: string;
  readonly family: number;
}): string {
  return `${from} ${to} ${family}`;
}
