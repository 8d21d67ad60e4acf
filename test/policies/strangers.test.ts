/** Programs that have no estate, in the usual bad styles, previewed: what is wrong is caught, and what needs an estate is silent. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { layOut } from "../helpers/laid-out.ts";
import { allPolicies, trippedBy } from "./all-policies.ts";
import { laid, stackOf } from "./estate-programs.ts";
import { judge, type Laid, shownToPolicies } from "./resources.ts";

const folder = join(import.meta.dirname, "strangers");
const styles = readdirSync(folder).map((file) => file.replace(/\.ts$/, ""));

interface Stranger {
  readonly caughtBy: readonly string[];
  readonly program: () => void;
}

async function previewOf(
  style: string,
): Promise<{ readonly stranger: Stranger; readonly resources: readonly Laid[] }> {
  const stranger = (await import(join(folder, `${style}.ts`))) as Stranger;
  const { resources } = await layOut(stranger.program, { stack: "dev" });
  const { props: _, ...stack } = stackOf("dev", {});
  return {
    stranger,
    resources: [{ ...stack, props: {} }, ...resources.map((each) => laid(each, "preview"))],
  };
}

it("has ten styles at least", () => {
  expect(styles.length).toBeGreaterThan(10);
});

describe.each(styles)("%s", (style) => {
  it("is caught by what it does wrong", async () => {
    const { stranger, resources } = await previewOf(style);
    const tripped = await trippedBy(resources);
    if (stranger.caughtBy.length === 0) expect(Object.fromEntries(tripped)).toEqual({});
    else expect([...tripped.keys()]).toEqual(expect.arrayContaining([...stranger.caughtBy]));
  });

  it("hears nothing of an estate", async () => {
    const { resources } = await previewOf(style);
    const shown = shownToPolicies(resources);
    for (const policy of allPolicies) {
      const { violations, notApplicable } = await judge(policy, shown);
      if (notApplicable?.includes("names no estate")) expect(violations).toEqual([]);
    }
  });
});
