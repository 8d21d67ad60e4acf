/** A real browser that opens pages as a reader does: files, without a network. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";

const browserPath = ["chromium", "chromium-browser", "google-chrome"]
  .flatMap((name) => (process.env.PATH ?? "").split(":").map((folder) => join(folder, name)))
  .find((path) => existsSync(path));
/** `npm test` installs chromium where it may; where it may and there is none, that is a failure. */
const mayInstall = process.getuid?.() === 0 && existsSync("/etc/debian_version");

/** Whether tests in a browser are to be skipped: there is none, and none could be installed. */
export const noBrowser = browserPath === undefined && !mayInstall;

const flags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export function launchBrowser(): Promise<Browser> {
  if (browserPath === undefined) throw new Error("no chromium: apt-get install chromium");
  return chromium.launch({ executablePath: browserPath, args: flags, timeout: 60_000 });
}

export interface Opened {
  readonly page: Page;
  /** Whatever the page asked for, itself included. */
  readonly requests: readonly string[];
  readonly complaints: readonly string[];
}

/** Opens a page of its own, and keeps what it asks for and complains of. */
export async function openPage(
  browser: Browser,
  url: string,
  options: Parameters<Browser["newPage"]>[0] = {},
): Promise<Opened> {
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 }, ...options });
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => complaints.push(message.text()));
  await page.goto(url);
  return { page, requests, complaints };
}
