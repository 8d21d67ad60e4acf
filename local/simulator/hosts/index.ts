import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { ChangeLog, HostStore, MachineDirectory } from "../machines.ts";
import { boot, powerOff } from "./boot/boot.ts";
import { Fabric, type Probe, type Reach } from "./fabric.ts";
import { Host, type HostWorld, type KeptHost } from "./host.ts";
import type { Link } from "./network/network-state.ts";
import { inCidr } from "./nftables/packet.ts";
import type { ServiceStatus } from "./services/systemd.ts";
import { PublicListeners, publicRange } from "./ssh/listeners.ts";
import { SshServers } from "./ssh/ssh-server.ts";
import { elect } from "./vrrp.ts";

export type { Hop, Reach, Server } from "./fabric.ts";

export interface HostsOptions {
  directory: MachineDirectory;
  changes: ChangeLog;
  store: HostStore;
}

/** The simulated machines, for the API's side and for tests. Every method throws RangeError for an unknown machine. */
export interface Hosts {
  /** Resolves when every change of the directory so far has taken effect on its host. */
  idle(): Promise<void>;
  /** A file's text; undefined when there is none. */
  readFile(machineId: string, path: string): Promise<string | undefined>;
  writeFile(machineId: string, path: string, content: string): Promise<void>;
  /** Runs a script as root on a running host. */
  exec(
    machineId: string,
    script: string,
    stdin?: string,
  ): Promise<{ stdout: string; stderr: string; exitCode: number }>;
  /** Units that were started, are enabled or failed, sorted by name; none while the host is off. */
  services(machineId: string): Promise<ServiceStatus[]>;
  /** Links with their addresses; virtual addresses have the origin "vrrp". */
  interfaces(machineId: string): readonly Link[];
  /**
   * Tries a TCP connection through the simulated network. From `undefined`: from the internet, with the address
   * 203.0.113.1 or the one given. `stream` is there when an SSH server answered.
   */
  connect(
    fromMachineId: string | undefined,
    address: string,
    port: number,
    source?: string,
  ): Promise<{ reach: Reach; stream: Duplex | undefined }>;
  /** Ports to dial on loopback for a public address (those below 1024 may be served 20000 higher). */
  portsOf(publicAddress: string): number[];
  close(): Promise<void>;
}

/** All hosts, each following the machine that the API lists. */
class HostPark implements Hosts, HostWorld {
  private readonly options: HostsOptions;
  private readonly hosts = new Map<string, Host>();
  private readonly fabric: Fabric;
  private readonly ssh: SshServers;
  private readonly sockets: PublicListeners;
  private readonly queues = new Map<string, Promise<void>>();
  private elections: Promise<void> = Promise.resolve();
  private stopFollowing: () => void = () => undefined;
  private closed = false;

  constructor(options: HostsOptions) {
    this.options = options;
    this.fabric = new Fabric({ running: () => this.running() });
    this.ssh = new SshServers((host, address, port) => this.open(host, { protocol: "tcp", address, port }));
    this.sockets = new PublicListeners((host, address, port, socket) =>
      this.acceptSocket(host, address, port, socket),
    );
  }

  async start(): Promise<void> {
    this.stopFollowing = this.options.directory.onChange((id) => this.enqueue(id));
    for (const { id } of this.options.directory.list()) this.enqueue(id);
    await this.idle();
  }

  // What hosts ask of the world.

  machine(id: string) {
    return this.options.directory.get(id);
  }

  readonly subnets = {
    ofVpc: (vpcId: string): readonly string[] => {
      const cidrs = new Set<string>();
      for (const { legs } of this.options.directory.list()) {
        for (const leg of legs) if (leg.vpcId === vpcId) cidrs.add(leg.cidr);
      }
      return [...cidrs].sort();
    },
  };

  append(change: Parameters<HostWorld["append"]>[0]): void {
    this.options.changes.append(change);
  }

  async save(host: Host): Promise<void> {
    if (this.hosts.get(host.id) === host && !this.closed)
      this.options.store.save(host.id, JSON.stringify(await host.keep()));
  }

  async settled(host: Host): Promise<void> {
    await this.sockets.follow(host);
    if (host.keepalived || host.vrrpStates.size > 0) await this.holdElection(host);
  }

  reach(host: Host, probe: Probe): Promise<Reach> {
    return this.fabric.reach(host, probe);
  }

  /** Elections run one after the other. */
  private holdElection(touched: Host | undefined): Promise<void> {
    const election = this.elections.then(async () => {
      const changed = await elect(this.fabric, this.running(), touched);
      for (const host of changed) {
        if (host === touched) continue;
        await host.recordChanges();
        await this.save(host);
      }
    });
    this.elections = election.catch(() => undefined);
    return election;
  }

  private running(): Host[] {
    return [...this.hosts.values()].filter(({ up }) => up);
  }

  // Following the API.

  private enqueue(id: string): void {
    const queue = (this.queues.get(id) ?? Promise.resolve()).then(() => this.follow(id));
    const safe = queue.catch((error: unknown) => {
      const host = this.hosts.get(id);
      host?.change("boot", { problem: error instanceof Error ? error.message : String(error) });
    });
    this.queues.set(id, safe);
  }

