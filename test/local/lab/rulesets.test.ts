/**
 * The verifier, judged by the kernel on rules that nobody would write: random rulesets of one router between three networks, jumps, maps,
 * translations and both families, and every flow between their hosts. `PROOF_RULESETS` of them (10), from `PROOF_SEED`.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { labSpecOf } from "../../../local/lab/from-network.ts";
import { Lab } from "../../../local/lab/lab.ts";
import type { LabFlow, LabOutcome } from "../../../local/lab/spec.ts";
import type { Leg, Network, Node } from "../../../model/proof/network.ts";
import { tell } from "../../helpers/figures.ts";
import { randomOf } from "../../model/proof/oracle/random.ts";
import { ports, RulesetMaker } from "../../model/proof/oracle/random-rulesets.ts";
import * as small from "../../model/proof/small.ts";
import { type Verdict, Verifier } from "./judge/verdict.ts";

const wanted = Number(process.env.PROOF_RULESETS || 10);
const firstSeed = Number(process.env.PROOF_SEED || 1);
const mayRun = process.platform === "linux" && process.getuid?.() === 0;
const networks = [0, 1, 2] as const;
const hosts = [1, 2] as const;
const router = 4;
/** Milliseconds that an answer may take; what did not come although it should is waited for longer, alone. */
const timeout = 1_500;
const patience = 6_000;

const pool = {
  addresses: networks.flatMap((network) =>
    [...hosts, router].flatMap((host) => [addressOf(4, network, host), addressOf(6, network, host)]),
  ),
  prefixes: [
    ...networks.flatMap((network) => [`10.0.${network}.0/29`, `fd00:${network + 1}::/125`]),
    ...["10.0.0.0/16", "0.0.0.0/0", "::/0", "10.0.0.0/31", "fd00:1::/126"],
  ],
};

function addressOf(family: 4 | 6, network: number, host: number): string {
  return family === 4 ? `10.0.${network}.${host}` : `fd00:${network + 1}::${host}`;
}

interface Case {
  readonly seed: number;
  readonly network: Network;
}

/** Hosts without rules on three networks of this case alone, and one router with the seed's rules. */
function caseOf(seed: number): Case {
  const legOf = (network: number, host: number): Leg => ({
    interface: `pn-${network}`,
    privateNetwork: `${seed}-net-${network}`,
    addresses: [`${addressOf(4, network, host)}/29`, `${addressOf(6, network, host)}/125`],
    virtualAddresses: [],
    beyond: [],
  });
  const legs = networks.map((network) => legOf(network, router));
  const nodes = networks.flatMap((network) =>
    hosts.map((host) =>
      small.node(`${seed}-host-${network}-${host}`, [legOf(network, host)], {
        routes: ([4, 6] as const).map((family) => ({
          destination: family === 4 ? "0.0.0.0/0" : "::/0",
          gateway: addressOf(family, network, router),
          interface: `pn-${network}`,
        })),
      }),
    ),
  );
  const firewall: Node = small.node(`${seed}-router`, legs, {
    forwards: { 4: true, 6: true },
    rulesets: new RulesetMaker(randomOf(seed), pool).rulesets(legs),
  });
  return {
    seed,
    network: small.network([...nodes, firewall], {
      privateNetworks: networks.map((network) => ({
        ...small.privateNetwork(`${seed}-net-${network}`, network),
        prefixes: [`10.0.${network}.0/29`, `fd00:${network + 1}::/125`],
      })),
    }),
  };
}

/** The same case with those of its rules that a kernel takes: some that are drawn contradict themselves. Undefined where it takes none. */
function taken({ seed, network }: Case, file: string): Case | undefined {
  const isTaken = (commands: readonly unknown[]): boolean => {
    writeFileSync(file, JSON.stringify({ nftables: commands }));
    return spawnSync("nft", ["-j", "-c", "-f", file]).status === 0;
  };
  const [ruleset, ...others] = network.nodes.flatMap((node) => node.rulesets);
  if (ruleset === undefined || others.length > 0) return undefined;
  const { nftables } = JSON.parse(ruleset.json) as { readonly nftables: readonly Command[] };
  let commands = nftables.filter(({ add }) => add?.rule === undefined);
  if (!isTaken(commands)) return undefined;
  for (const rule of nftables.filter(({ add }) => add?.rule !== undefined)) {
    if (isTaken([...commands, rule])) commands = [...commands, rule];
  }
  const json = JSON.stringify({ nftables: commands });
  const nodes = network.nodes.map((node) => ({
    ...node,
    rulesets: node.rulesets.map((each) => ({ ...each, json })),
  }));
  return { seed, network: { ...network, nodes } };
}

