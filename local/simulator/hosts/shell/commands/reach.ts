import { type CommandContext, type CommandOutput, type CommandTable, failure, open } from "../command.ts";

async function ping(args: string[], { host }: CommandContext): Promise<CommandOutput> {
  const target =
    args.findLast((arg, index) => !arg.startsWith("-") && !/^-[cWwiIs]$/.test(args[index - 1] ?? "")) ?? "";
  const answer = await host.reach({ protocol: "icmp", address: target, port: undefined });
  const sent = `PING ${target} (${target}) 56(84) bytes of data.\n`;
  if (answer.arrives)
    return {
      stdout: `${sent}64 bytes from ${target}: icmp_seq=1 ttl=64 time=0.4 ms\n\n--- ${target} ping statistics ---\n1 packets transmitted, 1 received, 0% packet loss\n`,
    };
  return {
    stdout: `${sent}\n--- ${target} ping statistics ---\n1 packets transmitted, 0 received, 100% packet loss\n`,
    exitCode: 1,
  };
}

/** `nc -z`: whether a TCP connection opens. */
async function nc(args: string[], { host }: CommandContext): Promise<CommandOutput> {
  const operands = args.filter(
    (arg, index) => !arg.startsWith("-") && !/^-[wsp]$/.test(args[index - 1] ?? ""),
  );
  const [target = "", port = ""] = operands;
  if (!args.some((arg) => /^-[a-z]*z/.test(arg))) return failure("nc: only -z (does it connect) is likened");
  if (args.some((arg) => /^-[a-z]*u/.test(arg)))
    return failure("nc: -u says nothing about UDP and is not likened");
  const answer = await host.reach({ protocol: "tcp", address: target, port: Number(port) });
  if (answer.arrives) return { stderr: `Connection to ${target} ${port} port [tcp/*] succeeded!\n` };
  const why = answer.refused ? "Connection refused" : "Connection timed out";
  return failure(`nc: connect to ${target} port ${port} (tcp) failed: ${why}`);
}

async function curl(args: string[], { host }: CommandContext): Promise<CommandOutput> {
  const url = args.find((arg) => /^https?:\/\//.test(arg));
  if (url === undefined)
    return failure("curl: (3) URL rejected: only http:// URLs of addresses are likened", 3);
  const { hostname, port, protocol } = new URL(url);
  const silent = args.some((arg) => /^-[a-zA-Z]*s/.test(arg));
  if (!/^[\d.]+$/.test(hostname))
    return silent ? { exitCode: 6 } : failure(`curl: (6) Could not resolve host: ${hostname}`, 6);
  const number = port === "" ? (protocol === "https:" ? 443 : 80) : Number(port);
  const answer = await host.reach({ protocol: "tcp", address: hostname, port: number });
  if (answer.arrives) return { stdout: `${JSON.stringify(answer.server)}\n` };
  const code = answer.refused ? 7 : 28;
  return silent
    ? { exitCode: code }
    : failure(`curl: (${code}) Failed to connect to ${hostname} port ${number}`, code);
}

/** Programs that try a path through the network: they ask the fabric. */
export const reachCommands: CommandTable = {
  ping: open(ping),
  nc: open(nc),
  curl: open(curl),
};
