/** The variables that point the Pulumi engine and Scaleway's clients at a world, or leave a user's own alone. */
import { delimiter, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Credentials } from "./credentials.ts";
import type { World } from "./world.ts";

export type Environment = Readonly<Record<string, string>>;

/** Where the engine was put: the folder of `pulumi` and its language host. */
export interface Tools {
  readonly bin: string;
}

/** `embedded`: the simulated Scaleway. `account`: the user's own credentials and backend, which are never mixed with ours. */
export type Place = "embedded" | "account";

/**
 * The world's states. Without metadata files beside them: a kill while one is written leaves it empty, and the engine then
 * refuses the state ("failed to load checkpoint: EOF", 3.250).
 */
function backendUrl(world: World): string {
  return `${pathToFileURL(world.backend).href}?metadata=skip`;
}

/**
 * The user's own choice: any Scaleway credential or Pulumi backend in the environment means an account, unless they are this
 * world's, as `archipel env` prints them.
 */
export function placeOf(world: World, environment: NodeJS.ProcessEnv): Place {
  if (environment.PULUMI_BACKEND_URL === backendUrl(world)) return "embedded";
  const own = Object.keys(environment).some(
    (name) => (name.startsWith("SCW_") || name === "PULUMI_BACKEND_URL") && environment[name] !== "",
  );
  return own ? "account" : "embedded";
}

/**
 * The variables of the embedded world, alone. PULUMI_HOME is the world's own, so that a user's ~/.pulumi and its logins stay
 * untouched; the passphrase and the keys are named by file, never by value, where the tools allow it.
 */
export function embeddedVariables(world: World, credentials: Credentials): Environment {
  return {
    ARCHIPEL_SSH_KEY_FILE: world.sshKey,
    PULUMI_BACKEND_URL: backendUrl(world),
    PULUMI_CONFIG_PASSPHRASE_FILE: world.passphrase,
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_HOME: world.pulumiHome,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    SCW_ACCESS_KEY: credentials.accessKey,
    SCW_API_URL: `http://127.0.0.1:${credentials.port}`,
    // A file that never exists: a profile of the user's own must not answer for what is not set here.
    SCW_CONFIG_PATH: join(world.home, "no-scaleway-profile.yaml"),
    SCW_DEFAULT_ORGANIZATION_ID: credentials.organizationId,
    SCW_DEFAULT_PROJECT_ID: credentials.projectId,
    SCW_DEFAULT_REGION: "fr-par",
    SCW_DEFAULT_ZONE: "fr-par-1",
    SCW_SECRET_KEY: credentials.secretKey,
  };
}

/**
 * What the engine and the provider run with unless the caller says otherwise. Go collects its garbage half as often as by default: a tenth
 * less processor time in a preview, for 70 MB more.
 */
const tuning: Environment = { GOGC: "200" };

/** PATH with the engine and the running Node first: the language host starts programs with the `node` it finds there. */
export function searchPath(tools: Tools, environment: NodeJS.ProcessEnv): string {
  return [tools.bin, dirname(process.execPath), environment.PATH].filter(Boolean).join(delimiter);
}

/** What a child process of the embedded world gets: the caller's environment, but nothing of another Scaleway or Pulumi. */
export function embeddedEnvironment(
  world: World,
  credentials: Credentials,
  tools: Tools,
  environment: NodeJS.ProcessEnv,
): Environment {
  const kept = Object.entries(environment).filter(
    ([name, value]) => value !== undefined && !name.startsWith("SCW_") && !name.startsWith("PULUMI_"),
  ) as [string, string][];
  return {
    ...tuning,
    ...Object.fromEntries(kept),
    ...embeddedVariables(world, credentials),
    PATH: searchPath(tools, environment),
  };
}

/** What a child process on an account gets: the user's own environment, with the engine on PATH. */
export function accountEnvironment(world: World, tools: Tools, environment: NodeJS.ProcessEnv): Environment {
  const own = Object.entries(environment).filter(([, value]) => value !== undefined) as [string, string][];
  return {
    ...tuning,
    PULUMI_HOME: world.pulumiHome,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    ...Object.fromEntries(own),
    PATH: searchPath(tools, environment),
  };
}

/** `export` lines for a POSIX shell, sorted; values quoted so that any character is safe. */
export function exportLines(variables: Environment): string {
  return Object.keys(variables)
    .sort()
    .map((name) => `export ${name}='${(variables[name] as string).replaceAll("'", "'\\''")}'`)
    .join("\n");
}
