/** What people type around the proof, on whole estates: answers, texts that fit a screen, exit codes, mistakes. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Network } from "../../../model/proof/network.ts";
import { fromPreview, fromState, joined, readNetwork } from "../../../model/proof/read/index.ts";
import { blastRadiusOf, blastRadiusText } from "../../../operations/proof/blast-radius.ts";
import { diffNetworks, diffText } from "../../../operations/proof/diff.ts";
import { explainNetwork } from "../../../operations/proof/explain.ts";
import { explanationText } from "../../../operations/proof/explain-text.ts";
import { everyFailure, failuresText } from "../../../operations/proof/failures.ts";
import { lintNetwork, lintText } from "../../../operations/proof/lint.ts";
import { diffMarkdown } from "../../../operations/proof/markdown.ts";
import type { ReadNetwork } from "../../../operations/proof/networks.ts";
import { keepNetwork, networkOfFile } from "../../../operations/proof/networks.ts";
import {
  type EstateResources,
  estateResources,
  harbour,
  previewsOf,
  statesOf,
} from "../../helpers/estate-resources.ts";

const root = join(import.meta.dirname, "../../..");
const folder = mkdtempSync(join(tmpdir(), "archipel-proof-"));
const today = "2026-11-22";
let small: ReadNetwork;
let documents: EstateResources;

function readOf(laidOut: EstateResources): ReadNetwork {
  const network = readNetwork(joined(statesOf(laidOut).map(fromState)));
  const { estate, declared } = laidOut;
  return { estate, declared, network, source: "states", seconds: { stacks: 0, read: 0 } };
}

/** The same network with something done to the rules that firewalls are configured with. */
function withRules({ nodes, ...rest }: Network, change: (json: string) => string): Network {
  return {
    ...rest,
    nodes: nodes.map((node) => ({
      ...node,
      rulesets: node.rulesets.map((each) =>
        node.role === "firewall" && each.stage === "configured" ? { ...each, json: change(each.json) } : each,
      ),
    })),
  };
}

const lax = (json: string): string =>
  json.replace(/("hook":"forward","prio":0,"policy":)"drop"/, '$1"accept"');

