/** The page of a proof says what the proof says: every pair of it, every reason, nothing twice and nothing else. */
import { beforeAll, describe, expect, it } from "vitest";
import type { PairVerdict } from "../../../model/proof/matrix.ts";
import { fromState, joined, readNetwork } from "../../../model/proof/read/index.ts";
import { type Book, bookOf, letters } from "../../../operations/proof/html/book.ts";
import { cellsOf } from "../../../operations/proof/html/grid.ts";
import { proofPage } from "../../../operations/proof/html/page.ts";
import { partiesOf } from "../../../operations/proof/html/parties.ts";
import { lossOf } from "../../../operations/proof/losses.ts";
import type { ReadNetwork } from "../../../operations/proof/networks.ts";
import { type Proved, provedNetwork } from "../../../operations/proof/prove.ts";
import { estateResources, harbour, statesOf } from "../../helpers/estate-resources.ts";

async function readOf(...estate: Parameters<typeof estateResources>): Promise<ReadNetwork> {
  const laidOut = await estateResources(...estate);
  const network = readNetwork(joined(statesOf(laidOut).map(fromState)));
  const { estate: parsed, declared } = laidOut;
  return { estate: parsed, declared, network, source: "states", seconds: { stacks: 0, read: 0 } };
}

/** The same without any rules of machines. */
function unruled(read: ReadNetwork): ReadNetwork {
  const nodes = read.network.nodes.map((node) => ({ ...node, rulesets: [] }));
  return { ...read, network: { ...read.network, nodes } };
}

let small: ReadNetwork;
let proved: Proved;
let page: string;

beforeAll(async () => {
  small = await readOf("test/estates/small");
  proved = provedNetwork(small, undefined);
  page = proofPage(small, proved);
}, 60_000);

function letterOf({ places, verdicts }: Book, from: string, to: string, family: 4 | 6): string | undefined {
  const at = (name: string): number => places.findIndex((place) => place.name === name);
  return verdicts[family === 4 ? 0 : 1][at(from) * places.length + at(to)];
}

/** Holds the page's data against the proof: pairs by their names, since two places may have one name. */
function expectSame(book: Book, { proof }: Proved): void {
  const byName = Map.groupBy(proof.pairs, ({ from, to, family }) => `${from} ${to} ${family}`);
  const gravity: readonly PairVerdict[] = ["violated", "undetermined", "allowed", "denied"];
  for (const group of byName.values()) {
    const { from, to, family } = group[0] as (typeof group)[number];
    const worst = gravity.find((verdict) => group.some((pair) => pair.verdict === verdict)) as PairVerdict;
    expect([from, to, family, letterOf(book, from, to, family)]).toEqual([from, to, family, letters[worst]]);
    if (worst !== "allowed") continue;
    const isOf = (each: { from: number; to: number; family: number }): boolean =>
      book.places[each.from]?.name === from && book.places[each.to]?.name === to && each.family === family;
    const services = [...new Set(group.flatMap((pair) => pair.services))].sort();
    const told = book.passages.filter(isOf).flatMap((each) => book.texts[each.services]?.split(", ") ?? []);
    expect([from, to, [...new Set(told)].sort()]).toEqual([from, to, services]);
  }
  const told = book.verdicts.join("").replaceAll("-", "").length;
  expect(told).toBe(byName.size);
  const counted = Object.values(book.pairs).reduce((sum, each) => sum + each, 0);
  expect(counted).toBe(proof.pairs.length);
}

