import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseEstate } from "../../model/estate/index.ts";
import { type Intent, makePlan, type Plan } from "../../model/plan/index.ts";
import { writeReport } from "../../operations/commands/report.ts";
import type { DrillEvidence } from "../../operations/disaster/drill.ts";
import { worldAt } from "../../operations/embedded/world.ts";
import { lastDrill, reportPage } from "../../operations/report/index.ts";
import { markup } from "../../operations/report/markup.ts";
import { matrixOf } from "../../operations/report/matrix.ts";
import { readEstate, today } from "../estates/read-estate.ts";

function smallPlan(): Plan {
  const parsed = parseEstate(readEstate("small"), today);
  if (!parsed.ok) throw new Error("test/estates/small is refused");
  const planned = makePlan(parsed.estate);
  if (!planned.ok) throw new Error("test/estates/small has no plan");
  return planned.plan;
}

const plan = smallPlan();

const evidence: DrillEvidence = {
  estate: "small",
  lost: "par-1",
  survivor: "par-2",
  startedAt: "2026-11-01T08:00:00.000Z",
  steps: [
    { step: "lose par-1", startedAt: "2026-11-01T08:00:00.000Z", seconds: 0.5, mark: "measured" },
    { step: "switch to par-2", startedAt: "2026-11-01T08:00:00.500Z", seconds: 7.25, mark: "measured" },
  ],
  recoverySeconds: 7.75,
  switchUpdates: 6,
  backUpdates: 5,
  calls: { all: 41, toLostZone: [] },
  names: [{ name: "www.small.example", addresses: ["127.64.0.2"], verdict: "served" }],
  writers: [{ group: "payroll-db", server: "payroll-db-par-2-1", verdict: "told" }],
  faults: [],
  applications: [
    {
      application: "payroll",
      recovery: "warm-standby",
      targetSeconds: 300,
      measuredSeconds: 7.75,
      verdict: "met",
    },
    {
      application: "portal",
      recovery: "active-active",
      targetSeconds: 5,
      measuredSeconds: 7.75,
      verdict: "missed",
    },
  ],
  verdict: "passed",
};

/** The text of what an element with this attribute holds; elements with it hold text only. */
function figure(page: string, key: string): string | undefined {
  return new RegExp(`data-figure="${key}">([^<]*)<`).exec(page)?.[1];
}

function rowsOf(page: string, caption: string): readonly string[] {
  const table = page.slice(page.indexOf(`<caption>${caption}`));
  const body = table.slice(table.indexOf("<tbody>"), table.indexOf("</tbody>"));
  return body.split("<tr").slice(1);
}

