/** Who may speak to whom, as a square: applications and platform networks by trust class, and the intents between any two. */
import type { Intent, Plan } from "../../model/plan/index.ts";
import { trustClassesOf } from "./tones.ts";

/** A row and a column of the matrix: an application with all its networks, a platform network, `internet` or `vpn`. */
export interface Party {
  readonly key: string;
  readonly trustClass: string | undefined;
}

export interface PartyGroup {
  readonly trustClass: string | undefined;
  readonly parties: readonly Party[];
}

/** What one party may say to another; never empty. */
export interface Cell {
  readonly from: Party;
  readonly to: Party;
  readonly intents: readonly Intent[];
  /** Whether it stays in a trust class, leaves one for another, or has the platform at an end. */
  readonly reach: "within" | "across" | "platform";
}

export interface Matrix {
  /** Platform first, then trust classes, both sorted by name. */
  readonly groups: readonly PartyGroup[];
  readonly cells: readonly Cell[];
  cellAt(from: Party, to: Party): Cell | undefined;
}

/** Every application is a party, with or without flows; platform networks are where something names them. */
export function matrixOf(plan: Plan): Matrix {
  const partyOfNetwork = new Map<string, Party>();
  const parties = new Map<string, Party>();
  const named = new Set(plan.intents.flatMap(({ from, to }) => [from.privateNetwork, to.privateNetwork]));
  for (const { key, application, trustClass } of plan.foundation.privateNetworks) {
    if (application === undefined && !named.has(key)) continue;
    const party = parties.get(application ?? key) ?? { key: application ?? key, trustClass };
    parties.set(party.key, party);
    partyOfNetwork.set(key, party);
  }
  for (const key of named) {
    if (partyOfNetwork.has(key)) continue;
    const party: Party = { key, trustClass: undefined };
    parties.set(key, party);
    partyOfNetwork.set(key, party);
  }
  const cells = cellsOf(plan.intents, (network) => partyOfNetwork.get(network) as Party);
  const all = [...parties.values()].sort((a, b) => byText(a.key, b.key));
  return {
    groups: [undefined, ...trustClassesOf(plan)]
      .map((trustClass) => ({ trustClass, parties: all.filter((party) => party.trustClass === trustClass) }))
      .filter((group) => group.parties.length > 0),
    cells: [...cells.values()].sort((a, b) => byText(a.from.key, b.from.key) || byText(a.to.key, b.to.key)),
    cellAt: (from, to) => cells.get(cellKey(from, to)),
  };
}

function cellsOf(intents: readonly Intent[], partyOf: (network: string) => Party): ReadonlyMap<string, Cell> {
  const cells = new Map<string, Cell & { readonly intents: Intent[] }>();
  for (const intent of intents) {
    const from = partyOf(intent.from.privateNetwork);
    const to = partyOf(intent.to.privateNetwork);
    const cell = cells.get(cellKey(from, to)) ?? { from, to, intents: [], reach: reachOf(from, to) };
    cell.intents.push(intent);
    cells.set(cellKey(from, to), cell);
  }
  return cells;
}

function reachOf(from: Party, to: Party): Cell["reach"] {
  if (from.trustClass === undefined || to.trustClass === undefined) return "platform";
  return from.trustClass === to.trustClass ? "within" : "across";
}

/** Also the fragment that leads to a cell's first line of the list. */
export function cellKey(from: Party, to: Party): string {
  return `flow.${from.key}.${to.key}`;
}

/** `tcp/443, 8443`. */
export function portsOf({ protocol, ports }: Intent): string {
  return `${protocol}/${ports.join(", ")}`;
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
