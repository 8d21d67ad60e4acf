import type { Duplex } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import ssh2, { type AuthContext, type Connection, type ServerChannel, type Session } from "ssh2";
import type { Reach } from "../fabric.ts";
import type { Host } from "../host.ts";
import { connectedPair } from "./in-process-socket.ts";
import { authorizedKeys, mayComeFrom } from "./keys.ts";
import { patternMatches, type SshdConfig } from "./sshd-config.ts";

/** A TCP connection that arrived at a host's SSH server. */
export interface Arrival {
  /** The client's address as the server sees it. */
  client: string;
  /** Whether answers still find their way back: rules and routes may have changed since. */
  stillAnswers(): Promise<boolean>;
}

/** Lets a bastion open connections for its clients. */
export type Forward = (
  host: Host,
  address: string,
  port: number,
) => Promise<{ reach: Reach; stream: Duplex | undefined }>;

/** Without input for so long, a command starts with none: an interactive client never closes its input. */
const inputGrace = 2_000;
/** Commands that are about their input wait for its end however late it comes: a busy client may take longer than any grace. */
const readsInput = /\b(?:sh|bash|dash)\s+-\w*s\b|\b(?:cat|tee)\b|-f\s+-(?:\s|$)|\/dev\/stdin/;

/** How often an answer that found no way is sent again, and for how long; a kernel goes on for minutes. */
const retransmission = 200;
const patience = 4_000;

interface Login {
  host: Host;
  config: SshdConfig;
  arrival: Arrival;
  forward: Forward;
  user: string;
  mayForward: boolean;
}

async function authenticate(login: Login, context: AuthContext): Promise<void> {
  if (context.method !== "publickey") return context.reject(["publickey"]);
  const { config, host, arrival } = login;
  const refused = (): void => context.reject(["publickey"]);
  if (context.username === "root" && !config.permitsRoot) return refused();
  if (config.allowUsers && !patternMatches(config.allowUsers, context.username)) return refused();
  for (const candidate of await authorizedKeys(
    host.filesystem,
    context.username,
    config.authorizedKeysFiles,
  )) {
    const isSame = candidate.key.type === context.key.algo.replace(/^rsa-sha2-\d+$/, "ssh-rsa");
    if (
      !isSame ||
      !candidate.key.getPublicSSH().equals(context.key.data) ||
      !mayComeFrom(candidate, arrival.client)
    )
      continue;
    const { blob, signature } = context;
    if (blob && signature && candidate.key.verify(blob, signature, context.hashAlgo) !== true)
      return refused();
    login.user = context.username;
    login.mayForward = candidate.mayForward;
    return context.accept();
  }
  refused();
}

/** A path that is gone for an instant, while links or rules are laid anew, only delays TCP; one that stays gone ends the session. */
async function answersWithin(arrival: Arrival, milliseconds: number): Promise<boolean> {
  const end = performance.now() + milliseconds;
  while (!(await arrival.stillAnswers())) {
    if (performance.now() > end) return false;
    await pause(retransmission);
  }
  return true;
}

async function execute(
  login: Login,
  client: Connection,
  channel: ServerChannel,
  script: string,
  environment: Record<string, string>,
): Promise<void> {
  const { host, arrival, user } = login;
  const chunks: Buffer[] = [];
  let started = false;
  const input = await new Promise<Buffer>((resolve) => {
    const grace = setTimeout(() => {
      if (chunks.length === 0 && !readsInput.test(script)) resolve(Buffer.alloc(0));
    }, inputGrace);
    channel.on("data", (chunk: Buffer) => {
      if (started) {
        // Input that comes after the grace would be lost in silence: fail loudly instead.
        channel.stderr.write(
          "simulator: input came later than 2 s after the command; send it at once or close it\n",
        );
        channel.close();
      } else chunks.push(chunk);
    });
    channel.on("end", () => {
      clearTimeout(grace);
      resolve(Buffer.concat(chunks));
    });
    channel.on("close", () => clearTimeout(grace));
  });
  started = true;
  const result = await host.run({
    script,
    stdin: input,
    environment,
    user,
    via: `ssh from ${arrival.client}`,
  });
  if (!host.up || !(await answersWithin(arrival, patience))) {
    // The command cut the path under its own session: its output never arrives, as in life.
    client.end();
    return;
  }
  if (channel.destroyed) return;
  channel.stderr.write(result.stderr);
  channel.write(result.stdout);
  channel.exit(result.exitCode);
  channel.end();
}

