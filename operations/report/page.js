// The filter of the flow matrix and the way through it by keys. Without it the page is whole: cells lead to the list.
const matrix = document.querySelector("#flow-matrix table");
const detail = document.querySelector("#flow-detail");
const list = document.querySelector("#flow-list");
const input = document.querySelector("#flow-filter");
const bodyRows = [...matrix.tBodies].flatMap((body) => [...body.rows]);
const names = matrix.querySelector("tr.names");
const links = [...matrix.querySelectorAll("td a")];
const flows = [...list.querySelectorAll("tbody tr")].map((row) => ({
  row,
  cell: row.dataset.cell,
  text: row.textContent.toLowerCase(),
}));

function filter() {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  const hits = new Set();
  let shown = 0;
  for (const { row, cell, text } of flows) {
    row.hidden = !words.every((word) => text.includes(word));
    if (row.hidden) continue;
    shown += 1;
    hits.add(cell);
  }
  const columns = new Set([0]);
  for (const link of links) {
    link.hidden = !hits.has(link.hash.slice(1));
    if (!link.hidden) columns.add(link.closest("td").cellIndex);
  }
  const narrowed = words.length > 0;
  matrix.classList.toggle("narrowed", narrowed);
  for (const row of bodyRows) row.hidden = narrowed && row.querySelector("a:not([hidden])") === null;
  for (const row of [names, ...bodyRows]) {
    for (const cell of row.cells) cell.hidden = narrowed && !columns.has(cell.cellIndex);
  }
  if (narrowed) list.open = true;
  document.querySelector("#flow-count").textContent = narrowed ? `${shown} of ${flows.length}` : "";
  enter();
}

/** One number at a time is in the order of the tab key: the one shown last, else the first that is left. */
function enter(link = links.find((each) => !each.hidden)) {
  for (const each of links) each.tabIndex = each === link ? 0 : -1;
}

function tell(event) {
  const link = event.target.closest("td a");
  if (link === null) return;
  detail.textContent = link.title;
  for (const marked of matrix.querySelectorAll(".marked")) marked.classList.remove("marked");
  const cell = link.closest("td");
  names.cells[cell.cellIndex].classList.add("marked");
  cell.parentElement.cells[0].classList.add("marked");
  if (event.type === "focusin") enter(link);
}

const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

function walk(event) {
  const step = steps[event.key];
  const cell = event.target.closest("td");
  if (step === undefined || cell === null) return;
  event.preventDefault();
  let row = bodyRows.indexOf(cell.parentElement);
  let column = cell.cellIndex;
  for (;;) {
    row += step[0];
    column += step[1];
    const next = bodyRows[row]?.cells[column];
    if (next === undefined) return;
    const link = next.querySelector("a:not([hidden])");
    if (link !== null) return link.focus();
  }
}

document.querySelector("#flow-form").hidden = false;
document.querySelector("#flow-form").addEventListener("submit", (event) => event.preventDefault());
input.addEventListener("input", filter);
matrix.addEventListener("pointerover", tell);
matrix.addEventListener("focusin", tell);
matrix.addEventListener("keydown", walk);
matrix.addEventListener("click", () => {
  list.open = true;
});
addEventListener("beforeprint", () => {
  for (const each of document.querySelectorAll("details")) each.open = true;
});
enter();
