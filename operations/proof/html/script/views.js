// Pages of a cell and of an application, by their address: #pair=SENDER/RECEIVER, #app=NAME. Texts are only ever set as text.
const book = JSON.parse(document.querySelector("#book").textContent);
const { parties, places, passages, declarations, hops, findings, verdicts, texts } = book;
const grid = document.querySelector("#grid");
const overview = document.querySelector("#overview");
const view = document.querySelector("#view");
const top = document.querySelector("header.top");
const title = document.title;
const words = { a: "allowed", d: "denied", u: "not known", v: "violated", "-": "no pair" };
const badges = { a: "state good", v: "state bad", u: "state bad" };

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.flat());
  return element;
}

const link = (href, text) => make("a", { href: `#${href}` }, text);
const appLink = (party) => link(`app=${encodeURIComponent(party.key)}`, party.key);
const pairHash = (from, to) => `pair=${encodeURIComponent(from.key)}/${encodeURIComponent(to.key)}`;
const letterOf = (from, to, family) => verdicts[family === 4 ? 0 : 1][from * places.length + to];
const placesOf = (party) => places.flatMap((place, index) => (parties[place.party] === party ? [index] : []));

function tableOf(caption, heads, rows) {
  const head = make(
    "tr",
    {},
    heads.map((each) => make("th", { scope: "col" }, each)),
  );
  const body = rows.map(([first, ...others]) =>
    make(
      "tr",
      {},
      make("th", { scope: "row" }, first),
      others.map((each) => make("td", {}, each)),
    ),
  );
  const table = make(
    "table",
    { class: "rows" },
    make("caption", {}, `${caption} (${rows.length})`),
    make("thead", {}, head),
    make("tbody", {}, body),
  );
  return make("div", { class: "scroll", role: "region", "aria-label": caption, tabindex: "0" }, table);
}

function declarationCell({ declaration }) {
  const { key, declaredBy, why, owner, expires } = declarations[declaration];
  const until = expires === undefined ? "" : `, until ${expires}`;
  return [make("strong", {}, why), make("br", {}), `${owner}${until}; ${declaredBy}: ${key}`];
}

function wayCell({ packet, hops: way, receivers }) {
  const items = way.map((each) => {
    const { layer, at, rules } = hops[each];
    return make("li", {}, `${layer} `, make("b", {}, at), `: ${rules === "" ? "no rule of its own" : rules}`);
  });
  const end = receivers === "" ? "leaves the estate" : `taken by ${receivers}`;
  const first = items.length === 0 ? [make("br", {}), "no filter is on its way"] : [make("ol", {}, items)];
  return [make("span", { class: "code" }, packet), ...first, end];
}

function passageRow(passage, ...ends) {
  return [...ends, `v${passage.family}`, texts[passage.services], declarationCell(passage), wayCell(passage)];
}

const passageHeads = [
  "IP",
  "Service",
  "Why, and who answers for it",
  "One packet, and the rules that let it pass",
];

function findingList(found) {
  if (found.length === 0) return [];
  const items = found.map(({ kind, title: of, lines }) =>
    make(
      "li",
      { class: kind },
      make("strong", {}, of),
      lines.flatMap((line) => [make("br", {}), texts[line]]),
    ),
  );
  return [
    make("h2", {}, `What is wrong or not known (${found.length})`),
    make("ul", { class: "findings" }, items),
  ];
}

/** What concerns such pairs of places, and what leaves every verdict open. */
function findingsOf(concerns) {
  return findings.filter(({ kind, from, to }) =>
    from === undefined ? kind === "undetermined" : concerns(from, to),
  );
}

function verdictCell(from, to, family) {
  const letter = letterOf(from, to, family);
  const pair = book.open.find((each) => each.from === from && each.to === to && each.family === family);
  const services = pair === undefined ? "" : ` ${texts[pair.services]}`;
  return [make("span", { class: badges[letter] ?? "state" }, words[letter]), services];
}