beforeAll(async () => {
  documents = await estateResources("test/estates/small");
  small = readOf(documents);
  keepNetwork(join(folder, "small.json"), small.network);
  keepNetwork(join(folder, "lax.json"), withRules(small.network, lax));
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the command itself; `FILE` stands for the small estate's network, `LAX` for one whose firewalls accept. */
function archipel(...args: string[]): {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
} {
  const paths: Readonly<Record<string, string>> = { FILE: "small.json", LAX: "lax.json" };
  const given = args.map((each) => (paths[each] === undefined ? each : join(folder, paths[each])));
  return spawnSync(process.execPath, [join(root, "operations/main.ts"), ...given], {
    cwd: root,
    encoding: "utf8",
  });
}

const estate = "test/estates/small";

describe("explain", () => {
  it("tells who declares a flow, and each hop with the rule and its log name", () => {
    const report = explainNetwork(small, { from: "portal", to: "payroll", service: "tcp/5432" });
    expect(report).toMatchObject({ verdict: "allowed", held: true });
    expect(report.declarations[0]).toMatchObject({ declaredBy: expect.any(String), why: expect.any(String) });
    const honest = report.ways.find(({ by, passes }) => by === "honest" && passes);
    expect(honest?.hops.map(({ layer }) => layer)).toEqual(["host", "firewall", "host"]);
    expect(honest?.hops[1]?.rules.join()).toMatch(/inet archipel .*, rule \d+ \(archipel .*\)/);
    expect(honest?.answers.map(({ ending }) => ending)).toContainEqual(
      expect.stringMatching(/^delivered to /),
    );
    const text = explanationText(report);
    expect(text.split("\n")[0]).toBe("small, as deployed: portal → payroll tcp/5432: ALLOWED");
    expect(text.split("\n").length).toBeLessThan(50);
  });

  it("lists all that would have to change, on each way", () => {
    const report = explainNetwork(small, { from: "portal", to: "payroll", service: "tcp/22" });
    expect(report).toMatchObject({ verdict: "denied", held: true, declarations: [] });
    const stops = (by: string) =>
      report.ways.find((way) => way.by === by)?.stoppedBy.map(({ layer }) => layer);
    expect(stops("honest")).toEqual(expect.arrayContaining(["firewall", "host"]));
    expect(stops("router")).toEqual(["acl", "host"]);
  });

  it("does not hold where what is open is declared by nobody", () => {
    const open = { ...small, network: withRules(small.network, lax) };
    const hosts = open.network.nodes.map((node) => ({
      ...node,
      rulesets: node.role === "firewall" ? node.rulesets : [],
    }));
    const report = explainNetwork(
      { ...open, network: { ...open.network, nodes: hosts } },
      { from: "portal", to: "payroll", service: "tcp/22" },
    );
    expect(report).toMatchObject({ verdict: "allowed", held: false });
    expect(explanationText(report)).toContain("declared by nobody, and open: a violation");
  });

  it("knows the internet, tunnels, sites, servers and addresses", async () => {
    const read = readOf(await estateResources(harbour.folder, harbour.changes));
    const verdict = (from: string, to: string, service: string) =>
      explainNetwork(read, { from, to, service }).verdict;
    expect(verdict("internet", "ingress", "tcp/443")).toBe("allowed");
    const [person] = read.network.nodes.flatMap(({ legs }) => legs.flatMap(({ beyond }) => beyond));
    expect(person).toBeDefined();
    expect(verdict("vpn", "directory", "tcp/22")).toBe("denied");
    const host = read.network.nodes.find(({ workload }) => workload !== undefined);
    const address = host?.legs[0]?.addresses[0]?.split("/")[0] ?? "";
    expect(verdict(address, "internet", "tcp/25")).toBe("denied");
    expect(verdict("internet", "198.51.100.200", "tcp/25")).not.toBe("allowed");
  }, 30_000);
});

describe("blast-radius", () => {
  it("tells what is reached directly with its declarations, through hypervisors, by steps, and the internet", () => {
    const report = blastRadiusOf(small, "portal");
    expect(report.held).toBe(true);
    expect(report.direct.length).toBeGreaterThan(0);
    for (const { declarations, services } of report.direct) {
      expect(declarations).not.toEqual([]);
      expect(services).not.toEqual([]);
    }
    const text = blastRadiusText(report);
    for (const part of ["directly:", "through hypervisors", "by steps", "the internet:"])
      expect(text).toContain(part);
  });

  it("does not hold where something is reached that nobody declares", () => {
    const nodes = withRules(small.network, lax).nodes.map((node) => ({
      ...node,
      rulesets: node.role === "firewall" ? node.rulesets : [],
    }));
    const report = blastRadiusOf({ ...small, network: { ...small.network, nodes } }, "portal");
    expect(report.held).toBe(false);
    expect(blastRadiusText(report)).toContain("declared by nobody");
  });
});

describe("every failure", () => {
  it("is proved whole, by zone, and by member of a pair", () => {
    const told: string[] = [];
    const report = everyFailure(small, ({ lost }) => told.push(lost));
    expect(report.held).toBe(true);
    expect(told).toEqual(report.results.map(({ lost }) => lost));
    expect(told.slice(0, 3)).toEqual(["none", "par-1", "par-2"]);
    expect(told.slice(3).length).toBe(small.network.nodes.filter(({ role }) => role === "firewall").length);
    expect(report.results.every(({ requiredFlowsPassed }) => requiredFlowsPassed > 0)).toBe(true);
    expect(failuresText(report).split("\n")[0]).toBe("small, as deployed, every single failure: HOLDS");
  });

  it("does not hold with one member too few: the flows that fail are named", () => {
    const nodes = small.network.nodes.filter(({ role, zone }) => role !== "firewall" || zone === "fr-par-1");
    const report = everyFailure({ ...small, network: { ...small.network, nodes } });
    const without = report.results.find(({ lost }) => /^firewall:.*par-1$/.test(lost) && lost !== "none");
    expect(report.held).toBe(false);
    expect(without?.requiredFlowsFailed.length).toBeGreaterThan(0);
    expect(failuresText(report)).toContain("does not pass: ");
  });
});

describe("diff", () => {
  it("of a network with itself is nothing", () => {
    const report = diffNetworks(small, small);
    expect(report).toMatchObject({ held: true, changes: [], undetermined: [] });
    expect(diffText(report).split("\n")[0]).toContain("NOTHING CHANGES");
    expect(diffMarkdown(report)).toContain("nothing changes");
  });

  it("names what firewalls that accept would open, with a packet and its way", () => {
    const report = diffNetworks(small, {
      ...small,
      source: "preview",
      network: withRules(small.network, lax),
    });
    expect(report.held).toBe(false);
    const change = report.changes.find(({ unapproved }) => unapproved.length > 0);
    expect(change?.packet).toMatch(/^[0-9.:]+ → [0-9.:]+ /);
    expect(change?.hops.map(({ layer }) => layer)).toContain("firewall");
    const text = diffText(report);
    expect(text.split("\n")[0]).toBe(
      "small, as deployed, then as the next update would leave it: NOT APPROVED",
    );
    expect(text.split("\n").length).toBeLessThan(50);
    const markdown = diffMarkdown(report);
    expect(markdown).toContain("**nobody**");
    expect(markdown.split("\n").length).toBeLessThan(50);
  });

  it("names who approves what a change opens, and what it closes", () => {
    const none = withRules(small.network, (json) => json.replace(/"vmap":/, '"counter":null,"unused":'));
    const before = { ...small, network: { ...none, undetermined: [] } };
    const opening = diffNetworks(before, small);
    expect(opening.held).toBe(true);
    const opened = opening.changes.filter(({ kind }) => kind === "opened" || kind === "widened");
    expect(opened.length).toBeGreaterThan(0);
    for (const { approvedBy } of opened) expect(approvedBy).not.toEqual([]);
    const closing = diffNetworks(small, before);
    expect(closing.changes.map(({ kind }) => kind)).toContain("closed");
    expect(diffMarkdown(closing)).toContain("#### Closes");
  });
});

describe("lint", () => {
  it("has nothing to say of the small estate", () => {
    const report = lintNetwork(small, today);
    expect(report).toMatchObject({ held: true, findings: [] });
    expect(report.rules).toBeGreaterThan(100);
    expect(lintText(report)).toContain("vpc-1 IPv4 0/255");
  });

  it("says what to do of what it finds", () => {
    const report = lintNetwork({ ...small, network: withRules(small.network, lax) }, today);
    expect(report.held).toBe(false);
    expect(report.findings.map(({ check }) => check)).toContain("any-to-any");
    expect(lintText(report)).toContain("→ close it, and declare the flows that are needed");
  });
});

describe("the command", () => {
  it("answers as JSON, and ends with 0 when all is as declared", () => {
    const runs = [
      ["explain", estate, "portal", "payroll", "tcp/5432"],
      ["blast-radius", estate, "portal"],
      ["prove", estate, "--every-failure"],
      ["lint", estate],
    ];
    for (const run of runs) {
      const { status, stdout, stderr } = archipel(...run, "--from", "FILE", "--json");
      expect(stderr.replaceAll(/^ {2}without .*\n/gm, "")).toBe("");
      expect([run[0], status]).toEqual([run[0], 0]);
      expect(JSON.parse(stdout)).toMatchObject({ estate: "small", held: true });
    }
    const diff = archipel("diff", estate, "--from", "FILE", "--to", "FILE", "--json");
    expect(JSON.parse(diff.stdout)).toMatchObject({ held: true, changes: [] });
  }, 60_000);

  it("ends with 1 when it does not hold, in words without colour", () => {
    const runs = [
      ["diff", estate, "--from", "FILE", "--to", "LAX"],
      ["diff", estate, "--from", "FILE", "--to", "LAX", "--format", "markdown"],
    ];
    for (const run of runs) {
      const { status, stdout } = archipel(...run);
      expect([run.slice(0, 2), status]).toEqual([run.slice(0, 2), 1]);
      expect(stdout).not.toContain("\u001b");
    }
  }, 60_000);

  it("ends with 2 for what a reader mistypes", () => {
    const mistyped = archipel("explain", estate, "portal", "payrol", "--from", "FILE");
    expect(mistyped).toMatchObject({ status: 2, stdout: "" });
    expect(mistyped.stderr).toBe(
      "end-unknown: there is no network, workload, server, guest or address payrol\n  Near to it: payroll, payroll-db\n",
    );
    expect(archipel("prove", estate, "--every-failure", "--lose", "par-1")).toMatchObject({ status: 2 });
    expect(archipel("diff", estate, "--format", "xml")).toMatchObject({ status: 2 });
  }, 60_000);

  it("keeps the page in a file of its owner's, tells the verdict, and prints the same page where no file is named", () => {
    const kept = join(folder, "pages", "small.html");
    const told = archipel("prove", estate, "--from", "LAX", "--output", kept);
    expect([told.status, told.stderr]).toEqual([1, ""]);
    expect(told.stdout).toMatch(/^small, as in .*: DOES NOT HOLD\n/);
    expect(statSync(kept).mode & 0o777).toBe(0o600);
    const printed = archipel("prove", estate, "--from", "LAX", "--format", "html");
    expect(printed.status).toBe(1);
    expect(printed.stdout.trimEnd()).toBe(readFileSync(kept, "utf8").trimEnd());
    expect(printed.stdout).toMatch(/^<!doctype html>/);
    expect(archipel("prove", estate, "--output", kept, "--json")).toMatchObject({ status: 2 });
    for (const [file, why] of [
      [folder, "is a folder"],
      [join(kept, "below.html"), "would be in something that is no folder"],
    ] as const) {
      const refused = archipel("prove", estate, "--from", "FILE", "--output", file);
      expect([refused.status, refused.stdout]).toEqual([2, ""]);
      expect(refused.stderr).toBe(`file-unwritable: ${file} ${why}\n  --output names a file to write.\n`);
    }
    archipel("prove", estate, "--from", "FILE", "--format", "csv", "--output", join(folder, "small.csv"));
    expect(readFileSync(join(folder, "small.csv"), "utf8")).toMatch(/^source,destination,/);
  }, 60_000);

  it("keeps a network that can be proved again", () => {
    const kept = join(folder, "kept.json");
    const first = archipel("prove", estate, "--from", "FILE", "--network", kept, "--json");
    expect(first.status).toBe(0);
    expect(networkOfFile(kept)).toEqual(networkOfFile(join(folder, "small.json")));
  }, 20_000);
});

describe("a mistake", () => {
  const mistakes: readonly (readonly [string, () => unknown])[] = [
    ["end-unknown", () => explainNetwork(small, { from: "portal", to: "nobody", service: "icmp" })],
    ["end-unknown", () => explainNetwork(small, { from: "portal", to: "10.0.0.0/8", service: "icmp" })],
    ["service-unknown", () => explainNetwork(small, { from: "portal", to: "payroll", service: "http" })],
    ["service-unknown", () => explainNetwork(small, { from: "portal", to: "payroll", service: "tcp/65536" })],
    ["application-unknown", () => blastRadiusOf(small, "portals")],
    ["source-unknown", () => networkOfFile("nowhere.json")],
    ["document-unreadable", () => networkOfFile(join(root, "README.md"))],
  ];
  it.each(mistakes)("is the reader's: %s", (code, make) => {
    expect(make).toThrowError(expect.objectContaining({ code, exitCode: 2 }));
  });

  it("about a sender is told apart: an address that nobody has sends nothing", () => {
    const [prefix] = small.network.privateNetworks.find(({ name }) => name === "portal")?.prefixes ?? [];
    const address = (prefix ?? "").replace(/(\d+)\/\d+$/, (_, last) => String(Number(last) + 60));
    const asked = { from: address, to: "payroll", service: "icmp" };
    expect(() => explainNetwork(small, asked)).toThrowError(
      /nobody has the address .*, of the network portal/,
    );
    expect(explainNetwork(small, { ...asked, from: "payroll", to: address }).verdict).not.toBe("allowed");
  });
});

describe("a file", () => {
  it("may be what the engine says of the stacks: states, previews, one or all of them", () => {
    const file = join(folder, "documents.json");
    writeFileSync(file, JSON.stringify(statesOf(documents)));
    expect(networkOfFile(file)).toEqual(small.network);
    writeFileSync(file, JSON.stringify(previewsOf(documents)));
    expect(networkOfFile(file)).toEqual(readNetwork(joined(previewsOf(documents).map(fromPreview))));
  });

  it("that is neither is the reader's mistake", () => {
    const file = join(folder, "neither.json");
    for (const text of ["[1]", "{}", "not JSON", '{"nodes": []}']) {
      writeFileSync(file, text);
      expect(() => networkOfFile(file)).toThrowError(
        expect.objectContaining({ code: "document-unreadable", exitCode: 2 }),
      );
    }
  });
});

it("guadeloupe has nothing to lint, and every failure of it is proved", async () => {
  const read = readOf(await estateResources("estates/guadeloupe"));
  expect(lintNetwork(read, today).findings).toEqual([]);
  const report = everyFailure(read);
  expect(report.results.filter(({ held }) => !held)).toEqual([]);
  expect(report.results).toHaveLength(23);
  const diff = diffNetworks(read, read);
  expect(diff.changes).toEqual([]);
  const radius = blastRadiusOf(read, "payroll");
  expect(radius.held).toBe(true);
  expect(radius.direct.every(({ declarations }) => declarations.length > 0)).toBe(true);
}, 120_000);
