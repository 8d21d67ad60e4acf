/** The matrix of applications as a grid: one mark a cell, a letter or a number that needs no colour. */
import type { PairVerdict } from "../../../model/proof/matrix.ts";
import { type Markup, markup } from "../../report/markup.ts";
import { toneAmong } from "../../report/tones.ts";
import { worst } from "../verdicts.ts";
import { type Book, letters } from "./book.ts";
import { byText, type Party } from "./parties.ts";

/** The worst of what the networks of two parties have between them. */
export interface Cell {
  readonly verdict: PairVerdict | "none";
  /** Different services that pass. */
  readonly services: number;
}

/** Row by row, in the order of parties. */
export function cellsOf({ parties, places, verdicts, open, texts }: Book): readonly (readonly Cell[])[] {
  const size = places.length;
  const found = new Map<number, string>();
  const services = new Map<number, Set<string>>();
  const key = (from: number, to: number): number =>
    (places[from]?.party ?? 0) * parties.length + (places[to]?.party ?? 0);
  for (let from = 0; from < size; from += 1) {
    for (let to = 0; to < size; to += 1) {
      const here = verdicts.map((rows) => rows[from * size + to]).join("");
      found.set(key(from, to), (found.get(key(from, to)) ?? "") + here);
    }
  }
  for (const { from, to, services: all } of open) {
    services.set(
      key(from, to),
      new Set([...(services.get(key(from, to)) ?? []), ...(texts[all] ?? "").split(", ")]),
    );
  }
  return parties.map((_, row) =>
    parties.map((__, column) => {
      const cell = row * parties.length + column;
      return { verdict: worstOf(found.get(cell) ?? ""), services: services.get(cell)?.size ?? 0 };
    }),
  );
}

const verdictOf = new Map<string, PairVerdict>(
  Object.entries(letters).map(([verdict, letter]) => [letter, verdict as PairVerdict]),
);

function worstOf(row: string): Cell["verdict"] {
  return worst([...row].map((letter) => verdictOf.get(letter))) ?? "none";
}

export function grid(book: Book): Markup {
  const { parties } = book;
  const cells = cellsOf(book);
  const classes = [...new Set(parties.flatMap(({ trustClass }) => trustClass ?? []))].sort(byText);
  const groups = [...Map.groupBy(parties, ({ trustClass }) => trustClass)];
  return markup`<table id="grid" role="grid" aria-label="Who may talk to whom: rows send, columns receive" aria-describedby="keys">
<thead><tr class="groups"><td></td>${groups.map(
    ([trustClass, members]) =>
      markup`<th scope="colgroup" colspan="${members.length}" class="${toneAmong(classes, trustClass)}"><span>${trustClass ?? "platform"}</span></th>`,
  )}</tr>
<tr class="names"><td class="corner">from ↓ to →</td>${parties.map(
    (party) =>
      markup`<th scope="col" tabindex="-1" class="${toneAmong(classes, party.trustClass)}"><span>${party.key}</span></th>`,
  )}</tr></thead>
<tbody>${parties.map(
    (party, row) =>
      markup`<tr class="${toneAmong(classes, party.trustClass)}"><th scope="row" tabindex="-1">${party.key}</th>${parties.map((to, column) => cellMarkup(party, to, cells[row]?.[column]))}</tr>
`,
  )}</tbody></table>`;
}

/** What is closed has its mark from the style: there are thousands of it. */
function cellMarkup(from: Party, to: Party, cell: Cell | undefined): Markup {
  switch (cell?.verdict) {
    case "violated":
      return markup`<td class="v" aria-label="${from.key} to ${to.key}: violated">!</td>`;
    case "undetermined":
      return markup`<td class="u" aria-label="${from.key} to ${to.key}: not known">?</td>`;
    case "allowed":
      return markup`<td class="a" aria-label="${from.key} to ${to.key}: ${cell.services} allowed">${cell.services}</td>`;
    case "denied":
      return markup`<td></td>`;
    default:
      return markup`<td class="n">–</td>`;
  }
}