interface Command {
  readonly add?: { readonly rule?: unknown };
}

/** From each host to each other one and to the router, by every port that rules know; IPv4, for rules that are drawn stop IPv6's neighbours. */
function flowsOf({ network }: Case): readonly LabFlow[] {
  const senders = network.nodes.filter(({ key }) => key.includes("-host-"));
  const addresses = (node: Node): readonly string[] =>
    node.legs
      .flatMap((leg) => leg.addresses)
      .filter((each) => !each.includes(":"))
      .map((each) => each.split("/")[0] as string);
  let sourcePort = 20_000;
  return senders.flatMap((sender) =>
    network.nodes
      .filter(
        (receiver) =>
          receiver !== sender && receiver.legs[0]?.privateNetwork !== sender.legs[0]?.privateNetwork,
      )
      .flatMap((receiver) =>
        addresses(receiver).flatMap((destination) =>
          ports.flatMap((port) =>
            (["tcp", "udp"] as const).map((protocol): LabFlow => {
              sourcePort += 1;
              const [source] = addresses(sender) as [string];
              return { from: sender.key, protocol, source, sourcePort, destination, port };
            }),
          ),
        ),
      ),
  );
}

interface Trial {
  readonly seed: number;
  readonly flow: LabFlow;
  readonly verdict: Verdict;
}

function agree({ flow, verdict }: Trial, { arrival, answered }: LabOutcome): boolean {
  const expected = flow.protocol === "tcp" && !verdict.answered ? undefined : verdict.arrival;
  return (
    answered === (verdict.answered && verdict.arrival !== undefined) &&
    arrival?.host === expected?.host &&
    arrival?.source === expected?.source
  );
}

test.skipIf(!mayRun)(
  `${wanted} random rulesets mean to the kernel what they mean to the verifier (needs root on Linux, nftables, iproute2, Go)`,
  async () => {
    const cases: Case[] = [];
    const folder = mkdtempSync(join(tmpdir(), "archipel-rulesets-"));
    // A third of what is drawn is taken.
    for (let seed = firstSeed; cases.length < wanted && seed < firstSeed + wanted * 10; seed += 1) {
      const one = taken(caseOf(seed), join(folder, "rules.json"));
      if (one !== undefined) cases.push(one);
    }
    rmSync(folder, { recursive: true });
    expect(cases.length).toBe(wanted);
    const trials = cases.flatMap((one): Trial[] => {
      const verifier = new Verifier(one.network, []);
      return flowsOf(one)
        .map((flow) => ({ seed: one.seed, flow, verdict: verifier.of(flow) }))
        .filter(({ verdict }) => !verdict.martian);
    });
    const lab = await Lab.open({ hosts: cases.flatMap(({ network }) => labSpecOf(network).hosts) });
    try {
      const places = trials.flatMap(({ seed, flow, verdict: { arrival } }) => {
        const { protocol, destination, port } = flow;
        const holder = cases
          .find((one) => one.seed === seed)
          ?.network.nodes.find(({ legs }) =>
            legs.some(({ addresses }) => addresses.some((each) => each.startsWith(`${destination}/`))),
          );
        return [
          ...(holder === undefined ? [] : [{ host: holder.key, protocol, address: destination, port }]),
          ...(arrival === undefined
            ? []
            : [{ host: arrival.host, protocol, address: arrival.address, port: arrival.port }]),
        ];
      });
      await lab.listen(places);
      const outcomes = await lab.send(
        trials.map(({ flow }) => flow),
        timeout,
      );
      const doubted = trials.filter((trial, index) => !agree(trial, outcomes[index] as LabOutcome));
      const again = doubted.map((trial) => ({
        ...trial,
        flow: { ...trial.flow, sourcePort: trial.flow.sourcePort + 20_000 },
      }));
      const later = await lab.send(
        again.map(({ flow }) => flow),
        patience,
      );
      const wrong = again.filter((trial, index) => !agree(trial, later[index] as LabOutcome));
      const text = wrong.map(
        (trial) =>
          `seed ${trial.seed} ${JSON.stringify(trial.flow)}\n  verifier: ${JSON.stringify(trial.verdict)}\n  kernel: ${JSON.stringify(later[again.indexOf(trial)])}`,
      );
      expect(text.join("\n")).toBe("");
      const passing = trials.filter(({ verdict }) => verdict.arrival !== undefined).length;
      tell(
        `${cases.length} random rulesets, ${trials.length} flows, ${passing} of them pass: the kernel agrees`,
      );
      expect(passing).toBeGreaterThan(wanted * 10);
    } finally {
      await lab.close();
    }
  },
  120_000 + wanted * 10_000,
);