function pairView(sender, receiver) {
  const pairs = placesOf(sender).flatMap((from) => placesOf(receiver).map((to) => [from, to]));
  const all = pairs.filter(([from, to]) => letterOf(from, to, 4) !== "-" || letterOf(from, to, 6) !== "-");
  const isOf = (from, to) => pairs.some((each) => each[0] === from && each[1] === to);
  const found = passages.filter(({ from, to }) => isOf(from, to));
  const between = all.map(([from, to]) => [
    places[from].name,
    places[to].name,
    verdictCell(from, to, 4),
    verdictCell(from, to, 6),
  ]);
  const rows = found.map((each) => passageRow(each, places[each.from].name, places[each.to].name));
  return [
    make("h1", { tabindex: "-1" }, `${sender.key} → ${receiver.key}`),
    make(
      "p",
      { class: "links" },
      appLink(sender),
      appLink(receiver),
      sender === receiver ? [] : link(pairHash(receiver, sender), `${receiver.key} → ${sender.key}`),
    ),
    findingList(findingsOf(isOf)),
    all.length === 0
      ? make("p", {}, "One network, or none: neighbours always meet, and the proof has no pair of it.")
      : tableOf("Verdicts, network by network", ["From", "To", "IPv4", "IPv6"], between),
    rows.length === 0
      ? explainText(all)
      : tableOf("What passes, and why", ["From", "To", ...passageHeads], rows),
  ];
}

/** What would have to change for a flow to pass is worked out by another command: there is no end of flows to ask for. */
function explainText(all) {
  const [pair] = all;
  if (pair === undefined) return [];
  const [from, to] = pair.map((each) => places[each].name);
  return [
    make(
      "p",
      {},
      "Nothing declared passes. This tells each way that a packet could take, and what decides on it:",
    ),
    make(
      "pre",
      {},
      make("code", {}, `npx archipel explain ${book.estate} ${from} ${to} tcp/443${book.options}`),
    ),
  ];
}

function appView(party) {
  const own = placesOf(party);
  const isOwn = (place) => own.includes(place);
  const rowsOf = (all, end) =>
    all.map((each) => {
      const other = parties[places[each[end]].party];
      const hash = end === "to" ? pairHash(party, other) : pairHash(other, party);
      return passageRow(each, link(hash, other.key), `${places[each.from].name} → ${places[each.to].name}`);
    });
  const sent = passages.filter(({ from, to }) => isOwn(from) && !isOwn(to));
  const received = passages.filter(({ from, to }) => !isOwn(from) && isOwn(to));
  const inside = passages.filter(({ from, to }) => isOwn(from) && isOwn(to));
  const networks = own.map((place) => [places[place].name, places[place].prefixes.join(", ")]);
  return [
    make("h1", { tabindex: "-1" }, party.key),
    make("p", {}, `${party.title}; trust class ${party.trustClass ?? "platform"}; owner ${party.owner}`),
    findingList(findingsOf((from, to) => isOwn(from) || isOwn(to))),
    tableOf("Networks", ["Network", "Prefixes"], networks),
    tableOf("What it reaches", ["To", "Networks", ...passageHeads], rowsOf(sent, "to")),
    tableOf("What reaches it", ["From", "Networks", ...passageHeads], rowsOf(received, "from")),
    inside.length === 0
      ? []
      : tableOf("Between its own networks", ["To", "Networks", ...passageHeads], rowsOf(inside, "to")),
  ];
}

/** What an address asks for; nothing for what is not there. */
function asked() {
  const [, kind, rest] = /^#(app|pair)=(.*)$/.exec(location.hash) ?? [];
  if (kind === undefined) return undefined;
  let found;
  try {
    found = rest.split("/").map((part) => parties.findIndex(({ key }) => key === decodeURIComponent(part)));
  } catch {
    found = [-1];
  }
  if (found.length !== (kind === "app" ? 1 : 2) || found.includes(-1))
    return {
      name: "not found",
      content: [make("h1", { tabindex: "-1" }, `This proof has nothing called ${rest}`)],
    };
  const [first, second] = found;
  if (kind === "app") return { name: parties[first].key, content: appView(parties[first]) };
  grid.dispatchEvent(new CustomEvent("stop", { detail: found }));
  return {
    name: `${parties[first].key} → ${parties[second].key}`,
    content: pairView(parties[first], parties[second]),
  };
}

function route() {
  const page = asked();
  const came = !view.hidden;
  for (const part of [overview, top]) part.hidden = page !== undefined;
  view.hidden = page === undefined;
  document.title = page === undefined ? title : `${page.name} · ${title}`;
  if (page === undefined) {
    view.replaceChildren();
    // One comes back to the cell that one left.
    if (came) grid.querySelector('[tabindex="0"]').focus();
    return;
  }
  const back = make("p", { class: "links" }, link("matrix", "← The matrix"), "or Escape");
  view.replaceChildren(make("section", { class: "wide" }, back, page.content.flat()));
  scrollTo(0, 0);
  view.querySelector("h1").focus();
}

addEventListener("hashchange", route);
addEventListener("keydown", ({ key }) => {
  if (key === "Escape" && !view.hidden) location.hash = "matrix";
});
route();
