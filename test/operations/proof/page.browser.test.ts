/** The page of a proof in a real browser, as a reader opens it: a file, without a network, by keys alone. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { declarationsOf } from "../../../model/proof/declarations.ts";
import { fromState, joined, readNetwork } from "../../../model/proof/read/index.ts";
import { proofPage } from "../../../operations/proof/html/page.ts";
import type { ReadNetwork } from "../../../operations/proof/networks.ts";
import { provedNetwork } from "../../../operations/proof/prove.ts";
import { launchBrowser, noBrowser, type Opened, openPage } from "../../helpers/browser.ts";
import { estateResources, statesOf } from "../../helpers/estate-resources.ts";

const hostile = `</script><img src=x onerror="document.title='taken'">`;

describe.skipIf(noBrowser)("the proof in a browser", () => {
  let folder: string;
  let browser: Browser;

  /** The small estate: as it is, with machines that filter nothing, with something not known, and with texts that would be markup. */
  const files = {
    holds: "holds.html",
    open: "open.html",
    unknown: "unknown.html",
    hostile: "hostile.html",
  } as const;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "archipel-proof-page-"));
    const laidOut = await estateResources("test/estates/small");
    const network = readNetwork(joined(statesOf(laidOut).map(fromState)));
    const small: ReadNetwork = {
      estate: laidOut.estate,
      declared: laidOut.declared,
      network,
      source: "states",
      seconds: { stacks: 0, read: 0 },
    };
    const nodes = network.nodes.map((node) => ({ ...node, rulesets: [] }));
    const origin = { resource: "urn:pulumi:small.par-1::archipel::x::thing", stack: "small.par-1" };
    const undetermined = [{ origin, property: "inputs.rules", why: "secret" }];
    const applications = small.estate.applications.map((each) => ({
      ...each,
      title: hostile,
      application: each.application === "portal" ? `portal${hostile}` : each.application,
      flows: each.flows.map((flow) => ({ ...flow, why: hostile })),
    }));
    const estate = { ...small.estate, applications };
    const reads: Readonly<Record<keyof typeof files, ReadNetwork>> = {
      holds: small,
      open: { ...small, network: { ...network, nodes } },
      unknown: { ...small, network: { ...network, undetermined } },
      hostile: { ...small, estate, declared: declarationsOf(estate) },
    };
    for (const [name, read] of Object.entries(reads))
      writeFileSync(join(folder, `${name}.html`), proofPage(read, provedNetwork(read, undefined)));
    browser = await launchBrowser();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const urlOf = (name: keyof typeof files, hash = ""): string =>
    `${pathToFileURL(join(folder, files[name])).href}${hash}`;
  const open = (url = urlOf("holds"), options?: Parameters<Browser["newPage"]>[0]): Promise<Opened> =>
    openPage(browser, url, options);
  const text = async (page: Page, selector: string): Promise<string> =>
    (await page.locator(selector).textContent()) ?? "";
  const heading = (page: Page): Promise<string> => text(page, "h1:visible");
  const focused = (page: Page): Promise<string> =>
    page.evaluate(
      "(document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent)",
    );
  /** Rows of the table with a caption that starts so, as lines of cells. */
  const rows = (page: Page, caption: string): Promise<readonly string[]> =>
    page
      .locator("#view table", { has: page.locator("caption", { hasText: caption }) })
      .locator("tbody tr")
      .allInnerTexts();

  it("opens without asking for anything, with its verdict and its matrix", async () => {
    const { page, requests, complaints } = await open();
    expect(await text(page, "#verdict")).toBe("holds");
    expect(await page.locator("#grid tbody tr").count()).toBe(
      Number(await text(page, '[data-figure="parties"]')),
    );
    expect(await page.getByRole("gridcell", { name: "portal to payroll: 1 allowed" }).count()).toBe(1);
    expect(requests).toEqual([urlOf("holds")]);
    expect(complaints).toEqual([]);
    await page.close();
  }, 60_000);

  it("finds, opens, reads and comes back by keys alone", async () => {
    const { page, complaints } = await open();
    await page.keyboard.press("Tab");
    expect(await focused(page)).toBe("To the matrix");
    await page.keyboard.press("Tab");
    await page.keyboard.type("payslips");
    expect(await page.getByRole("status").textContent()).toBe("1 cell found: 1 sender, 1 receiver");
    expect(await page.locator("#grid tbody tr:visible").count()).toBe(1);
    await page.keyboard.press("Enter");
    expect(await focused(page)).toBe("portal to payroll: 1 allowed");
    await page.keyboard.press("Enter");
    expect(await heading(page)).toBe("portal → payroll");
    expect(await focused(page)).toBe("portal → payroll");
    const [row, ...others] = await rows(page, "What passes, and why");
    expect(others).toEqual([]);
    for (const part of ["tcp/5432", "payslips are shown to staff on the portal", "citizens-office"])
      expect(row).toContain(part);
    expect(row).toMatch(/firewall firewall-\S+ \(pn-portal\): inet archipel \S+, rule \d+ \(archipel /);
    expect(row).toContain("taken by payroll-db-par-1-1, payroll-db-par-2-1");
    await page.keyboard.press("Escape");
    expect(await page.locator("#view").isVisible()).toBe(false);
    expect(await focused(page)).toBe("portal to payroll: 1 allowed");
    expect(complaints).toEqual([]);
    await page.close();
  }, 60_000);

  it("walks the grid as grids are walked, names included, and opens the page of a name", async () => {
    const { page } = await open();
    const stops = page.locator('#grid [tabindex="0"]');
    expect(await stops.count()).toBe(1);
    await stops.focus();
    const where = (): Promise<readonly number[]> =>
      page.evaluate(
        "[document.activeElement.parentElement.sectionRowIndex, document.activeElement.cellIndex]",
      );
    const press = async (...keys: readonly string[]): Promise<readonly number[]> => {
      for (const key of keys) await page.keyboard.press(key);
      return where();
    };
    const last = await page.locator("#grid tbody tr").count();
    expect(await where()).toEqual([0, 1]);
    expect(await press("ArrowRight", "ArrowDown")).toEqual([1, 2]);
    expect(await press("End")).toEqual([1, last]);
    expect(await press("ArrowRight")).toEqual([1, last]);
    expect(await press("Control+End")).toEqual([last - 1, last]);
    expect(await press("Home")).toEqual([last - 1, 0]);
    expect(await press("PageUp", "ArrowUp", "ArrowRight")).toEqual([0, 1]);
    // The names of receivers are the second row of the table's head.
    expect(await press("ArrowUp", "End", "Home", "ArrowLeft")).toEqual([1, 1]);
    expect(await press("ArrowDown")).toEqual([0, 1]);
    expect(await press("ArrowLeft")).toEqual([0, 0]);
    expect(await stops.count()).toBe(1);
    const name = await focused(page);
    await page.keyboard.press("Enter");
    expect(await heading(page)).toBe(name);
    await page.close();
  }, 60_000);

  it("filters senders and receivers, and widens them again", async () => {
    const { page } = await open();
    const shown = page.locator("#grid tbody tr:visible");
    const all = await shown.count();
    const search = page.getByLabel("Search");
    await search.fill("payroll portal tcp");
    expect(await shown.locator("th").allInnerTexts()).toEqual(["portal"]);
    expect(await page.locator("#grid .names th:visible").allInnerTexts()).toEqual(["payroll"]);
    await search.fill("payroll agenda");
    expect(await page.getByRole("status").textContent()).toMatch(/^2 cells found: .*all of them closed$/);
    await search.fill("no such thing");
    expect(await shown.count()).toBe(0);
    expect(await page.getByRole("status").textContent()).toMatch(/^0 cells found/);
    await search.fill("");
    expect(await shown.count()).toBe(all);
    expect(await page.locator("#grid .aside").count()).toBe(0);
    await page.close();
  }, 60_000);

  it("has a page an application by its address: networks, what it reaches, what reaches it, and why", async () => {
    const { page, complaints } = await open(urlOf("holds", "#app=payroll"));
    expect(await heading(page)).toBe("payroll");
    expect(await page.title()).toBe("payroll · small · Archipel proof");
    expect((await rows(page, "Networks"))[0]).toMatch(/^payroll\s+10\.\S+\/\d+/);
    const received = await rows(page, "What reaches it");
    expect(received.find((row) => row.startsWith("portal"))).toContain("payslips are shown to staff");
    expect((await rows(page, "What it reaches")).some((row) => row.startsWith("portal"))).toBe(false);
    await page.locator("#view a", { hasText: "portal" }).first().click();
    expect(await heading(page)).toBe("portal → payroll");
    await page.goBack();
    expect(await heading(page)).toBe("payroll");
    expect(complaints).toEqual([]);
    await page.close();
  }, 60_000);

  it("tells of a closed cell that nothing passes and how to ask why; of an unknown address that it is unknown", async () => {
    const { page } = await open(urlOf("holds", "#pair=payroll/portal"));
    expect(await heading(page)).toBe("payroll → portal");
    expect(await rows(page, "Verdicts")).toEqual([
      expect.stringMatching(/^payroll\s+portal\s+denied\s+denied$/),
    ]);
    expect(await text(page, "#view pre")).toBe("npx archipel explain small payroll portal tcp/443");
    await page.goto(urlOf("holds", "#app=%zz"));
    expect(await heading(page)).toBe("This proof has nothing called %zz");
    await page.close();
  }, 60_000);

  it("shows what is wrong first, and on the cell and pages it concerns", async () => {
    const { page } = await open(urlOf("open"));
    expect(await text(page, "#verdict")).toBe("does not hold");
    const [first] = await page.locator("#findings li.violated").allInnerTexts();
    expect(first).toMatch(/such as \S+ → \S+ (tcp|udp)/);
    expect(await page.getByRole("gridcell", { name: "agenda to payroll: violated" }).textContent()).toBe("!");
    await page.getByRole("gridcell", { name: "agenda to payroll: violated" }).click();
    expect(await page.locator("#view li.violated").count()).toBeGreaterThan(0);
    expect((await rows(page, "Verdicts"))[0]).toContain("violated");
    await page.close();
  }, 60_000);

  it("needs no colour: every verdict has its own mark, also where the reader's colours are forced", async () => {
    const marks = new Set<string>();
    for (const file of ["holds", "open", "unknown"] as const) {
      const { page } = await open(urlOf(file), { forcedColors: "active" });
      const found: readonly string[] = await page.evaluate(
        `["v", "u", "a", "n"].map((each) => each + " " + document.querySelector("#grid tbody ." + each)?.textContent)`,
      );
      for (const each of found.filter((mark) => !mark.endsWith("undefined"))) marks.add(each);
      const denied = `getComputedStyle(document.querySelector("#grid tbody td:empty"), "::before").content`;
      if (file === "holds") expect(await page.evaluate(denied)).toContain("·");
      await page.locator('#grid [tabindex="0"]').focus();
      expect(await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")).toBe("solid");
      await page.close();
    }
    for (const mark of ["n –", "u ?", "v !"]) expect(marks).toContain(mark);
    for (const mark of marks) expect(mark).toMatch(/^(a \d+|v !|u \?|n –)$/);
    expect(marks.size).toBeGreaterThan(3);
  }, 60_000);

  it("shows texts that would be markup as what they are", async () => {
    const { page, requests, complaints } = await open(urlOf("hostile"));
    await page.getByLabel("Search").fill("onerror");
    await page.getByRole("gridcell", { name: "to payroll: 1 allowed" }).first().click();
    expect(await heading(page)).toBe(`portal${hostile} → payroll`);
    expect(await page.locator("#view img").count()).toBe(0);
    expect((await rows(page, "What passes"))[0]).toContain(hostile);
    expect(await page.title()).not.toBe("taken");
    expect(requests).toEqual([urlOf("hostile")]);
    expect(complaints).toEqual([]);
    await page.close();
  }, 60_000);

  it("without a script it has the verdict, what is wrong, and the matrix", async () => {
    const { page } = await open(urlOf("open"), { javaScriptEnabled: false });
    expect(await page.locator("#findings li").count()).toBeGreaterThan(0);
    expect(await page.locator("#grid tbody tr").count()).toBeGreaterThan(5);
    expect(await page.locator("#search").isVisible()).toBe(false);
    await page.close();
  }, 60_000);

  it("prints the matrix whole, and fits a telephone", async () => {
    const { page } = await open(urlOf("holds"), { viewport: { width: 390, height: 800 } });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(390);
    await page.emulateMedia({ media: "print" });
    expect(await page.locator("#search-form").isVisible()).toBe(false);
    expect(await page.evaluate("getComputedStyle(document.querySelector('.frame')).overflow")).toBe(
      "visible",
    );
    await page.close();
  }, 60_000);

  it.each([
    ["its matrix, light", "holds", "", "light"],
    ["its matrix, dark", "open", "", "dark"],
    ["an application, light", "holds", "#app=payroll", "light"],
    ["a violated cell, dark", "open", "#pair=agenda/payroll", "dark"],
  ] as const)(
    "has nothing that keeps readers out (WCAG 2.2 AA): %s",
    async (_name, file, hash, colorScheme) => {
      const { page } = await open(urlOf(file, hash), { colorScheme });
      await page.evaluate(axe.source);
      const { violations } = (await page.evaluate(
        `axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })`,
      )) as axe.AxeResults;
      const told = violations.map(
        ({ id, nodes }) =>
          `${id}: ${nodes.length} ${nodes[0]?.html.slice(0, 120)} ${nodes[0]?.failureSummary}`,
      );
      expect(told).toEqual([]);
      await page.close();
    },
    60_000,
  );
});
