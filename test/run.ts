/**
 * `npm test`: gets what the tests need, then types, then all tests. The last line is `N passed, N failed`, with
 * `, N skipped` where some could not run on this machine; the exit code says the same.
 * Arguments go to vitest: `npm test -- test/model`.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureToolchain } from "../local/toolchain/index.ts";

const root = join(import.meta.dirname, "..");

/** Debian packages that some tests need, by a program that each one brings. */
const packages: Readonly<Record<string, readonly string[]>> = {
  chromium: ["chromium", "chromium-browser", "google-chrome"],
  conntrackd: ["conntrackd"],
  iproute2: ["ip"],
  keepalived: ["keepalived"],
  nftables: ["nft"],
};

const folders = [...new Set([...(process.env.PATH ?? "").split(":"), "/usr/sbin", "/sbin"])].filter(
  (folder) => folder !== "",
);

function missingPackages(): readonly string[] {
  return Object.keys(packages).filter(
    (name) =>
      !(packages[name] as readonly string[]).some((program) =>
        folders.some((folder) => existsSync(join(folder, program))),
      ),
  );
}

interface Failure {
  readonly what: string;
}

/** Installs Debian packages where we may; elsewhere the tests that need them are skipped, and counted. */
function installPackages(): readonly Failure[] {
  const missing = missingPackages();
  if (missing.length === 0) return [];
  if (process.getuid?.() !== 0 || !existsSync("/etc/debian_version")) {
    say(`not installed here: ${missing.join(", ")}; tests that need them are skipped`);
    return [];
  }
  say(`installing ${missing.join(", ")}`);
  const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  for (const args of [["update"], ["install", "--yes", "--no-install-recommends", ...missing]]) {
    try {
      execFileSync("apt-get", ["-qq", ...args], {
        env: environment,
        stdio: ["ignore", "pipe", "pipe"],
        timeout: 600_000,
      });
    } catch (error) {
      return [{ what: `apt-get ${args.join(" ")}: ${(error as Error).message}` }];
    }
  }
  const still = missingPackages();
  return still.length === 0 ? [] : [{ what: `still not installed: ${still.join(", ")}` }];
}

function checkTypes(): readonly Failure[] {
  say("types");
  const result = run(["node_modules/typescript/bin/tsc", "--noEmit"]);
  return result === 0 ? [] : [{ what: "types: tsc found mistakes" }];
}

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly success: boolean;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

function runTests(args: readonly string[]): {
  readonly passed: number;
  readonly skipped: readonly string[];
  readonly failures: readonly Failure[];
} {
  const folder = mkdtempSync(join(tmpdir(), "archipel-tests-"));
  try {
    const file = join(folder, "report.json");
    const exitCode = run([
      "node_modules/vitest/vitest.mjs",
      "run",
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${file}`,
      ...args,
    ]);
    if (!existsSync(file))
      return { passed: 0, skipped: [], failures: [{ what: `vitest ended with ${exitCode} and no report` }] };
    const report = JSON.parse(readFileSync(file, "utf8")) as Report;
    const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults);
    const failures = [
      ...tests.filter(({ status }) => status === "failed").map(({ fullName }) => ({ what: fullName })),
      ...report.testResults
        .filter(
          ({ status, assertionResults }) =>
            status === "failed" && !assertionResults.some((test) => test.status === "failed"),
        )
        .map(({ name }) => ({ what: `${name} did not run` })),
    ];
    return {
      passed: report.numPassedTests,
      skipped: tests
        .filter(({ status }) => ["pending", "skipped", "todo", "disabled"].includes(status))
        .map(({ fullName }) => fullName),
      failures:
        failures.length > 0 || exitCode === 0 ? failures : [{ what: `vitest ended with ${exitCode}` }],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(args: readonly string[]): number {
  return spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" }).status ?? 1;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

const failures: Failure[] = [];
try {
  await ensureToolchain({ report: say });
} catch (error) {
  failures.push({ what: `toolchain: ${(error as Error).message}` });
}
failures.push(...installPackages(), ...checkTypes());
const outcome = runTests(process.argv.slice(2));
failures.push(...outcome.failures);

for (const name of outcome.skipped) say(`skipped: ${name}`);
for (const { what } of failures) say(`failed: ${what}`);
const skipped = outcome.skipped.length === 0 ? "" : `, ${outcome.skipped.length} skipped`;
say(`${outcome.passed} passed, ${failures.length} failed${skipped}`);
process.exitCode = failures.length === 0 ? 0 : 1;
