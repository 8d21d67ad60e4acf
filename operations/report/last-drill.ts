/** The newest evidence that a drill of an estate left in this checkout. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { DrillEvidence } from "../disaster/drill.ts";

const zone = z.enum(["par-1", "par-2"]);

/** What `archipel drill` writes; a page must not be made of anything else that lies in that folder. */
const shape: z.ZodType<DrillEvidence> = z.object({
  estate: z.string(),
  lost: zone,
  survivor: zone,
  startedAt: z.string(),
  steps: z.array(
    z.object({ step: z.string(), startedAt: z.string(), seconds: z.number(), mark: z.literal("measured") }),
  ),
  recoverySeconds: z.number(),
  switchUpdates: z.number(),
  backUpdates: z.number(),
  calls: z.object({ all: z.number(), toLostZone: z.array(z.string()) }),
  applications: z.array(
    z.object({
      application: z.string(),
      recovery: z.string(),
      targetSeconds: z.number(),
      measuredSeconds: z.number(),
      verdict: z.enum(["met", "missed"]),
    }),
  ),
  names: z.array(
    z.object({ name: z.string(), addresses: z.array(z.string()), verdict: z.enum(["served", "lost"]) }),
  ),
  writers: z.array(
    z.object({ group: z.string(), server: z.string(), verdict: z.enum(["told", "not told"]) }),
  ),
  faults: z.array(z.string()),
  verdict: z.enum(["passed", "failed"]),
});

export interface LastDrill {
  readonly evidence: DrillEvidence | undefined;
  /** Newer files of the same name that hold no evidence, such as one cut short. */
  readonly unreadable: readonly string[];
}

/** `folder`: where evidence lies; it need not exist. Names start with the time, so the last name is the newest drill. */
export function lastDrill(folder: string, estate: string): LastDrill {
  const unreadable: string[] = [];
  if (!existsSync(folder)) return { evidence: undefined, unreadable };
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".json") && name.includes(`-${estate}-lose-`))
    .sort()
    .reverse()
    .map((name) => join(folder, name));
  for (const file of files) {
    const parsed = shape.safeParse(parseJson(readFileSync(file, "utf8")));
    if (!parsed.success) unreadable.push(file);
    else if (parsed.data.estate === estate) return { evidence: parsed.data, unreadable };
  }
  return { evidence: undefined, unreadable };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
