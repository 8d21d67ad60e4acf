/** What a policy is told to let be: that one thing, until that day, and never in silence. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { exemptionsValid } from "../../policies/governance/exemptions-valid.ts";
import { personalDocumentsTwoYears } from "../../policies/governance/personal-documents-two-years.ts";
import { exemptionsInUse } from "../../policies/kit/exemptions.ts";
import { bucketPrivate } from "../../policies/segmentation/bucket-private.ts";
import * as p from "./pieces.ts";
import { judge, laidOf, shownToPolicies, type Verdict } from "./resources.ts";

let folder: string;

beforeAll(() => {
  vi.useFakeTimers({ now: new Date("2026-11-25"), toFake: ["Date"] });
  folder = mkdtempSync(join(tmpdir(), "archipel-exemptions-"));
});
afterAll(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

const urnOf = (name: string) => `urn:pulumi:dev::archipel::scaleway:object/bucket:Bucket::${name}`;
const exemption = (urn: string, expires = "2027-01-31", policy = "bucket-private") =>
  `  - { policy: ${policy}, urn: "${urn}", reason: "the town's open data", approver: data-office, expires: "${expires}" }\n`;

let files = 0;

/** Runs a policy on two public buckets, then says what is in use. */
async function run(...entries: readonly string[]): Promise<{ verdict: Verdict; inUse: Verdict }> {
  files += 1;
  const file = join(folder, `${files}.yaml`);
  writeFileSync(file, `exemptions:\n${entries.join("")}`);
  const buckets = ["open-data", "letters"].map((name) => p.bucket({ acl: "public-read" }, { name }));
  const resources = shownToPolicies(laidOf(buckets), { exemptions: file });
  const verdict = await judge(bucketPrivate, resources);
  return { verdict, inUse: await judge(exemptionsInUse("segmentation", [bucketPrivate]), resources) };
}

describe("an exemption", () => {
  it("covers its policy on its resource alone, and is counted", async () => {
    const { verdict, inUse } = await run(exemption(urnOf("open-data")));
    expect(verdict.violations).toEqual([expect.stringContaining("letters: acl")]);
    expect(inUse.violations).toEqual([
      expect.stringMatching(
        /1 in force: bucket-private on .*open-data.*until 2027-01-31, approved by data-office/,
      ),
    ]);
  });

  it("covers nothing past its day: the violation is back, with what is known of it", async () => {
    const { verdict, inUse } = await run(exemption(urnOf("open-data"), "2026-11-24"));
    expect(verdict.violations).toHaveLength(2);
    expect(verdict.violations[0]).toContain("approved by data-office, expired on 2026-11-24");
    expect(inUse.notApplicable).toBeDefined();
  });

  it("holds on its last day", async () => {
    const { verdict } = await run(exemption(urnOf("open-data"), "2026-11-25"));
    expect(verdict.violations).toHaveLength(1);
  });

  it("that was approved again covers, beside the one that ended", async () => {
    const { verdict } = await run(exemption(urnOf("open-data"), "2026-10-31"), exemption(urnOf("open-data")));
    expect(verdict.violations).toEqual([expect.stringContaining("letters: acl")]);
  });

  it("that covers nothing is warned of", async () => {
    const { inUse } = await run(exemption(urnOf("gone")));
    expect(inUse.violations).toEqual([expect.stringContaining("covers nothing: bucket-private")]);
  });

  it("of another policy covers nothing here, and is another pack's to count", async () => {
    const { verdict, inUse } = await run(exemption(urnOf("open-data"), "2027-01-31", "bucket-versioned"));
    expect(verdict.violations).toHaveLength(2);
    expect(inUse.notApplicable).toBeDefined();
  });

  it("has no pattern", async () => {
    const { verdict } = await run(exemption("urn:pulumi:dev::archipel::scaleway:object/bucket:Bucket::*"));
    expect(verdict.violations).toHaveLength(2);
  });

  it("of what the estate declares names it, and covers that alone", async () => {
    const text = String(p.archive["applications/archive.yaml"]).replaceAll(
      /retentionDays: (730|180)/g,
      "retentionDays: 3650",
    );
    const { sketches, stack } = p.reviewing({
      "applications/archive.yaml": text,
      "exemptions.yaml": `exemptions:\n${exemption("urn:archipel:small:data:scanned-letters", "2027-01-31", "personal-documents-two-years")}`,
    });
    const { violations } = await judge(personalDocumentsTwoYears, shownToPolicies(laidOf(sketches, stack)));
    expect(violations).toEqual([expect.stringContaining("backup-copies: kept 3650 days")]);
  });
});

describe("a file of exemptions", () => {
  it.each([
    [
      "without a reason",
      "  - { policy: bucket-private, urn: 'urn:x', approver: a-team, expires: '2027-01-31' }\n",
      "reason",
    ],
    ["with a pattern's field", `${exemption(urnOf("x")).replace(" }", ", pattern: x }")}`, "pattern"],
    ["with a day that is none", exemption(urnOf("x"), "soon"), "a day written YYYY-MM-DD"],
  ])("grants nothing when an entry is %s", async (_, entry, said) => {
    const { verdict } = await run(exemption(urnOf("open-data")), entry);
    expect(verdict.violations).toHaveLength(2);
    const settings = { exemptions: join(folder, `${files}.yaml`) };
    const { violations } = await judge(exemptionsValid, shownToPolicies(laidOf([p.bucket()]), settings));
    expect(violations).toEqual([expect.stringContaining(said)]);
  });
});