describe("the report's page", () => {
  it("is the same bytes for the same plan and evidence", () => {
    expect(reportPage(smallPlan(), evidence)).toBe(reportPage(plan, { ...evidence }));
  });

  it("says the plan's own figures", () => {
    const page = reportPage(plan);
    const { summary } = plan;
    expect(figure(page, "bareMetal")).toBe(String(summary.bareMetal));
    expect(figure(page, "instances")).toBe(String(summary.instances));
    expect(figure(page, "privateNetworks")).toBe(String(summary.privateNetworks));
    expect(figure(page, "services")).toBe(String(summary.services));
    expect(figure(page, "firewalls")).toBe(String(summary.firewalls.count));
    expect(page).toContain(`firewalls; lower bound ${summary.firewalls.lowerBound}`);
    expect(figure(page, "eurPerMonth")).toBe(`€${summary.eurPerMonth.toFixed(2)}`);
  });

  it("counts in the zones and the witness every server that the plan counts", () => {
    const page = reportPage(plan);
    const sum = (pattern: RegExp): number =>
      [...page.matchAll(pattern)].reduce((all, [, number]) => all + Number(number), 0);
    expect(sum(/<dt>Bare metal<\/dt><dd>(\d+)/g)).toBe(plan.summary.bareMetal);
    expect(sum(/<dt>Instances<\/dt><dd>(\d+)/g) + 1).toBe(plan.summary.instances);
    expect(sum(/<dt>Guests<\/dt><dd>(\d+)/g)).toBe(plan.summary.guests);
  });

  it("names every private network once, under its pair", () => {
    const page = reportPage(plan);
    const section = page.slice(page.indexOf('id="networks"'), page.indexOf('id="firewalls"'));
    for (const { key, cidr } of plan.foundation.privateNetworks) {
      const rows = section.split("<tr").filter((row) => row.includes(`<th scope="row">${key}<`));
      expect(rows, key).toHaveLength(1);
      expect(rows[0]).toContain(cidr);
    }
  });

  it("draws each pair's load against its limit, and marks what goes over it", () => {
    const [first, ...others] = plan.firewalls.pairs;
    if (first === undefined) throw new Error("small has a pair");
    const loaded = (peak: number, limit: number | undefined): string => {
      const pairs = [{ ...first, loadGbps: { peak, limit } }, ...others];
      const page = reportPage({ ...plan, firewalls: { ...plan.firewalls, pairs } });
      return rowsOf(page, "Firewall pairs").find((row) => row.includes(first.key)) ?? "";
    };
    expect(loaded(0.2, 0.8)).toContain('class="fill" width="25"');
    expect(loaded(0.2, 0.8)).toContain("0.2 / 0.8 Gbps");
    expect(loaded(0.9, 0.8)).toContain('class="over" width="100"');
    expect(loaded(0.2, undefined)).toContain("0.2 Gbps, limit not known");
  });

  it("says what falls short and what quota is missing", () => {
    const capacity = [
      { application: "payroll", lost: "par-1", needed: 9, left: 3, verdict: "falls short" },
    ] as const;
    const quotas = [
      { quota: "vpcs", scope: "organisation", needed: 9, default: 1, granted: undefined, verdict: "missing" },
    ] as const;
    const page = reportPage({ ...plan, capacity, quotas });
    expect(page).toContain("1 case in which what is left falls short.");
    expect(page).not.toContain("Either zone alone carries");
    expect(page).toContain("1 to ask for still");
    expect(rowsOf(page, "Quotas granted, or to ask for")[0]).toContain(
      '<span class="state bad">missing</span>',
    );
  });

  it("asks the network for nothing", () => {
    const page = reportPage(plan, evidence);
    expect(page).toContain("default-src &#39;none&#39;; img-src data:;");
    expect(page.match(/\b(?:src|srcset|action|poster)=/g)).toBeNull();
    const links = [...page.matchAll(/ href="([^"]*)"/g)].map(([, target]) => target as string);
    expect(links.filter((target) => !target.startsWith("#") && target !== "data:,")).toEqual([]);
    expect(page).not.toMatch(/@import|url\(/);
  });

  it("leads every link to something on the page", () => {
    const page = reportPage(plan, evidence);
    const ids = new Set([...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id));
    const targets = [...page.matchAll(/ href="#([^"]*)"/g)].map(([, id]) => id);
    expect(targets.length).toBeGreaterThan(10);
    expect(targets.filter((id) => !ids.has(id))).toEqual([]);
  });
});

describe("escaping", () => {
  const hostile = `"><script>alert('1')</script>&amp;`;

  it("lets no text of an estate become markup", () => {
    const [intent, ...intents] = plan.intents;
    const page = reportPage(
      {
        ...plan,
        estate: hostile,
        domain: hostile,
        intents: [{ ...(intent as Intent), why: hostile, owner: hostile }, ...intents],
        firewalls: { ...plan.firewalls, certificate: { ...plan.firewalls.certificate, because: [hostile] } },
      },
      { ...evidence, startedAt: hostile, calls: { all: 1, toLostZone: [hostile] } },
    );
    expect(page).not.toContain("<script>alert");
    expect(page.match(/<script\b/g)).toHaveLength(1);
    expect(
      page.split("&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;amp;").length,
    ).toBeGreaterThan(6);
  });

  it("holds for every text, in content and in attributes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const written = markup`<a title="${text}">${text}</a>`.toString();
        const inner = written.slice('<a title="'.length, -"</a>".length);
        expect(inner.match(/[<>"]/g)).toEqual(['"', ">"]);
      }),
    );
  });
});