  private async follow(id: string): Promise<void> {
    if (this.closed) return;
    const machine = this.options.directory.get(id);
    const known = this.hosts.get(id);
    if (!machine) {
      if (known) await this.remove(known);
      return;
    }
    const host = known ?? (await this.adopt(machine.id));
    if (machine.power !== "running") {
      if (host.up) await this.stop(host, machine.power);
      return;
    }
    const mustBoot = !host.up || host.boots !== machine.boots || host.installation !== machine.installation;
    if (mustBoot) {
      this.ssh.cut(id);
      await boot(host);
    } else await host.plug();
    await host.settle();
  }

  private async adopt(id: string): Promise<Host> {
    const machine = this.options.directory.get(id);
    if (!machine) throw new RangeError(`machine ${id} is not listed`);
    const host = new Host(machine, this);
    const kept = this.options.store.load(id);
    if (kept !== undefined) await host.restore(JSON.parse(kept) as KeptHost);
    this.hosts.set(id, host);
    return host;
  }

  private async stop(host: Host, power: "stopped" | "lost"): Promise<void> {
    const hadRouter = host.keepalived !== undefined;
    powerOff(host);
    this.ssh.cut(host.id);
    await this.sockets.follow(host);
    host.change("boot", { power });
    await this.save(host);
    if (hadRouter) await this.holdElection(undefined);
  }

  private async remove(host: Host): Promise<void> {
    const hadRouter = host.keepalived !== undefined;
    powerOff(host);
    this.ssh.cut(host.id);
    await this.sockets.follow(host);
    this.hosts.delete(host.id);
    this.options.store.remove(host.id);
    host.change("boot", { power: "deleted" });
    if (hadRouter) await this.holdElection(undefined);
  }

  // Connections.

  private async open(
    from: Host | undefined,
    probe: Probe,
  ): Promise<{ reach: Reach; stream: Duplex | undefined }> {
    const reach = await this.fabric.reach(from, probe);
    if (!reach.arrives || reach.server.unit !== "ssh.service") return { reach, stream: undefined };
    const host = this.get(reach.server.machineId);
    return {
      reach,
      stream: this.ssh.connect(host, { client: reach.server.client, stillAnswers: reach.stillAnswers }),
    };
  }

  private acceptSocket(host: Host, address: string, port: number, socket: Socket): void {
    const dialled = socket.remoteAddress ?? "";
    // A client that bound a public address of the simulated world keeps it; any other is "the internet".
    const source = inCidr(dialled, publicRange) ? { source: dialled } : {};
    const serve = async (): Promise<void> => {
      const reach = await this.fabric.reach(undefined, { protocol: "tcp", address, port, ...source });
      // Loopback has accepted already; a connection that rules drop ends without a word.
      if (!reach.arrives || reach.server.machineId !== host.id) socket.destroy();
      else
        await this.ssh.serve(host, socket, { client: reach.server.client, stillAnswers: reach.stillAnswers });
    };
    serve().catch(() => socket.destroy());
  }

  // What tests and the API's side ask.

  private get(id: string): Host {
    const host = this.hosts.get(id);
    if (!host) throw new RangeError(`machine ${id} is not simulated here`);
    return host;
  }

  async idle(): Promise<void> {
    let seen: Promise<void>[] = [];
    do {
      seen = [...this.queues.values()];
      await Promise.all(seen);
    } while ([...this.queues.values()].some((queue) => !seen.includes(queue)));
    await this.elections;
  }

  async readFile(machineId: string, path: string): Promise<string | undefined> {
    return this.get(machineId).filesystem.textOf(path);
  }

  async writeFile(machineId: string, path: string, content: string): Promise<void> {
    const host = this.get(machineId);
    await host.filesystem.mkdir(path.slice(0, path.lastIndexOf("/")) || "/", { recursive: true });
    await host.filesystem.writeFile(path, content);
    await host.settle();
  }

  async exec(machineId: string, script: string, stdin = "") {
    const host = this.get(machineId);
    if (!host.up) throw new Error(`machine ${host.machine.name} is not running`);
    const { stdout, stderr, exitCode } = await host.run({
      script,
      stdin: Buffer.from(stdin),
      via: "console",
    });
    return { stdout: stdout.toString(), stderr: stderr.toString(), exitCode };
  }

  async services(machineId: string): Promise<ServiceStatus[]> {
    const host = this.get(machineId);
    return host.up ? host.systemd.list() : [];
  }

  interfaces(machineId: string): readonly Link[] {
    return this.get(machineId).network.links;
  }

  async connect(fromMachineId: string | undefined, address: string, port: number, source?: string) {
    const from = fromMachineId === undefined ? undefined : this.get(fromMachineId);
    return this.open(from, { protocol: "tcp", address, port, ...(source === undefined ? {} : { source }) });
  }

  portsOf(publicAddress: string): number[] {
    return this.sockets.portsOf(publicAddress);
  }

  async close(): Promise<void> {
    this.stopFollowing();
    await this.idle();
    this.closed = true;
    this.ssh.closeAll();
    await this.sockets.closeAll();
  }
}

/**
 * Starts a simulated Debian host for each machine the directory lists, and keeps following it: power, installation,
 * boots, attachments, loss of a zone. Resolves when all have booted.
 */
export async function startHosts(options: HostsOptions): Promise<Hosts> {
  const park = new HostPark(options);
  await park.start();
  return park;
}
