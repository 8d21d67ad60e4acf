/**
 * Pulumi's language host for Node 24: the engine starts it as `pulumi-language-nodejs [flags] ENGINE`, reads a port from its
 * standard output, and has it run programs and policy packs. Pulumi's own is not in any package registry; this one serves the
 * same protocol (pulumi/language.proto, 3.250) with the SDK's own runners.
 */
import {
  type handleServerStreamingCall,
  type handleUnaryCall,
  Server,
  ServerCredentials,
  status,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/language_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/language_pb.js";
import plugins from "@pulumi/pulumi/proto/plugin_pb.js";
import { Children } from "./children.ts";
import { leaveWithParent } from "./lifetime.ts";
import { readDependencies, requiredPackages } from "./packages.ts";
import { runPlugin } from "./plugin.ts";
import { runProgram } from "./program.ts";

const children = new Children();
let engine = process.argv.slice(2).findLast((argument) => !argument.startsWith("-")) ?? "";

function unary<Request, Response>(
  answer: (request: Request) => Response | Promise<Response>,
): handleUnaryCall<Request, Response> {
  return (call, reply) => {
    Promise.resolve()
      .then(() => answer(call.request))
      .then(
        (response) => reply(null, response),
        (error: Error) => reply({ code: status.UNKNOWN, details: error.message }),
      );
  };
}

const installDependencies: handleServerStreamingCall<
  messages.InstallDependenciesRequest,
  messages.InstallDependenciesResponse
> = (call) => {
  // Packages come from the lockfile only; a second way in would be one that nobody reviews.
  const text = Buffer.from("Dependencies are those of package-lock.json: run `npm ci`.\n");
  call.write(new messages.InstallDependenciesResponse().setStderr(text));
  call.end();
};

const service: UntypedServiceImplementation = {
  handshake: unary((request: messages.LanguageHandshakeRequest) => {
    engine = request.getEngineAddress() || engine;
    return new messages.LanguageHandshakeResponse();
  }),
  getPluginInfo: unary(() => new plugins.PluginInfo()),
  getRequiredPackages: unary((request: messages.GetRequiredPackagesRequest) =>
    requiredPackages(request.getInfo()?.getProgramDirectory() ?? process.cwd(), process.env),
  ),
  getProgramDependencies: unary((request: messages.GetProgramDependenciesRequest) => {
    const dependencies = readDependencies(request.getInfo()?.getProgramDirectory() ?? process.cwd());
    return new messages.GetProgramDependenciesResponse().setDependenciesList(
      dependencies.map(({ name, version }) =>
        new messages.DependencyInfo().setName(name).setVersion(version),
      ),
    );
  }),
  about: unary(() =>
    new messages.AboutResponse().setExecutable(process.execPath).setVersion(process.version),
  ),
  run: unary((request: messages.RunRequest) => runProgram(request, engine, children)),
  runPlugin: (call: Parameters<typeof runPlugin>[0]) => runPlugin(call, children),
  installDependencies,
};

const leave = (): void => {
  children.killAll();
  process.exit(0);
};
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, leave);
leaveWithParent(engine, leave);

// No limit on the size of a message: the engine sets none either.
const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
server.addService(services.LanguageRuntimeService, service);
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  process.stdout.write(`${port}\n`);
});
