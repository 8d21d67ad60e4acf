import { createServer, type Server, type Socket } from "node:net";
import type { Host } from "../host.ts";
import { inCidr } from "../nftables/packet.ts";

/** Public addresses of the simulated world lie here: every one can be bound on Linux without set-up. */
export const publicRange = "127.64.0.0/10";
/** Ports below 1024 that may not be bound are served so much higher. */
const unprivilegedShift = 20_000;

type Accept = (host: Host, address: string, port: number, socket: Socket) => void;

function listen(server: Server, address: string, port: number): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    server.once("error", resolve);
    server.listen({ host: address, port }, () => {
      server.removeListener("error", resolve);
      resolve(undefined);
    });
  });
}

/** Real sockets on the public addresses of running hosts, one for each port that their SSH server listens on. */
export class PublicListeners {
  private readonly accept: Accept;
  private readonly servers = new Map<string, { hostId: string; server: Server; sockets: Set<Socket> }>();
  private readonly failed = new Map<string, string>();

  constructor(accept: Accept) {
    this.accept = accept;
  }

  /** Opens and closes sockets so that they are what a host listens on now. */
  async follow(host: Host): Promise<void> {
    const wanted = new Map<string, { address: string; port: number }>();
    for (const { address, port } of host.up ? (host.sshd?.listen ?? []) : []) {
      for (const own of host.machine.publicAddresses) {
        if (own.includes(":") || !inCidr(own, publicRange) || (address !== undefined && address !== own))
          continue;
        wanted.set(`${own} ${port}`, { address: own, port });
      }
    }
    for (const [key, { hostId }] of this.servers) {
      if (hostId === host.id && !wanted.has(key)) await this.close(key);
    }
    for (const [key, { address, port }] of wanted) {
      if (!this.servers.has(key)) await this.open(key, host, address, port);
    }
  }

  private async open(key: string, host: Host, address: string, port: number): Promise<void> {
    const sockets = new Set<Socket>();
    // SSH is many small messages each way: held back, each would cost a delayed acknowledgement.
    const server = createServer({ noDelay: true }, (socket) => {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => sockets.delete(socket));
      this.accept(host, address, port, socket);
    });
    let problem = await listen(server, address, port);
    if (problem?.code === "EACCES" && port < 1024)
      problem = await listen(server, address, port + unprivilegedShift);
    if (!problem) {
      this.servers.set(key, { hostId: host.id, server, sockets });
      this.failed.delete(key);
      return;
    }
    if (this.failed.get(key) === problem.code) return;
    this.failed.set(key, problem.code ?? "");
    host.change("service", {
      name: "ssh.service",
      address,
      port,
      problem: `not served on loopback: ${problem.message}`,
    });
  }

  /** Ports served for an address, as clients on this machine must dial them. */
  portsOf(address: string): number[] {
    return [...this.servers]
      .filter(([key]) => key.startsWith(`${address} `))
      .map(([, { server }]) => server.address())
      .flatMap((bound) => (bound !== null && typeof bound === "object" ? [bound.port] : []))
      .sort((a, b) => a - b);
  }

  private async close(key: string): Promise<void> {
    const entry = this.servers.get(key);
    if (!entry) return;
    this.servers.delete(key);
    for (const socket of entry.sockets) socket.destroy();
    await new Promise<void>((resolve) => entry.server.close(() => resolve()));
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.servers.keys()].map((key) => this.close(key)));
  }
}
