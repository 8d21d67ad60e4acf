/** A problem points at the character that is wrong, in the file that has it, and says what was found there. */
import { describe, expect, it } from "vitest";
import { parseEstate } from "../../../model/estate/index.ts";
import { readEstate, today } from "../../estates/read-estate.ts";

/** Problems of the small estate with some files written otherwise, one a line: `file:line:column CODE path got`. */
function problems(files: Readonly<Record<string, string>>): string[] {
  const result = parseEstate(new Map([...readEstate("small"), ...Object.entries(files)]), today);
  const found = result.ok ? result.warnings : result.problems;
  return found.map(({ at, code, path, got }) => `${at.file}:${at.line}:${at.column} ${code} ${path} ${got}`);
}

describe("positions", () => {
  it("count lines and columns from 1, in block and in flow style", () => {
    const backups = [
      "levels:",
      "  - name: daily",
      "    everyHours: 0",
      "    keepDays: 30",
      "    locked: locked",
      "    encrypted: encrypted",
      "",
    ];
    expect(problems({ "backups.yaml": backups.join("\n") })).toEqual([
      "backups.yaml:3:17 SHAPE-006 levels[0].everyHours 0",
    ]);
    const flow =
      "levels: [{ name: daily, everyHours: 0, keepDays: 30, locked: locked, encrypted: encrypted }]\n";
    expect(problems({ "backups.yaml": flow })).toEqual([
      "backups.yaml:1:37 SHAPE-006 levels[0].everyHours 0",
    ]);
  });

  it("hold with comments, Windows line ends and a byte order mark", () => {
    const text =
      "\uFEFF# levels\r\nlevels:\r\n  # one\r\n  - { name: daily, everyHours: no, keepDays: 30, locked: locked, encrypted: encrypted }\r\n";
    expect(problems({ "backups.yaml": text })).toEqual([
      "backups.yaml:4:32 SHAPE-003 levels[0].everyHours no",
    ]);
  });

  it("point an unknown key at the key, and a missing one at what lacks it", () => {
    const text =
      "levels:\n  - { name: daily, everyHour: 24, keepDays: 30, locked: locked, encrypted: encrypted }\n";
    expect(problems({ "backups.yaml": text })).toEqual([
      "backups.yaml:2:5 SHAPE-002 levels[0].everyHours nothing",
      "backups.yaml:2:20 SHAPE-001 levels[0].everyHour everyHour",
    ]);
  });

  it("give an empty file its first character", () => {
    expect(problems({ "sites.yaml": "" })).toEqual(["sites.yaml:1:1 SHAPE-003  null"]);
  });

  it("report every file at once, sorted by file and line, shape and references together", () => {
    const found = problems({
      "sites.yaml": "sites: no\n",
      "backups.yaml": "levels: []\n",
      "access.yaml": "groups: []\nextra: 1\n",
    });
    expect(found).toEqual([
      "access.yaml:2:1 SHAPE-001 extra extra",
      "applications/payroll.yaml:16:92 REF-004 data[0].backup daily",
      "sites.yaml:1:8 SHAPE-003 sites no",
    ]);
  });

  it("do not call undefined what a file with another mistake declares", () => {
    const payroll = readEstate("small").get("applications/payroll.yaml") ?? "";
    expect(problems({ "applications/payroll.yaml": payroll.replace("peak: 20", "peak: many") })).toEqual([
      "applications/payroll.yaml:8:7 SHAPE-003 peak many",
    ]);
    expect(problems({ "applications/payroll.yaml": `${payroll}data: []\n` })).toEqual([
      "applications/payroll.yaml:17:1 YAML-002  data",
    ]);
  });

  it("do not call undefined a site of a file with another mistake", () => {
    const harbour = readEstate("valid/harbour");
    const sites = (harbour.get("sites.yaml") ?? "").replace("owner: harbour-office", "owner: 12");
    const result = parseEstate(new Map([...harbour, ["sites.yaml", sites]]), today);
    expect(result.ok ? [] : result.problems.map(({ code, path }) => `${code} ${path}`)).toEqual([
      "SHAPE-003 sites[0].owner",
    ]);
  });

  it("suggest the nearest word, and none when none is near", () => {
    const hints = (line: string) => {
      const result = parseEstate(
        new Map([...readEstate("small"), ["sites.yaml", `sites: []\n${line}\n`]]),
        today,
      );
      return result.ok ? [] : result.problems.map(({ hint }) => hint);
    };
    expect(hints("stes: 1")).toEqual(["did you mean `sites`?"]);
    expect(hints("sitse: 1")).toEqual(["did you mean `sites`?"]);
    expect(hints("firewalls: 1")).toEqual(["remove the key"]);
  });
});