describe("the flow matrix", () => {
  it("holds every intent once, with every application as a party", () => {
    const { groups, cells } = matrixOf(plan);
    expect(cells.flatMap(({ intents }) => intents.map(({ key }) => key)).sort()).toEqual(
      plan.intents.map(({ key }) => key).sort(),
    );
    const parties = groups.flatMap((group) => group.parties.map(({ key }) => key));
    expect(new Set(parties).size).toBe(parties.length);
    const applications = plan.foundation.privateNetworks.flatMap(({ application }) => application ?? []);
    for (const application of applications) expect(parties).toContain(application);
  });

  it("tells what stays in a trust class from what leaves it", () => {
    const networks = plan.foundation.privateNetworks.map((network) =>
      network.application === "payroll" ? { ...network, trustClass: "vault" } : network,
    );
    const flow = (from: string, to: string): Intent => ({
      ...(plan.intents[0] as Intent),
      key: `${from}:${to}`,
      from: { privateNetwork: from, addresses: [] },
      to: { privateNetwork: to, addresses: [] },
    });
    const intents = [flow("agenda", "portal"), flow("agenda", "payroll"), flow("agenda", "egress")];
    const { cells } = matrixOf({
      ...plan,
      foundation: { ...plan.foundation, privateNetworks: networks },
      intents,
    });
    expect(cells.map(({ to, reach }) => [to.key, reach])).toEqual([
      ["egress", "platform"],
      ["payroll", "across"],
      ["portal", "within"],
    ]);
  });

  it("lists each flow's ports, reason and owner, without a script too", () => {
    const page = reportPage(plan);
    const rows = rowsOf(page, "Who may speak to whom");
    expect(rows).toHaveLength(plan.intents.length);
    for (const { protocol, ports, owner } of plan.intents) {
      const told = [`${protocol}/${ports.join(", ")}`, owner];
      expect(rows.some((row) => told.every((each) => row.includes(`>${each}<`)))).toBe(true);
    }
  });
});

describe("archipel report", () => {
  const small = join(import.meta.dirname, "../estates/small");
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "archipel-report-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("writes the page into the world, for its owner's eyes, with the drill that is there", () => {
    const world = worldAt(folder);
    mkdirSync(world.evidence, { recursive: true });
    writeFileSync(join(world.evidence, "20261101T080000Z-small-lose-par-1.json"), JSON.stringify(evidence));
    const { file } = writeReport(world, small);
    expect(file).toBe(join(folder, ".archipel/report/small.html"));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, "utf8")).toContain("par-1 lost, par-2 took over");
  });

  it("writes where it is told to, over what was there", () => {
    const output = join(folder, "deep/page.html");
    writeReport(worldAt(folder), small, output);
    const first = readFileSync(output, "utf8");
    expect(writeReport(worldAt(folder), small, output).file).toBe(output);
    expect(readFileSync(output, "utf8")).toBe(first);
  });

  it("refuses an estate with mistakes as the reader's to put right", () => {
    const wrong = join(folder, "estate");
    cpSync(small, wrong, { recursive: true });
    writeFileSync(join(wrong, "organisation.yaml"), "organisation: Small\n");
    expect(() => writeReport(worldAt(folder), wrong)).toThrow(
      expect.objectContaining({ code: "estate-refused", exitCode: 2 }) as Error,
    );
  });
});

describe("the last drill", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "archipel-evidence-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const keep = (name: string, content: unknown): void => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
  };

  it("is the newest of this estate", () => {
    keep("20261101T080000Z-small-lose-par-1.json", evidence);
    keep("20261102T080000Z-small-lose-par-2.json", { ...evidence, lost: "par-2", survivor: "par-1" });
    keep("20261103T080000Z-campus-lose-par-1.json", { ...evidence, estate: "campus" });
    keep("20261103T080000Z-very-small-lose-par-1.json", { ...evidence, estate: "very-small" });
    expect(lastDrill(folder, "small")).toEqual({
      evidence: { ...evidence, lost: "par-2", survivor: "par-1" },
      unreadable: [],
    });
  });

  it("is not what was cut short or holds something else, which is named", () => {
    keep("20261101T080000Z-small-lose-par-1.json", evidence);
    keep("20261102T080000Z-small-lose-par-1.json", '{"estate": "sm');
    keep("20261103T080000Z-small-lose-par-1.json", { estate: "small" });
    const found = lastDrill(folder, "small");
    expect(found.evidence).toEqual(evidence);
    expect(found.unreadable).toEqual([
      join(folder, "20261103T080000Z-small-lose-par-1.json"),
      join(folder, "20261102T080000Z-small-lose-par-1.json"),
    ]);
  });

  it("is told with its seconds and verdicts", () => {
    const page = reportPage(plan, evidence);
    expect(page).toContain("par-1 lost, par-2 took over in 7.75 s");
    expect(page).toContain("1 of 2 applications within the declared recovery time");
    expect(rowsOf(page, "Steps, one after the other").map((row) => row.includes("measured"))).toEqual([
      true,
      true,
    ]);
    const missed = rowsOf(page, "Recovery time against its target").find((row) => row.includes("portal"));
    expect(missed).toContain('<span class="state bad">missed</span>');
  });

  it("is said to be missing, with the command that makes one", () => {
    expect(lastDrill(join(folder, "none"), "small")).toEqual({ evidence: undefined, unreadable: [] });
    expect(reportPage(plan)).toContain("npx archipel drill small --lose par-1");
  });
});
