import { createRequire } from "node:module";
import { join } from "node:path";
import messages from "@pulumi/pulumi/proto/language_pb.js";
import type { Children } from "./children.ts";

/** The SDK's runner exits with this code when it has already told the user what went wrong. */
const ALREADY_REPORTED = 32;

/** A module of the @pulumi/pulumi that a program itself depends on. Throws a message for the user when there is none. */
export function sdkModule(folder: string, path: string): string {
  try {
    return createRequire(join(folder, "package.json")).resolve(`@pulumi/pulumi/${path}`);
  } catch {
    throw new Error(`@pulumi/pulumi is not installed for ${folder}: run \`npm ci\` there.`);
  }
}

function runnerArguments(request: messages.RunRequest, engine: string): string[] {
  const flags: Readonly<Record<string, string>> = {
    monitor: request.getMonitorAddress(),
    engine,
    organization: request.getOrganization(),
    project: request.getProject(),
    "root-directory": request.getInfo()?.getRootDirectory() ?? "",
    stack: request.getStack(),
    pwd: request.getPwd(),
    "dry-run": request.getDryrun() ? "true" : "",
    parallel: String(request.getParallel()),
  };
  return [
    ...Object.entries(flags).flatMap(([name, value]) => {
      if (value === "") return [];
      return value === "true" ? [`--${name}`] : [`--${name}`, value];
    }),
    request.getInfo()?.getEntryPoint() || request.getProgram() || ".",
    ...request.getArgsList(),
  ];
}

function programEnvironment(request: messages.RunRequest): NodeJS.ProcessEnv {
  const options = request.getInfo()?.getOptions()?.toJavaScript() ?? {};
  return {
    ...process.env,
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toArray())),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    // `typescript: false` leaves TypeScript to Node itself; anything else means ts-node, as with Pulumi's own host.
    ...(options.typescript === false ? {} : { PULUMI_NODEJS_TYPESCRIPT: "true" }),
  };
}

/** Runs a program to its end. What it prints goes to the engine through the host's own output. */
export function runProgram(
  request: messages.RunRequest,
  engine: string,
  children: Children,
): Promise<messages.RunResponse> {
  const folder = request.getInfo()?.getProgramDirectory() || request.getPwd();
  const runner = sdkModule(folder, "cmd/run/index.js");
  const child = children.startNode([runner, ...runnerArguments(request, engine)], {
    cwd: request.getPwd() || folder,
    env: programEnvironment(request),
    stdio: ["ignore", "inherit", "inherit"],
  });
  return new Promise((resolve) => {
    const response = new messages.RunResponse();
    child.once("error", (error) => resolve(response.setError(`the program did not start: ${error.message}`)));
    child.once("exit", (code, signal) => {
      if (code === 0) resolve(response);
      else if (code === ALREADY_REPORTED) resolve(response.setBail(true));
      else if (code === null) resolve(response.setError(`the program was ended by ${signal}`));
      else resolve(response.setError(`the program ended with exit code ${code}`));
    });
  });
}
