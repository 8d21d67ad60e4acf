/** What people read of a replay: a verdict, its figures, the entry that opened something. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { declarationsOf } from "../../../model/proof/declarations.ts";
import { requireEstate } from "../../../operations/estates.ts";
import { proveInstants } from "../../../operations/proof/instants.ts";
import { instantsText } from "../../../operations/proof/instants-text.ts";
import { ids, rules, Story } from "../../model/proof/replay/story.ts";

const { estate } = requireEstate(join(import.meta.dirname, "../../estates/small"));
const declared = declarationsOf(estate);
const closed = rules([]);

function told(widened: boolean) {
  const story = new Story().networks();
  story.acls("drop");
  story.metal("198.51.100.1", closed);
  if (widened) story.rules(ids.metal, rules([8080]));
  story.rules(ids.metal, closed);
  return story.entries;
}

describe("a replay in words", () => {
  it("says that nothing was open, and how much it looked at", () => {
    const report = proveInstants({ estate, declared, entries: told(false), after: 0, compare: 5 });
    expect(report).toMatchObject({ held: true, open: [], compared: 5, differences: [] });
    const text = instantsText(report);
    expect(text).toContain("small, at every instant: NOTHING UNDECLARED WAS EVER OPEN");
    expect(text).toContain(`${report.entries} entries replayed, ${report.instants} instants proved`);
    expect(text).toContain("compared with the whole proof after 5 entries: 0 differences");
  });

  it("names the entry that opened something, the one that closed it, the packet and the rule", () => {
    const entries = told(true);
    const report = proveInstants({ estate, declared, entries, after: 0, compare: 0 });
    expect(report.held).toBe(false);
    const text = instantsText(report);
    expect(text).toContain("SOMETHING WAS OPEN");
    expect(text).toContain(`from entry ${entries.length - 1} to ${entries.length}: metal-1: rules`);
    expect(text).toContain("198.51.100.1:8080 tcp");
    expect(text).toContain("let through by metal-1: inet t input, rule 0");
  });

  it("never takes a log without entries, or without what it needs, for held", () => {
    const none = proveInstants({ estate, declared, entries: [], after: 0, compare: 5 });
    expect(none.held).toBe(false);
    expect(instantsText(none)).toContain("NOTHING TO REPLAY");
    const story = new Story().networks();
    story.call("POST", "/vpc/v2/regions/fr-par/vpcs", undefined);
    const unread = proveInstants({ estate, declared, entries: story.entries, after: 0, compare: 0 });
    expect(unread.held).toBe(false);
    expect(instantsText(unread)).toContain("is not in the log");
  });
});
