/** Every mutant, and the programs that they are mutants of. */
import { estatePrograms } from "../estate-programs.ts";
import * as p from "../pieces.ts";
import { type Laid, laidOf } from "../resources.ts";
import { mutants as governance } from "./governance.ts";
import type { Base, Mutant } from "./mutant.ts";
import { mutants as resilience } from "./resilience.ts";
import { mutants as segmentation } from "./segmentation.ts";

export const mutants: Readonly<Record<string, Mutant>> = { ...segmentation, ...resilience, ...governance };

/** What guadeloupe has not, as the small estate would have it. */
function services(): readonly Laid[] {
  return laidOf(
    [
      p.estate({ estate: p.estateWith(p.archive) }),
      p.database(),
      p.replica(),
      p.databaseAcl(),
      p.cache(),
      p.bucket(),
      p.bucketEncryption(),
      p.backupBucket(),
      p.bucketLock(),
      p.bucketEncryption("copies"),
      p.volume(),
      p.apiKey(),
    ],
    "small.services",
  );
}

/** A program that trips no policy. */
export async function baseOf(base: Base): Promise<readonly Laid[]> {
  return base === "services" ? services() : (await estatePrograms("guadeloupe"))[base];
}

/** The program with its one change. */
export async function mutated({ base, change, estate }: Mutant): Promise<readonly Laid[]> {
  const program = await baseOf(base);
  const changed = change === undefined ? program : change(program);
  if (estate === undefined) return changed;
  const folder = p.estateWith(estate, "guadeloupe");
  return changed.map((each) =>
    each.type === "pulumi:pulumi:Stack" ? { ...each, props: { ...each.props, estate: folder } } : each,
  );
}
