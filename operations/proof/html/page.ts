/** The proof as one page that needs nothing else: what keeps it from holding, the matrix, and a page an application. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { wholePage } from "../../report/document.ts";
import { count, plural } from "../../report/format.ts";
import { type Markup, markup, trusted } from "../../report/markup.ts";
import type { ReadNetwork } from "../networks.ts";
import type { Proved } from "../prove.ts";
import { type Book, bookOf } from "./book.ts";
import type { Finding } from "./findings.ts";
import { grid } from "./grid.ts";

const read = (file: string): string => readFileSync(join(import.meta.dirname, file), "utf8");
const style = [
  ...["tokens", "page", "overview", "tables", "matrix"].map((part) => `../../report/style/${part}.css`),
  ...["grid", "views", "media"].map((part) => `style/${part}.css`),
]
  .map(read)
  .join("");
const scripts = ["grid", "views"].map((name) => read(`script/${name}.js`));

/** Findings of a kind that stand before the matrix: it has to be found too. */
const shown = 12;

const kinds: readonly (readonly [Finding["kind"], string])[] = [
  ["violated", "Open, and declared by nobody"],
  ["failed", "Declared, and not passing"],
  ["undetermined", "Not known, so not taken for held"],
];

/** The whole document: the same bytes for the same network and estate. */
export function proofPage(network: ReadNetwork, proved: Proved): string {
  const book = bookOf(network, proved);
  const body = markup`<a class="skip" href="#matrix">To the matrix</a>
<header class="top"><p class="kicker">Archipel proof</p>
<h1>${book.estate}</h1>
<p class="lead">Who may talk to whom, ${book.source}${book.lost.length === 0 ? undefined : `, without ${book.lost.join(", ")}`}: every private network, the internet and each tunnel to every other, in IPv4 and IPv6, held against what the estate declares.</p></header>
<main id="overview">
${summary(book)}
${findings(book)}
${matrix(book)}
</main>
<main id="view" hidden></main>
<footer><p>Made by <code>npx archipel prove ${book.estate} --format html</code>. What passes, and by which rule, was read from the rules themselves, not from the plan. The same network makes the same page.</p></footer>
<script type="application/json" id="book">${trusted(asData(book))}</script>`;
  return wholePage({ title: `${book.estate} · Archipel proof`, style, scripts, body });
}

/** JSON that no text of an estate can end. */
function asData(book: Book): string {
  return JSON.stringify(book).replaceAll("<", "\\u003c");
}

function summary({ verdict, pairs, requiredFlowsPassed, parties, findings: all }: Book): Markup {
  const failed = all.filter(({ kind }) => kind === "failed").length;
  const figures: readonly (readonly [number, string, string])[] = [
    [pairs.allowed + pairs.denied + pairs.undetermined + pairs.violated, "pairs of networks", "pairs"],
    [pairs.allowed, "allowed: something passes, all of it declared", "allowed"],
    [pairs.denied, "denied: nothing passes", "denied"],
    [pairs.violated, "violated: something passes undeclared", "violated"],
    [pairs.undetermined, "not known", "undetermined"],
    [requiredFlowsPassed, "packets of declared flows that pass", "passed"],
    [failed, "declared flows that do not pass", "failed"],
    [parties.length, "applications and platform networks", "parties"],
  ];
  return markup`<section id="summary" aria-labelledby="summary-title">
<h2 id="summary-title">The proof <span class="state ${verdict === "holds" ? "good" : "bad"}" id="verdict">${verdict}</span></h2>
<dl class="figures">${figures.map(([value, label, key]) => markup`<div><dt>${label}</dt><dd data-figure="${key}">${count(value)}</dd></div>`)}</dl>
</section>`;
}

function findings({ findings: all, texts }: Book): Markup | undefined {
  if (all.length === 0) return undefined;
  return markup`<section id="findings" aria-labelledby="findings-title">
<h2 id="findings-title">What keeps it from holding</h2>
${kinds.map(([kind, title]) => {
  const found = all.filter((each) => each.kind === kind);
  return found.length === 0
    ? undefined
    : markup`<h3>${title} (${count(found.length)})</h3>
<ul class="findings">${found.slice(0, shown).map(
        ({ title: of, lines }) =>
          markup`<li class="${kind}"><strong>${of}</strong>${lines.map((line) => markup`<br>${texts[line]}`)}</li>
`,
      )}</ul>${found.length > shown ? markup`<p>and ${count(found.length - shown)} more: on their cells of the matrix, and in <code>--json</code></p>` : undefined}`;
})}
</section>`;
}

function matrix(book: Book): Markup {
  return markup`<section id="matrix" class="wide" aria-labelledby="matrix-title">
<h2 id="matrix-title">Who may talk to whom</h2>
<form id="search-form" role="search" hidden><label for="search">Search</label> <input id="search" type="search" placeholder="application, network, port, rule, reason, owner…" autocomplete="off" spellcheck="false" aria-describedby="search-help"> <output id="search-count" for="search" role="status"></output></form>
<p id="search-help" class="muted">Every word has to be found: in the names of both ends, or in what passes between them, with its rules and reasons.</p>
<noscript><p><strong>Pages of applications and the search want JavaScript.</strong> Without it, this page has the verdict, the findings and the matrix.</p></noscript>
<ul class="legend" aria-label="Legend"><li><b class="mark a">3</b> allowed: so many services pass, all declared</li><li><b class="mark v">!</b> violated: something passes that nobody declares</li><li><b class="mark u">?</b> not known</li><li><b class="mark">·</b> denied: nothing passes</li><li><b class="mark">–</b> one network: neighbours always meet</li></ul>
<p id="keys" class="muted">Rows send, columns receive. Arrow keys, Home, End and Page keys walk; Enter opens a cell, or the page of an application on its name; Escape comes back.</p>
<div class="frame">${grid(book)}</div>
<details id="index"><summary>All ${plural(book.parties.length, "page")} by name</summary><ul>${book.parties.map(({ key, title }) => markup`<li><a href="#app=${encodeURIComponent(key)}">${key}</a> <span class="muted">${title}</span></li>`)}</ul></details>
</section>`;
}