function serveSession(login: Login, client: Connection, session: Session): void {
  const environment: Record<string, string> = {};
  session.on("env", (accept, reject, info) => {
    if (!patternMatches(login.config.acceptEnv, info.key)) return reject?.();
    environment[info.key] = (info as { val?: string }).val ?? "";
    accept?.();
  });
  session.on("pty", (accept) => accept?.());
  session.on("signal", (accept) => accept?.());
  const start = (channel: ServerChannel, script: string): void => {
    execute(login, client, channel, script, environment).catch((error: unknown) => {
      channel.stderr.write(`simulator: ${error instanceof Error ? error.message : String(error)}\n`);
      channel.exit(255);
      channel.end();
    });
  };
  session.on("exec", (accept, _reject, info) => start(accept(), info.command));
  // A shell without a terminal reads its script from its input; with one, nothing is typed here.
  session.on("shell", (accept) => start(accept(), "bash -s"));
}

async function resolveName(host: Host, name: string): Promise<string | undefined> {
  if (/^[\d.]+$/.test(name) || name.includes(":")) return name;
  const hosts = ((await host.filesystem.textOf("/etc/hosts")) ?? "")
    .split("\n")
    .map((line) => line.split(/\s+/));
  return hosts.find(([, ...names]) => names.includes(name))?.[0];
}

function serveForwards(login: Login, client: Connection): void {
  client.on("tcpip", (accept, reject, info) => {
    const { host, config, forward } = login;
    const open = async (): Promise<void> => {
      const allowed =
        config.permitOpen === undefined ||
        patternMatches(config.permitOpen, `${info.destIP}:${info.destPort}`);
      if (!config.allowsForwarding || !login.mayForward || !allowed) return reject();
      const address = await resolveName(host, info.destIP);
      if (address === undefined) return reject();
      const { stream } = await forward(host, address, info.destPort);
      if (!stream) return reject();
      const channel = accept();
      channel.on("error", () => stream.destroy());
      stream.on("error", () => channel.destroy());
      channel.on("close", () => stream.destroy());
      stream.on("close", () => channel.end());
      channel.pipe(stream).pipe(channel);
    };
    open().catch(() => reject());
  });
}

/** Serves SSH on connections that the fabric let through, by the host's own configuration, keys and files. */
export class SshServers {
  private readonly forward: Forward;
  private readonly open = new Map<string, Set<Connection>>();

  constructor(forward: Forward) {
    this.forward = forward;
  }

  /** Serves one connection. The host key is read each time: a reinstalled host has another. */
  async serve(host: Host, stream: Duplex, arrival: Arrival): Promise<void> {
    const { sshd: config } = host;
    const key = await host.filesystem.textOf("/etc/ssh/ssh_host_ed25519_key");
    if (!config || key === undefined) {
      stream.destroy();
      return;
    }
    const server = new ssh2.Server({ hostKeys: [key], ident: "OpenSSH_10.0p2 Debian-7" });
    server.on("connection", (client) => {
      const login: Login = { host, config, arrival, forward: this.forward, user: "", mayForward: false };
      const connections = this.open.get(host.id) ?? new Set();
      this.open.set(host.id, connections.add(client));
      client.on("error", () => undefined);
      client.on("close", () => connections.delete(client));
      client.on("authentication", (context) => {
        authenticate(login, context).catch(() => context.reject());
      });
      client.on("session", (accept) => serveSession(login, client, accept()));
      serveForwards(login, client);
    });
    server.injectSocket(stream as Parameters<typeof server.injectSocket>[0]);
  }

  /** An in-process connection to a host's SSH server: the client's end. */
  connect(host: Host, arrival: Arrival): Duplex {
    const [near, far] = connectedPair();
    this.serve(host, far, arrival).catch(() => far.destroy());
    return near;
  }

  /** Cuts every connection of a host: it lost power, or its zone is lost. */
  cut(hostId: string): void {
    for (const client of this.open.get(hostId) ?? []) {
      const socket = (client as unknown as { _sock?: Duplex })._sock;
      if (socket) socket.destroy();
      else client.end();
    }
    this.open.delete(hostId);
  }

  closeAll(): void {
    for (const id of [...this.open.keys()]) this.cut(id);
  }
}
