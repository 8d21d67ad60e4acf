/** A world of its own for a test: a project in a temporary folder, with its own simulated Scaleway and backend. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { startSimulator, stopSimulator } from "../../operations/embedded/simulator-process.ts";
import { openWorkspace } from "../../operations/embedded/workspace.ts";
import { worldAt } from "../../operations/embedded/world.ts";
import type { Workspace } from "../../operations/engine/engine.ts";
import { endOrphans } from "../../operations/recover/orphans.ts";

export interface TestWorld extends Workspace {
  readonly url: string;
  close(): Promise<void>;
}

/** Opens a world whose project runs `program` (absolute path of its first file). */
export async function openTestWorld(project: string, program: string): Promise<TestWorld> {
  const folder = mkdtempSync(join(tmpdir(), `archipel-${project}-`));
  writeFileSync(
    join(folder, "Pulumi.yaml"),
    stringify({
      name: project,
      runtime: { name: "nodejs", options: { typescript: false } },
      main: program,
      stackConfigDir: "config",
    }),
  );
  const world = worldAt(folder, { configuration: "config" });
  const { url } = await startSimulator(world);
  const workspace = await openWorkspace(world, "embedded", () => {});
  return {
    ...workspace,
    url,
    close: async () => {
      await endOrphans(world);
      await stopSimulator(world);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
