/** The report of guadeloupe in a real browser, as a reader opens it: a file, without a network. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseEstate } from "../../model/estate/index.ts";
import { makePlan, type Plan, renderPlanProblems } from "../../model/plan/index.ts";
import { reportPage } from "../../operations/report/index.ts";
import { today } from "../estates/read-estate.ts";
import { launchBrowser, noBrowser, type Opened, openPage } from "../helpers/browser.ts";

function guadeloupe(): Plan {
  const root = join(import.meta.dirname, "../../estates/guadeloupe");
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".yaml"),
  );
  const parsed = parseEstate(
    new Map(files.map((file) => [file, readFileSync(join(root, file), "utf8")])),
    today,
  );
  if (!parsed.ok) throw new Error("guadeloupe is refused");
  const planned = makePlan(parsed.estate);
  if (!planned.ok) throw new Error(renderPlanProblems(planned.problems));
  return planned.plan;
}

describe.skipIf(noBrowser)("the report in a browser", () => {
  let folder: string;
  let url: string;
  let plan: Plan;
  let browser: Browser;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "archipel-report-"));
    plan = guadeloupe();
    const file = join(folder, "guadeloupe.html");
    writeFileSync(file, reportPage(plan));
    url = pathToFileURL(file).href;
    browser = await launchBrowser();
  }, 90_000);

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const open = (options?: Parameters<Browser["newPage"]>[0]): Promise<Opened> =>
    openPage(browser, url, options);

  it("shows its sections and the figures of the estate, and asks nobody for anything", async () => {
    const { page, requests, complaints } = await open();
    expect(await page.locator("h1").allTextContents()).toEqual(["guadeloupe"]);
    expect(await page.locator("h2").allTextContents()).toEqual([
      "In figures",
      "Zones",
      "Private networks",
      "Firewalls",
      "Flows",
      "Capacity after losing a zone",
      "Quotas",
      "Cost",
      "Last drill",
    ]);
    const figure = (key: string): Promise<string | null> =>
      page.locator(`[data-figure="${key}"]`).textContent();
    expect(await figure("bareMetal")).toBe("83");
    expect(await figure("instances")).toBe("90");
    expect(await figure("privateNetworks")).toBe("123");
    expect(await figure("services")).toBe("150");
    expect(Number(await figure("firewalls"))).toBe(plan.summary.firewalls.count);
    expect(await page.locator("#flow-list tbody tr").count()).toBe(plan.intents.length);
    expect(requests).toEqual([url]);
    expect(complaints).toEqual([]);
    await page.close();
  }, 60_000);

  it("could fetch nothing, even if a text of the estate became markup", async () => {
    let reached = 0;
    const server = createServer((_, response) => {
      reached += 1;
      response.end();
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const { port } = server.address() as AddressInfo;
    const { page } = await open();
    const failed = page.waitForEvent("requestfailed");
    await page.evaluate(
      `document.body.insertAdjacentHTML("beforeend", "<img src='http://127.0.0.1:${port}/' onerror='document.title = 1'>")`,
    );
    expect((await failed).failure()?.errorText).toBe("csp");
    expect(reached).toBe(0);
    expect(await page.title()).toBe("guadeloupe · Archipel report");
    await page.close();
    await new Promise((closed) => server.close(closed));
  }, 60_000);

  it("narrows the matrix and the list to what is typed, and widens them again", async () => {
    const { page, complaints } = await open();
    const rows = page.locator("#flow-list tbody tr:visible");
    const numbers = page.locator("#flow-matrix td a:visible");
    const all = await numbers.count();
    await page.getByLabel("Filter").fill("payroll tcp");
    const shown = await rows.allTextContents();
    expect(shown.length).toBeGreaterThan(0);
    expect(shown.length).toBeLessThan(plan.intents.length);
    expect(shown.filter((row) => !/payroll/i.test(row) || !/tcp/i.test(row))).toEqual([]);
    expect(await page.locator("#flow-count").textContent()).toBe(`${shown.length} of ${plan.intents.length}`);
    const left = await numbers.count();
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(all);
    expect(await page.locator("#flow-matrix tbody tr:visible").count()).toBeLessThan(30);

    await page.getByLabel("Filter").fill("no such flow");
    expect(await rows.count()).toBe(0);
    expect(await numbers.count()).toBe(0);

    await page.getByLabel("Filter").fill("");
    expect(await numbers.count()).toBe(all);
    expect(await rows.count()).toBe(plan.intents.length);
    expect(complaints).toEqual([]);
    await page.close();
  }, 60_000);

  it("walks the matrix by keys and tells ports, reason and owner of a cell", async () => {
    const { page } = await open();
    const focused = (): Promise<string> => page.evaluate("document.activeElement.getAttribute('aria-label')");
    await page.locator("#flow-matrix").focus();
    await page.keyboard.press("Tab");
    const first = await focused();
    await page.keyboard.press("ArrowRight");
    const second = await focused();
    expect(second).toMatch(/^\S+ to \S+: \d+ permissions?$/);
    expect(second).not.toBe(first);
    const [, from, to] = /^(\S+) to (\S+):/.exec(second) ?? [];
    const detail = (await page.locator("#flow-detail").textContent()) ?? "";
    expect(detail.split("\n")[0]).toBe(`${from} → ${to}`);
    expect(detail).toMatch(/\n(tcp|udp)\/\d+.*: .+ \(.+\)/);
    await page.keyboard.press("ArrowLeft");
    expect(await focused()).toBe(first);
    await page.close();
  }, 60_000);

  it("is whole without a script: no dead filter, and a cell leads to its flows in the list", async () => {
    const { page } = await open({ javaScriptEnabled: false });
    expect(await page.locator("#flow-filter").isVisible()).toBe(false);
    const cell = page.locator("#flow-matrix td a").first();
    const target = (await cell.getAttribute("href")) ?? "";
    await cell.click();
    expect(page.url()).toBe(`${url}${target}`);
    expect(await page.locator(`[id="${target.slice(1)}"]`).isVisible()).toBe(true);
    await page.close();
  }, 60_000);

  it("fits a telephone, and follows the reader's dark or light", async () => {
    const ground = "getComputedStyle(document.body).backgroundColor";
    const narrow = await open({ viewport: { width: 390, height: 800 }, colorScheme: "light" });
    expect(await narrow.page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(390);
    const light = await narrow.page.evaluate(ground);
    await narrow.page.emulateMedia({ colorScheme: "dark" });
    expect(await narrow.page.evaluate(ground)).not.toBe(light);
    await narrow.page.close();
  }, 60_000);
});
