// The matrix by keys and by search. One cell at a time is in the order of the tab key, as grids have it.
const table = document.querySelector("#grid");
const input = document.querySelector("#search");
const names = table.querySelector("tr.names");
const rows = [names, ...table.tBodies[0].rows];
const width = names.cells.length;
const page = 10;
let current;

/** Where a cell is, names included; the corner is nobody's. */
function placeOf(target) {
  const cell = target.closest("#grid td, #grid th");
  const row = rows.indexOf(cell?.parentElement);
  return row < 0 || (row === 0 && cell.cellIndex === 0) ? undefined : [row, cell.cellIndex];
}

function stop(row, column) {
  if (current !== undefined) current.tabIndex = -1;
  current = rows[row].cells[column];
  current.tabIndex = 0;
  mark(row, column);
  return current;
}

function mark(row, column) {
  for (const marked of table.querySelectorAll(".marked")) marked.classList.remove("marked");
  rows[row].cells[0].classList.add("marked");
  names.cells[column].classList.add("marked");
}

/** The next that is shown, so many steps from where it is; the last one if there are fewer. */
function along(length, from, by, isShown) {
  const shown = Array.from({ length }, (_, each) => each).filter(isShown);
  const at = shown.indexOf(from);
  return shown[Math.max(0, Math.min(shown.length - 1, at + by))] ?? from;
}

const far = rows.length + width;

function stepOf({ key, ctrlKey }) {
  switch (key) {
    case "ArrowLeft":
      return [0, -1];
    case "ArrowRight":
      return [0, 1];
    case "ArrowUp":
      return [-1, 0];
    case "ArrowDown":
      return [1, 0];
    case "PageUp":
      return [-page, 0];
    case "PageDown":
      return [page, 0];
    case "Home":
      return [ctrlKey ? -far : 0, -far];
    case "End":
      return [ctrlKey ? far : 0, far];
    default:
      return undefined;
  }
}

function walk(event) {
  const place = placeOf(event.target);
  if (place === undefined) return;
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    open(place);
    return;
  }
  const step = stepOf(event);
  if (step === undefined) return;
  event.preventDefault();
  const isRow = (each) => !rows[each].hidden;
  const isColumn = (each) => !names.cells[each].hidden;
  let row = along(rows.length, place[0], step[0], isRow);
  let column = along(width, place[1], step[1], isColumn);
  if (row === 0 && column === 0) {
    // The corner is no stop: one stays among the names that one is on.
    if (step[0] !== 0) row = along(rows.length, 0, 1, isRow);
    else column = along(width, 0, 1, isColumn);
  }
  stop(row, column).focus();
}

const keyOf = (cell) => encodeURIComponent(cell.textContent);

function open([row, column]) {
  const sender = keyOf(rows[row].cells[0]);
  const receiver = keyOf(names.cells[column]);
  location.hash =
    row === 0 ? `app=${receiver}` : column === 0 ? `app=${sender}` : `pair=${sender}/${receiver}`;
}

const count = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;

let searched;

/** What is found of each cell: the names at its ends, and everything about what passes. */
function textsOfCells() {
  const { parties, places, passages, findings, declarations, hops, texts } = JSON.parse(
    document.querySelector("#book").textContent,
  );
  const named = parties.map((party, index) => {
    const own = places.filter((place) => place.party === index);
    const words = own.flatMap(({ name, prefixes }) => [name, ...prefixes]);
    return [party.key, party.title, party.owner, party.trustClass ?? "platform", ...words].join(" ");
  });
  const found = parties.map((_, row) => parties.map((__, column) => [named[row], named[column]]));
  for (const { from, to, family, services, declaration, packet, hops: way, receivers } of passages) {
    const { key, declaredBy, why, owner } = declarations[declaration];
    const rules = way.map((each) => `${hops[each].layer} ${hops[each].at} ${hops[each].rules}`);
    const told = [`IPv${family}`, texts[services], key, declaredBy, why, owner, packet, receivers, ...rules];
    found[places[from].party][places[to].party].push(told.join(" "));
  }
  for (const { from, to, title, lines } of findings) {
    if (from === undefined) continue;
    found[places[from].party][places[to].party].push(title, ...lines.map((line) => texts[line]));
  }
  return found.map((row) => row.map((all) => all.join("\n").toLowerCase()));
}

function search() {
  searched ??= textsOfCells();
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  const narrowed = words.length > 0;
  const matching = [];
  for (const [row, line] of searched.entries()) {
    for (const [column, text] of line.entries()) {
      const cell = rows[row + 1].cells[column + 1];
      const isFound = words.every((word) => text.includes(word));
      cell.classList.toggle("aside", narrowed && !isFound);
      if (isFound) matching.push([row + 1, column + 1, cell]);
    }
  }
  // Closed cells are in the answer only where nothing open is: there are too many of them to be looked for.
  const open = matching.filter(([, , cell]) => cell.className.match(/\b[avu]\b/));
  const shown = open.length > 0 ? open : matching;
  const lines = new Set([0, ...shown.map(([row]) => row)]);
  const columns = new Set([0, ...shown.map(([, column]) => column)]);
  table.classList.toggle("narrowed", narrowed);
  for (const [index, row] of rows.entries()) {
    row.hidden = narrowed && !lines.has(index);
    for (const [column, cell] of [...row.cells].entries()) cell.hidden = narrowed && !columns.has(column);
  }
  for (const item of document.querySelectorAll("#index li"))
    item.hidden = narrowed && !words.every((word) => item.textContent.toLowerCase().includes(word));
  const closed = open.length > 0 || shown.length === 0 ? "" : ", all of them closed";
  document.querySelector("#search-count").textContent = narrowed
    ? `${count(shown.length, "cell")} found: ${count(lines.size - 1, "sender")}, ${count(columns.size - 1, "receiver")}${closed}`
    : "";
  const [first] = shown;
  if (first !== undefined && (current.hidden || current.parentElement.hidden)) stop(first[0], first[1]);
}

table.addEventListener("keydown", walk);
table.addEventListener("focusin", ({ target }) => {
  const place = placeOf(target);
  if (place !== undefined) stop(...place);
});
table.addEventListener("pointerover", ({ target }) => {
  const place = placeOf(target);
  if (place !== undefined) mark(...place);
});
table.addEventListener("click", ({ target }) => {
  const place = placeOf(target);
  if (place === undefined) return;
  stop(...place);
  open(place);
});
// A page of a cell was opened by its address: one comes back to that cell.
table.addEventListener("stop", ({ detail: [row, column] }) => stop(row + 1, column + 1));
for (const cell of table.querySelectorAll("tbody td")) cell.tabIndex = -1;
input.addEventListener("input", search);
document.querySelector("#search-form").hidden = false;
document.querySelector("#search-form").addEventListener("submit", (event) => {
  event.preventDefault();
  current.focus();
});
stop(1, 1);
