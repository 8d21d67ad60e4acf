import { createHash } from "node:crypto";
import type { HostChange, Machine } from "../machines.ts";
import { boot } from "./boot/boot.ts";
import type { Probe, Reach } from "./fabric.ts";
import { addInterfaceSettings } from "./filesystem/debian.ts";
import { HostFilesystem, type KeptEntry } from "./filesystem/host-filesystem.ts";
import { applyNetworkd, plugHardware, removeLink, type Subnets } from "./network/configure.ts";
import { bareNetwork, type NetworkState } from "./network/network-state.ts";
import { NetworkRecord } from "./network-record.ts";
import type { CompiledRuleset } from "./nftables/compile.ts";
import type { Ruleset } from "./nftables/ruleset.ts";
import { applyTransaction, restoreRuleset } from "./nftables/transaction.ts";
import { type KeepalivedConfig, parseKeepalived } from "./services/keepalived.ts";
import { type ActiveState, type Daemon, Systemd } from "./services/systemd.ts";
import type { Listener } from "./services/units.ts";
import { type RunRequest, type RunResult, runShell } from "./shell/shell.ts";
import { readSshdConfig, type SshdConfig } from "./ssh/sshd-config.ts";

export type VrrpState = "MASTER" | "BACKUP" | "FAULT";

/** What a host asks of the world around it. */
export interface HostWorld {
  machine(id: string): Machine | undefined;
  readonly subnets: Subnets;
  append(change: HostChange): void;
  save(host: Host): Promise<void>;
  /** Elects masters anew where the host takes part, and lets listeners follow its configuration. */
  settled(host: Host): Promise<void>;
  reach(host: Host, probe: Probe): Promise<Reach>;
}

/** A host's state as kept between runs of the simulator. */
export interface KeptHost {
  installation: string;
  boots: number;
  up: boolean;
  files: KeptEntry[];
  network: NetworkState;
  ruleset: Ruleset;
  units: Record<string, { active: ActiveState; reason?: string }>;
  vrrp: Record<string, VrrpState>;
}

/** One Debian-like machine: its disk, kernel state and services. */
export class Host {
  readonly id: string;
  readonly world: HostWorld;
  filesystem = new HostFilesystem();
  readonly systemd: Systemd;
  network: NetworkState = bareNetwork();
  rules: { ruleset: Ruleset; compiled: CompiledRuleset } = restoreRuleset(undefined);
  installation = "";
  boots = 0;
  up = false;
  rebootRequested = false;
  /** Configuration of keepalived while it runs. */
  keepalived: KeepalivedConfig | undefined;
  readonly vrrpStates = new Map<string, VrrpState>();
  /** Configuration of the SSH server while it runs. */
  sshd: SshdConfig | undefined;
  private lastMachine: Machine;
  private readonly record = new NetworkRecord();

  /** Programs whose effect is likened, by name. */
  readonly daemons: Readonly<Record<string, Daemon>> = {
    sshd: {
      refuses: async () => (await readSshdConfig(this.filesystem)).problems[0],
      changed: async (event) => {
        this.sshd = event === "stopped" ? undefined : await readSshdConfig(this.filesystem);
      },
    },
    keepalived: {
      refuses: async () => (await this.keepalivedProblems()).find((problem) => problem.startsWith("No ")),
      changed: async (event) => {
        this.keepalived =
          event === "stopped" ? undefined : await this.readKeepalived("/etc/keepalived/keepalived.conf");
      },
    },
    conntrackd: {
      refuses: async () =>
        (await this.filesystem.exists("/etc/conntrackd/conntrackd.conf"))
          ? undefined
          : "/etc/conntrackd/conntrackd.conf: cannot open",
    },
    "systemd-networkd": {
      changed: async (event) => (event === "stopped" ? undefined : this.configureNetwork()),
    },
  };

  constructor(machine: Machine, world: HostWorld) {
    this.id = machine.id;
    this.world = world;
    this.lastMachine = machine;
    this.systemd = new Systemd(this.serviceHost());
  }

