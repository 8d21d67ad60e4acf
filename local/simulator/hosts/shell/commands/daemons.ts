import {
  type CommandContext,
  type CommandOutput,
  type CommandTable,
  failure,
  lines,
  open,
  privileged,
} from "../command.ts";

async function keepalived(args: string[], { host, resolve }: CommandContext): Promise<CommandOutput> {
  if (args.includes("-v") || args.includes("--version"))
    return { stderr: "Keepalived v2.3.3 (03/30,2025)\n" };
  const isTest = args.some((arg) => /^(-t|--config-test(=.*)?)$/.test(arg));
  if (!isTest) return failure("keepalived: started by systemd only; here: -t, --config-test, -v", 1);
  const at = args.findIndex((arg) => arg === "-f" || arg === "--use-file");
  const attached = args.find((arg) => arg.startsWith("--use-file="))?.slice("--use-file=".length);
  const path = attached ?? (at >= 0 ? args[at + 1] : undefined);
  const problems = await host.keepalivedProblems(path === undefined ? undefined : resolve(path));
  return problems.length === 0 ? {} : failure(problems.join("\n"), 4);
}

/** `conntrackd`: what a failover script sends to the running daemon; there are no flows to hand over here. */
async function conntrackd(args: string[], { host }: CommandContext): Promise<CommandOutput> {
  const configAt = args.indexOf("-C");
  if (configAt >= 0) {
    const refusal = await host.daemons.conntrackd?.refuses?.();
    if (refusal !== undefined) return failure(refusal);
  }
  if (args.includes("-s") && host.systemd.activeState("conntrackd") === "active") {
    return lines("cache internal:", "current active connections:\t           0");
  }
  if (host.systemd.activeState("conntrackd") !== "active" && args.some((arg) => /^-[cfknBRst]$/.test(arg))) {
    return failure("can't connect: is conntrackd running? appropriate permissions?");
  }
  return {};
}

async function sshd(args: string[], { host }: CommandContext): Promise<CommandOutput> {
  if (!args.includes("-t")) return failure("sshd: started by systemd only; here: -t");
  const refusal = await host.daemons.sshd?.refuses?.();
  return refusal === undefined ? {} : failure(refusal, 255);
}

/** Sockets that are listened on, as `ss -ltn` prints them. */
async function ss(_args: string[], { host }: CommandContext): Promise<CommandOutput> {
  const rows = (await host.listeners()).map(
    ({ protocol, address, port, unit }) => `${protocol} LISTEN 0 4096 ${address ?? "*"}:${port} *:* ${unit}`,
  );
  return lines("Netid State Recv-Q Send-Q Local Address:Port Peer Address:Port Process", ...rows);
}

/** Commands of the daemons whose effect is likened. */
export const daemonCommands: CommandTable = {
  keepalived: privileged(keepalived),
  conntrackd: privileged(conntrackd),
  conntrack: privileged(async () => ({})),
  sshd: privileged(sshd),
  ss: open(ss),
};
