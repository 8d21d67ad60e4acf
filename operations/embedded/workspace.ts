/** A world made ready to run the engine in: tools, keys, variables. */
import { ensureToolchain } from "../../local/toolchain/index.ts";
import type { Workspace } from "../engine/engine.ts";
import { ensureCredentials } from "./credentials.ts";
import { accountEnvironment, embeddedEnvironment, type Place } from "./environment.ts";
import { exclusively, makeFolders, type World } from "./world.ts";

/** Gets the toolchain and the world's keys where they are missing; starts nothing. */
export async function openWorkspace(
  world: World,
  place: Place,
  report: (line: string) => void,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Workspace> {
  makeFolders(world);
  const tools = await ensureToolchain({ report });
  await tools.installPlugins(world.pulumiHome);
  if (place === "account") return { world, environment: accountEnvironment(world, tools, environment) };
  const credentials = await exclusively(world, "credentials", () => ensureCredentials(world));
  return { world, environment: embeddedEnvironment(world, credentials, tools, environment) };
}