  private serviceHost() {
    const host = this;
    return {
      get filesystem() {
        return host.filesystem;
      },
      get daemons() {
        return host.daemons;
      },
      run: (script: string) => host.runQuietly(script),
      serviceChanged: (status: { name: string; active: ActiveState; reason?: string }) =>
        host.change("service", status),
      journal: (unit: string, line: string) => host.journal(unit, line),
    };
  }

  /** The machine as the API lists it now. */
  get machine(): Machine {
    this.lastMachine = this.world.machine(this.id) ?? this.lastMachine;
    return this.lastMachine;
  }

  change(kind: HostChange["kind"], detail: Record<string, unknown>): void {
    const { name, zone } = this.machine;
    this.world.append({ machineId: this.id, name, zone, kind, detail });
  }

  /** Adds a line to /var/log/syslog, where `journalctl` looks. */
  journal(unit: string, line: string): void {
    this.journalLines.push(`${unit.replace(/\.service$/, "")}: ${line}`);
    this.filesystem.writeFileSync("/var/log/syslog", `${this.journalLines.slice(-1000).join("\n")}\n`);
  }
  private readonly journalLines: string[] = [];

  /** Runs a script and records it: who, how long a text, its hash, how it ended; never the text nor its input. */
  async run(request: RunRequest & { via: string }): Promise<RunResult> {
    const result = await runShell(this, request);
    const { script, stdin, user = "root", via } = request;
    const sha256 = createHash("sha256").update(script).digest("hex");
    this.change("command", {
      via,
      user,
      exitCode: result.exitCode,
      bytes: script.length,
      sha256,
      stdinBytes: stdin?.length ?? 0,
    });
    await this.settle();
    return result;
  }

  /** Runs a script on behalf of the host itself (units, boot, VRRP checks), without recording it. */
  async runQuietly(script: string): Promise<{ exitCode: number; stderr: string }> {
    const { exitCode, stderr } = await runShell(this, { script });
    return { exitCode, stderr: stderr.toString() };
  }

  /** Records files, addresses and routes that changed, keeps the state, and reboots when that was asked for. */
  async settle(): Promise<void> {
    await this.recordChanges();
    await this.world.settled(this);
    await this.recordChanges();
    await this.world.save(this);
    if (this.rebootRequested) {
      this.rebootRequested = false;
      await boot(this);
      await this.settle();
    }
  }

  /** Records files, links, addresses, routes and kernel settings that changed. In order: what is open in between is in the log as well. */
  async recordChanges(): Promise<void> {
    for (const change of await this.filesystem.takeChanges()) this.change("file", { ...change });
    for (const { kind, detail } of await this.networkChanges()) this.change(kind, detail);
  }

  private networkChanges() {
    return this.record.changes(this.network, (path) => this.setting(path));
  }

  /** Says that the machine starts, with nothing of what it had in memory. */
  starting(): void {
    this.record.forget();
    const { installation, boots } = this.machine;
    this.change("boot", { power: "starting", installation, boots });
  }

  private linkNames(): ReadonlySet<string> {
    return new Set(this.network.links.map(({ name }) => name));
  }

  /** @throws NftError when the kernel would refuse the document. */
  checkRules(document: string): void {
    applyTransaction(this.rules.ruleset, document, this.linkNames());
  }

  /** Loads a libnftables JSON document whole. @throws NftError, and nothing changed. */
  loadRules(document: string): void {
    this.rules = applyTransaction(this.rules.ruleset, document, this.linkNames());
    const { tables } = this.rules.ruleset;
    this.change("rules", {
      sha256: createHash("sha256").update(document).digest("hex"),
      tables: tables.map(({ family, name }) => `${family} ${name}`),
      rules: tables.flatMap(({ chains }) => chains).reduce((count, chain) => count + chain.rules.length, 0),
      document,
    });
  }

  /** Applies systemd-networkd's files, to all links or one. */
  async configureNetwork(only?: string): Promise<void> {
    const { warnings, forwarding } = await applyNetworkd(
      this.machine,
      this.network,
      this.filesystem,
      this.world.subnets,
      only,
    );
    for (const warning of warnings) this.journal("systemd-networkd", warning);
    if (forwarding !== undefined)
      this.filesystem.writeFileSync("/proc/sys/net/ipv4/ip_forward", `${forwarding ? 1 : 0}\n`);
    for (const { name } of this.network.links) await this.linkAppeared(name);
  }

