import type { ServerWritableStream } from "@grpc/grpc-js";
import messages from "@pulumi/pulumi/proto/language_pb.js";
import type { Children } from "./children.ts";
import { sdkModule } from "./program.ts";

/** The engine's list of NAME=VALUE, in which the last of several wins. */
function parseEnvironment(entries: readonly string[]): NodeJS.ProcessEnv {
  return Object.fromEntries(
    entries.map((entry) => {
      const separator = entry.indexOf("=");
      return [entry.slice(0, separator), entry.slice(separator + 1)];
    }),
  );
}

/**
 * A policy pack is a plain Node program: Node strips its types, and creating the pack starts its server. The SDK's
 * `run-policy-pack` would load ts-node first, which TypeScript 6 refuses.
 */
function command(request: messages.RunPluginRequest, folder: string): string[] {
  const args = request.getArgsList();
  if (request.getKind() === "analyzer") return [folder, ...args];
  return [sdkModule(folder, "cmd/run-plugin/index.js"), folder, ...args];
}

/** Runs a plugin written for Node: a policy pack (analyzer) or a provider. Its output streams to the engine until it ends. */
export function runPlugin(
  call: ServerWritableStream<messages.RunPluginRequest, messages.RunPluginResponse>,
  children: Children,
): void {
  const { request } = call;
  const folder = request.getInfo()?.getProgramDirectory() || request.getPwd();
  const entries = request.getEnvList();
  const child = children.startNode(command(request, folder), {
    // The policy SDK reads the pack's package.json from the working directory.
    cwd: request.getKind() === "analyzer" ? folder : request.getPwd() || folder,
    env: entries.length > 0 ? parseEnvironment(entries) : process.env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout?.on("data", (chunk: Buffer) => call.write(new messages.RunPluginResponse().setStdout(chunk)));
  child.stderr?.on("data", (chunk: Buffer) => call.write(new messages.RunPluginResponse().setStderr(chunk)));
  child.once("error", (error) => call.destroy(error));
  child.once("close", (code) => {
    call.write(new messages.RunPluginResponse().setExitcode(code ?? 1));
    call.end();
  });
  call.on("cancelled", () => child.kill("SIGKILL"));
}