describe("the data of the page", () => {
  it("has each pair of the proof with its verdict, and of what is open each service with its reasons", () => {
    const book = bookOf(small, proved);
    expect(book.verdict).toBe("holds");
    expectSame(book, proved);
    expect(book.passages.length).toBeGreaterThan(20);
    for (const { declaration, hops } of book.passages) {
      expect(book.declarations[declaration]?.why).not.toBe("");
      for (const hop of hops) expect(book.hops[hop]?.at).not.toBe("");
    }
  });

  it("has them of an estate whose tunnels have the name of a network, with people and datagrams", async () => {
    const read = await readOf(harbour.folder, harbour.changes);
    const all = provedNetwork(read, undefined);
    const pairs = all.proof.pairs.map(({ from, to, family }) => `${from} ${to} ${family}`);
    expect(new Set(pairs).size).toBeLessThan(pairs.length);
    expectSame(bookOf(read, all), all);
  }, 60_000);

  it("has them of a network that does not hold, with every finding", () => {
    const read = unruled(small);
    const open = provedNetwork(read, undefined);
    const book = bookOf(read, open);
    expect(book.verdict).toBe("does not hold");
    expectSame(book, open);
    const violations = book.findings.filter(({ kind }) => kind === "violated");
    expect(violations).toHaveLength(open.proof.violations.length);
    expect(violations.length).toBeGreaterThan(0);
  });

  it("has them of what is left without a zone: no way leads through what is lost", () => {
    const left = provedNetwork(small, lossOf("par-1"));
    const book = bookOf(small, left);
    expect(book.lost).toEqual(["par-1"]);
    expectSame(book, left);
    expect(book.hops.length).toBeGreaterThan(5);
    expect(book.hops.filter(({ at }) => /par-1(-\d+)? \(/.test(at))).toEqual([]);
  });

  it("takes nothing unknown for held", () => {
    const origin = { resource: "urn:pulumi:small.par-1::archipel::x::thing", stack: "small.par-1" };
    const undetermined = [{ origin, property: "inputs.rules", why: "secret" }];
    const read = { ...small, network: { ...small.network, undetermined } };
    const unknown = provedNetwork(read, undefined);
    const book = bookOf(read, unknown);
    expect(book.verdict).toBe("undetermined");
    expectSame(book, unknown);
    expect(book.findings).toContainEqual({
      kind: "undetermined",
      title: "thing",
      lines: [book.texts.indexOf("inputs.rules: secret")],
    });
  });

  it("tells of a declared flow that does not pass whose it is and where it ends", () => {
    const nodes = small.network.nodes.map((node) =>
      node.role === "firewall" ? { ...node, forwards: { 4: false, 6: false } } : node,
    );
    const read = { ...small, network: { ...small.network, nodes } };
    const failing = bookOf(read, provedNetwork(read, undefined));
    const found = failing.findings.find(({ title }) => title.startsWith("portal → payroll tcp/5432"));
    const [from, to] = ["portal", "payroll"].map((name) =>
      failing.places.findIndex((place) => place.name === name),
    );
    expect(found).toMatchObject({ kind: "failed", from, to });
    expect(found?.title).toContain("payslips are shown to staff on the portal (citizens-office)");
  });
});

describe("rows and columns", () => {
  it("are applications with all their networks, and places of the platform with whom they belong to", async () => {
    const { estate } = await estateResources(harbour.folder, harbour.changes);
    const [application] = estate.applications;
    const [site] = estate.sites;
    const [hypervisors] = estate.hypervisors;
    if (application === undefined || site === undefined || hypervisors === undefined)
      throw new Error("harbour has all of them");
    const networks = application.networks.map(({ name }) => name);
    const [group] = estate.accessGroups;
    const people = `${group?.name}@vpn`;
    const places = [...networks, site.name, "admin", hypervisors.network, people];
    const { parties, partyOf } = partiesOf(estate, places);
    expect(new Set(networks.map(partyOf)).size).toBe(1);
    expect(parties[partyOf(networks[0] ?? "")]).toMatchObject({ key: application.application });
    expect(parties[partyOf(site.name)]).toMatchObject({ title: "site", owner: site.owner });
    expect(parties[partyOf(people)]).toMatchObject({ title: "people", owner: group?.owner });
    expect(parties[partyOf("admin")]).toMatchObject({ title: "platform", trustClass: undefined });
    expect(parties[partyOf(hypervisors.network)]?.trustClass).toBe(hypervisors.trustClass);
  }, 60_000);

  it("are told apart where an application has the name of a place that is not its network", () => {
    const [first, ...others] = small.estate.applications;
    if (first === undefined) throw new Error("small has applications");
    const estate = { ...small.estate, applications: [{ ...first, application: "admin" }, ...others] };
    const { parties, partyOf } = partiesOf(estate, ["admin", ...first.networks.map(({ name }) => name)]);
    expect(parties[partyOf("admin")]?.key).toBe("admin (place)");
    expect(parties[partyOf(first.networks[0]?.name ?? "")]?.key).toBe("admin");
  });
});

describe("the grid", () => {
  it("shows of two applications the worst that any two of their networks have", () => {
    const book = bookOf(small, proved);
    const at = (key: string): number => book.parties.findIndex((party) => party.key === key);
    const cells = cellsOf(book);
    expect(cells).toHaveLength(book.parties.length);
    expect(cells[at("portal")]?.[at("payroll")]).toEqual({ verdict: "allowed", services: 1 });
    expect(cells[at("payroll")]?.[at("portal")]).toEqual({ verdict: "denied", services: 0 });
    expect(cells[at("payroll")]?.[at("payroll")]?.verdict).toBe("none");
    const bad = bookOf(unruled(small), provedNetwork(unruled(small), undefined));
    expect(
      cellsOf(bad)
        .flat()
        .some(({ verdict }) => verdict === "violated"),
    ).toBe(true);
  });
});

describe("the page", () => {
  it("is the same bytes for the same network, and says how many pairs there are", () => {
    expect(proofPage(small, provedNetwork(small, undefined))).toBe(page);
    expect(page).toContain(`data-figure="pairs">${proved.proof.pairs.length}<`);
  });

  it("shows what is wrong before the matrix", () => {
    const read = unruled(small);
    const bad = proofPage(read, provedNetwork(read, undefined));
    expect(bad.indexOf("Open, and declared by nobody")).toBeGreaterThan(0);
    expect(bad.indexOf("Open, and declared by nobody")).toBeLessThan(bad.indexOf('id="grid"'));
    expect(page).not.toContain("Open, and declared by nobody");
  });

  it("asks nobody for anything", () => {
    expect(page).toContain("default-src &#39;none&#39;; img-src data:;");
    expect(page.match(/\b(?:src|srcset|action|poster)=/g)).toBeNull();
  });

  it("lets no text of an estate or a network become markup, nor end its data", () => {
    const hostile = `</script><script>alert("1")</script><!--`;
    const [first, ...others] = small.estate.applications;
    if (first === undefined) throw new Error("small has applications");
    const flows = [...first.flows, ...small.estate.applications.flatMap((each) => each.flows)];
    const estate = {
      ...small.estate,
      organisation: { ...small.estate.organisation, organisation: hostile },
      applications: [
        { ...first, application: hostile, title: hostile, owner: hostile, trustClass: hostile },
        ...others.map((each) => ({ ...each, flows: flows.map((flow) => ({ ...flow, why: hostile })) })),
      ],
    };
    const nodes = small.network.nodes.map((node) => ({
      ...node,
      key: `${node.key}${hostile}`,
      rulesets: [],
    }));
    const privateNetworks = small.network.privateNetworks.map((each) => ({
      ...each,
      name: `${each.name}${hostile}`,
    }));
    const read: ReadNetwork = { ...small, estate, network: { ...small.network, nodes, privateNetworks } };
    const written = proofPage(read, provedNetwork(read, undefined));
    expect(written).not.toContain("<script>alert");
    expect(written).not.toContain("<!--");
    expect(written.match(/<script\b/g)).toHaveLength(3);
    expect(written.match(/<\/script>/g)).toHaveLength(3);
    expect(written.split("&lt;script&gt;alert").length).toBeGreaterThan(10);
  });
});