  /** Follows the API's attachments: interfaces of an Instance come and go while it runs. */
  async plug(): Promise<void> {
    const added = await plugHardware(this.machine, this.network, this.filesystem);
    for (const name of added) {
      await this.linkAppeared(name);
      await this.configureNetwork(name);
    }
  }

  async linkAppeared(name: string): Promise<void> {
    await addInterfaceSettings(this.filesystem, name);
  }

  deleteLink(name: string): void {
    removeLink(this.network, name);
  }

  /** A kernel setting, by its path below /proc/sys. */
  async setting(path: string): Promise<string> {
    return ((await this.filesystem.textOf(`/proc/sys/${path}`)) ?? "").trim();
  }

  private async readKeepalived(path: string): Promise<KeepalivedConfig> {
    const text = await this.filesystem.textOf(path);
    if (text === undefined)
      return { instances: [], scripts: {}, problems: [`No configuration file ${path}`] };
    return parseKeepalived(text, this.linkNames());
  }

  /** What `keepalived -t` complains of; none when the configuration is good. */
  async keepalivedProblems(path = "/etc/keepalived/keepalived.conf"): Promise<string[]> {
    return (await this.readKeepalived(path)).problems;
  }

  /** Ports this host listens on now. */
  async listeners(): Promise<Listener[]> {
    const ssh = (this.sshd?.listen ?? []).map(({ address, port }) => ({
      unit: "ssh.service",
      protocol: "tcp" as const,
      address,
      port,
    }));
    return [...ssh, ...this.systemd.listeners()];
  }

  reach(probe: Probe): Promise<Reach> {
    return this.world.reach(this, probe);
  }

  /** Adds a user with a home; false when there is one already. */
  addUser(name: string): boolean {
    if (this.users.has(name)) return false;
    this.users.add(name);
    this.filesystem.writeFileSync(`/home/${name}/.profile`, "");
    return true;
  }
  private readonly users = new Set(["root", "debian"]);

  /** Lets a key log in as a user. */
  async authorize(user: string, key: string): Promise<void> {
    const folder = user === "root" ? "/root/.ssh" : `/home/${user}/.ssh`;
    const path = `${folder}/authorized_keys`;
    const present = (await this.filesystem.textOf(path)) ?? "";
    if (present.split("\n").includes(key.trim())) return;
    await this.filesystem.mkdir(folder, { recursive: true });
    await this.filesystem.chmod(folder, 0o700);
    await this.filesystem.writeFile(path, `${present}${key.trim()}\n`);
    await this.filesystem.chmod(path, 0o600);
  }

  async keep(): Promise<KeptHost> {
    const { installation, boots, up, network, rules } = this;
    return {
      installation,
      boots,
      up,
      files: await this.filesystem.keep(),
      network,
      ruleset: rules.ruleset,
      units: this.systemd.keep(),
      vrrp: Object.fromEntries(this.vrrpStates),
    };
  }

  /** Takes a kept state up again, as if the simulator had never stopped. */
  async restore(kept: KeptHost): Promise<void> {
    this.filesystem = new HostFilesystem();
    await this.filesystem.restore(kept.files);
    for (const name of await this.filesystem.namesIn("/home")) this.users.add(name);
    this.installation = kept.installation;
    this.boots = kept.boots;
    this.up = kept.up;
    this.network = kept.network;
    this.rules = restoreRuleset(kept.ruleset);
    await this.systemd.restore(kept.units);
    for (const [name, state] of Object.entries(kept.vrrp)) this.vrrpStates.set(name, state);
    if (this.systemd.activeState("ssh") === "active") await this.daemons.sshd?.changed?.("started");
    if (this.systemd.activeState("keepalived") === "active")
      await this.daemons.keepalived?.changed?.("started");
    this.journalLines.push(
      ...((await this.filesystem.textOf("/var/log/syslog")) ?? "").split("\n").filter((line) => line !== ""),
    );
    // What was there before is told already.
    await this.networkChanges();
  }
}
