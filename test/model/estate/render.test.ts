/** Problems as a reader and as a program see them. */
import { describe, expect, it } from "vitest";
import { parseEstate, renderJson, renderText } from "../../../model/estate/index.ts";
import { readOverlay, today } from "../../estates/read-estate.ts";

function problemsOf(overlay: string) {
  const result = parseEstate(readOverlay(overlay).files, today);
  return result.ok ? result.warnings : result.problems;
}

describe("rendering", () => {
  it("says where, what, what is allowed and what to do", () => {
    expect(renderText(problemsOf("refused/workload-unknown"))).toBe(
      [
        "applications/portal.yaml:14:31: error REF-003: unknown workload",
        "  services[0].workload: got portal-wbe; allowed: one of portal-web",
        "  → did you mean `portal-web`?",
      ].join("\n"),
    );
  });

  it("gives a program the same and nothing less", () => {
    expect(JSON.parse(renderJson(problemsOf("refused/workload-unknown")))).toEqual([
      {
        title: "unknown workload",
        code: "REF-003",
        severity: "error",
        at: { file: "applications/portal.yaml", line: 14, column: 31 },
        path: "services[0].workload",
        got: "portal-wbe",
        allowed: "one of portal-web",
        hint: "did you mean `portal-web`?",
      },
    ]);
  });

  it("sorts, whatever the order given", () => {
    const problems = [
      ...problemsOf("refused/workload-unknown"),
      ...problemsOf("refused/flow-to-admin"),
      ...problemsOf("refused/backup-level-unknown"),
    ];
    expect(renderText([...problems].reverse())).toBe(renderText(problems));
    expect(renderText(problems).match(/^\S+:\d+:\d+/gm)).toEqual([
      "applications/payroll.yaml:16:92",
      "applications/portal.yaml:14:31",
      "applications/portal.yaml:16:11",
    ]);
  });

  it("cuts a value that would flood the screen", () => {
    const long = "x".repeat(500);
    const { files } = readOverlay("refused/workload-unknown");
    const result = parseEstate(new Map([...files, ["sites.yaml", `sites: ${long}\n`]]), today);
    const got = result.ok ? "" : (result.problems.at(-1)?.got ?? "");
    expect(got).toBe(`${"x".repeat(79)}…`);
  });
});
