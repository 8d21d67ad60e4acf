import type { HostFilesystem } from "../filesystem/host-filesystem.ts";
import { booleanOf, lastValue, valuesOf } from "./unit-file.ts";
import {
  enablementLinks,
  findUnit,
  type Listener,
  listenersOf,
  serviceType,
  startOrder,
  type Unit,
  unitName,
  wantedBy,
  wordsOf,
} from "./units.ts";

export type ActiveState = "active" | "inactive" | "failed";

/** A service as tests and `systemctl` see it. */
export interface ServiceStatus {
  name: string;
  active: ActiveState;
  enabled: "enabled" | "disabled" | "static" | "masked";
  /** Why it failed, when it did. */
  reason?: string;
}

/** A program whose effect on the host is likened: it has a say before it runs, and hears of each change. */
export interface Daemon {
  /** Why it would exit at once, or undefined. */
  refuses?(): Promise<string | undefined>;
  changed?(event: "started" | "reloaded" | "stopped"): Promise<void>;
}

/** What systemd needs of its host. */
export interface ServiceHost {
  readonly filesystem: HostFilesystem;
  /** Daemons by the name of their program. */
  readonly daemons: Readonly<Record<string, Daemon>>;
  run(script: string): Promise<{ exitCode: number; stderr: string }>;
  serviceChanged(status: { name: string; active: ActiveState; reason?: string }): void;
  journal(unit: string, line: string): void;
}

/** A refused systemctl action; the text is systemctl's. */
export class SystemdError extends Error {
  override name = "SystemdError";
  readonly exitCode: number;
  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

const bootTargets = ["sysinit.target", "basic.target", "sockets.target", "timers.target"];
const userTargets = ["network-online.target", "multi-user.target", "default.target"];

/** Units of one host: which are active, and what starting and stopping them does. */
export class Systemd {
  private readonly host: ServiceHost;
  private states = new Map<string, { active: ActiveState; reason?: string }>();
  private activeListeners = new Map<string, Listener[]>();

  constructor(host: ServiceHost) {
    this.host = host;
  }

  /** State to keep across a restart of the simulator. */
  keep(): Record<string, { active: ActiveState; reason?: string }> {
    return Object.fromEntries([...this.states].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  async restore(states: Record<string, { active: ActiveState; reason?: string }>): Promise<void> {
    this.states = new Map(Object.entries(states));
    for (const [name, { active }] of this.states) {
      const unit = active === "active" ? await findUnit(this.host.filesystem, name) : undefined;
      if (unit) this.activeListeners.set(name, listenersOf(unit));
    }
  }

  /** Everything stops at once, as when the power goes. */
  powerOff(): void {
    this.states.clear();
    this.activeListeners.clear();
  }

  /** Units wanted early (sysinit) or late (multi-user) in a boot are started, failures recorded and passed over. */
  async bootStage(stage: "early" | "late"): Promise<void> {
    const units: Unit[] = [];
    for (const target of stage === "early" ? bootTargets : userTargets) {
      for (const name of await wantedBy(this.host.filesystem, target)) {
        const unit = await findUnit(this.host.filesystem, unitName(name));
        if (unit && !unit.masked && !units.some((known) => known.name === unit.name)) units.push(unit);
      }
    }
    for (const unit of startOrder(units)) {
      if (this.activeState(unit.name) !== "active") await this.start(unit.name).catch(() => undefined);
    }
  }

  activeState(name: string): ActiveState {
    return this.states.get(unitName(name))?.active ?? "inactive";
  }

  /** Ports that active units listen on. */
  listeners(): Listener[] {
    return [...this.activeListeners.values()].flat();
  }

  private async unit(name: string): Promise<Unit> {
    const unit = await findUnit(this.host.filesystem, unitName(name));
    if (!unit) throw new SystemdError(`Failed to find unit: Unit ${unitName(name)} not found.`, 5);
    if (unit.masked) throw new SystemdError(`Unit ${unit.name} is masked.`);
    return unit;
  }

  private set(unit: Unit, active: ActiveState, reason?: string): void {
    const before = this.states.get(unit.name);
    this.states.set(unit.name, reason === undefined ? { active } : { active, reason });
    if (active === "active") this.activeListeners.set(unit.name, listenersOf(unit));
    else this.activeListeners.delete(unit.name);
    if (reason !== undefined) this.host.journal(unit.name, reason);
    if (before?.active === active && before.reason === reason) return;
    this.host.serviceChanged({ name: unit.name, active, ...(reason === undefined ? {} : { reason }) });
  }

  private daemonOf(unit: Unit): Daemon | undefined {
    const program = commandsOf(unit, "ExecStart")[0]?.words[0]?.split("/").at(-1) ?? "";
    return Object.hasOwn(this.host.daemons, program) ? this.host.daemons[program] : undefined;
  }

  /** Why a unit may not start, from its own files; "skip" when a condition says that it need not. */
  private async obstacle(unit: Unit): Promise<string | undefined> {
    const { filesystem } = this.host;
    for (const condition of valuesOf(unit.file, "Unit", "ConditionPathExists")) {
      const inverted = condition.startsWith("!");
      if ((await filesystem.exists(inverted ? condition.slice(1) : condition)) === inverted) return "skip";
    }
    for (const path of valuesOf(unit.file, "Service", "EnvironmentFile")) {
      if (!path.startsWith("-") && !(await filesystem.exists(path))) {
        return `Failed to load environment files: ${path}: No such file or directory`;
      }
    }
    if (!unit.name.endsWith(".service")) return undefined;
    const [command] = commandsOf(unit, "ExecStart");
    if (!command) return "Service has no ExecStart=. Refusing.";
    const program = command.words[0] ?? "";
    if (!program.startsWith("/")) return `Neither a valid executable name nor an absolute path: ${program}`;
    if (this.daemonOf(unit)) return undefined;
    const stat = await filesystem.stat(program).catch(() => undefined);
    if (!stat) return `${program}: No such file or directory (status=203/EXEC)`;
    return stat.mode & 0o111 ? undefined : `${program}: Permission denied (status=203/EXEC)`;
  }

  private async runAll(unit: Unit, key: string): Promise<string | undefined> {
    for (const { line, ignoresFailure } of commandsOf(unit, key)) {
      const { exitCode, stderr } = await this.host.run(line);
      if (stderr.trim() !== "") this.host.journal(unit.name, stderr.trim());
      if (exitCode !== 0 && !ignoresFailure)
        return `${key} "${line}" exited with status ${exitCode}: ${stderr.trim()}`;
    }
    return undefined;
  }

  /** Starts a unit and what it requires. @throws SystemdError when it fails. */
  async start(name: string, path: readonly string[] = []): Promise<void> {
    const unit = await this.unit(name);
    if (this.activeState(unit.name) === "active" || path.includes(unit.name)) return;
    for (const [key, mustStart] of [
      ["Wants", false],
      ["Requires", true],
      ["BindsTo", true],
    ] as const) {
      for (const other of wordsOf(unit, "Unit", key)) {
        if (other.endsWith(".target")) continue;
        try {
          await this.start(other, [...path, unit.name]);
        } catch (error) {
          if (mustStart) throw this.fail(unit, `dependency ${other} failed: ${(error as Error).message}`);
        }
      }
    }
    const obstacle = await this.obstacle(unit);
    if (obstacle === "skip") return;
    if (obstacle !== undefined) throw this.fail(unit, obstacle);
    const prepared = await this.runAll(unit, "ExecStartPre");
    if (prepared !== undefined) throw this.fail(unit, prepared);
    const daemon = this.daemonOf(unit);
    const refusal = await daemon?.refuses?.();
    if (refusal !== undefined) throw this.fail(unit, refusal);
    if (unit.name.endsWith(".service") && serviceType(unit) === "oneshot") {
      const failure = await this.runAll(unit, "ExecStart");
      if (failure !== undefined) throw this.fail(unit, failure);
      const remains = booleanOf(lastValue(unit.file, "Service", "RemainAfterExit")) ?? false;
      this.set(unit, remains ? "active" : "inactive");
    } else this.set(unit, "active");
    await daemon?.changed?.("started");
    const after = await this.runAll(unit, "ExecStartPost");
    if (after !== undefined) throw this.fail(unit, after);
  }

  private fail(unit: Unit, reason: string): SystemdError {
    this.set(unit, "failed", reason);
    return new SystemdError(
      `Job for ${unit.name} failed because the control process exited with error code.\n` +
        `See "systemctl status ${unit.name}" and "journalctl -xeu ${unit.name}" for details.\n${unit.name}: ${reason}`,
    );
  }

  async stop(name: string): Promise<void> {
    const unit = await this.unit(name);
    if (this.activeState(unit.name) !== "active") {
      if (this.activeState(unit.name) === "failed") this.set(unit, "inactive");
      return;
    }
    await this.runAll(unit, "ExecStop");
    this.set(unit, "inactive");
    await this.daemonOf(unit)?.changed?.("stopped");
  }

  async restart(name: string): Promise<void> {
    await this.unit(name);
    await this.stop(name);
    await this.start(name);
  }

  /** @param orRestart restart when the unit cannot reload; else refuse. */
  async reload(name: string, orRestart: boolean): Promise<void> {
    const unit = await this.unit(name);
    if (this.activeState(unit.name) !== "active")
      throw new SystemdError(`Unit ${unit.name} is not active, cannot reload.`);
    const commands = commandsOf(unit, "ExecReload");
    if (commands.length === 0) {
      if (orRestart) return this.restart(name);
      throw new SystemdError(
        `Failed to reload ${unit.name}: Job type reload is not applicable for unit ${unit.name}.`,
      );
    }
    const daemon = this.daemonOf(unit);
    if (!daemon) {
      const failure = await this.runAll(unit, "ExecReload");
      if (failure !== undefined)
        throw new SystemdError(`Job for ${unit.name} failed.\n${unit.name}: ${failure}`);
      return;
    }
    // A daemon that is told to reload a configuration it refuses keeps the old one, and says so in the journal.
    const refusal = await daemon.refuses?.();
    if (refusal === undefined) await daemon.changed?.("reloaded");
    else this.host.journal(unit.name, refusal);
  }

  async enable(name: string): Promise<string[]> {
    const unit = await this.unit(name);
    const links = enablementLinks(unit);
    const created: string[] = [];
    for (const link of links) {
      if (await this.host.filesystem.lstat(link).catch(() => undefined)) continue;
      await this.host.filesystem.mkdir(link.slice(0, link.lastIndexOf("/")), { recursive: true });
      await this.host.filesystem.symlink(unit.file.path, link);
      created.push(`Created symlink '${link}' → '${unit.file.path}'.`);
    }
    return created;
  }

  async disable(name: string): Promise<string[]> {
    const unit = await this.unit(name);
    const removed: string[] = [];
    for (const link of enablementLinks(unit)) {
      if (!(await this.host.filesystem.lstat(link).catch(() => undefined))) continue;
      await this.host.filesystem.rm(link);
      removed.push(`Removed '${link}'.`);
    }
    return removed;
  }

  async mask(name: string): Promise<void> {
    const path = `/etc/systemd/system/${unitName(name)}`;
    await this.host.filesystem.rm(path, { force: true });
    await this.host.filesystem.symlink("/dev/null", path);
  }

  async unmask(name: string): Promise<void> {
    const path = `/etc/systemd/system/${unitName(name)}`;
    const target = await this.host.filesystem.readlink(path).catch(() => undefined);
    if (target === "/dev/null") await this.host.filesystem.rm(path);
  }

  /** @throws SystemdError when there is no such unit. */
  async status(name: string): Promise<ServiceStatus> {
    const unit = await findUnit(this.host.filesystem, unitName(name));
    if (!unit) throw new SystemdError(`Unit ${unitName(name)} could not be found.`, 4);
    const state = this.states.get(unit.name);
    const links = enablementLinks(unit);
    let enabled: ServiceStatus["enabled"] = unit.masked
      ? "masked"
      : links.length === 0
        ? "static"
        : "disabled";
    for (const link of links) {
      if (await this.host.filesystem.lstat(link).catch(() => undefined)) enabled = "enabled";
    }
    const status: ServiceStatus = { name: unit.name, active: state?.active ?? "inactive", enabled };
    if (state?.reason !== undefined) status.reason = state.reason;
    return status;
  }

  /** Every unit that was started, is enabled, or failed; sorted. */
  async list(): Promise<ServiceStatus[]> {
    const names = new Set(this.states.keys());
    for (const target of [...bootTargets, ...userTargets]) {
      for (const name of await wantedBy(this.host.filesystem, target)) names.add(unitName(name));
    }
    const statuses = await Promise.all(
      [...names].sort().map((name) => this.status(name).catch(() => undefined)),
    );
    return statuses.filter((status) => status !== undefined);
  }
}

/** Command lines of an Exec key, without systemd's prefixes (`-`: failure does not matter). */
function commandsOf(unit: Unit, key: string): { line: string; words: string[]; ignoresFailure: boolean }[] {
  return valuesOf(unit.file, "Service", key).map((value) => {
    const prefix = /^[-@:+!|]*/.exec(value)?.[0] ?? "";
    const line = value.slice(prefix.length).trim();
    return { line, words: line.split(/\s+/), ignoresFailure: prefix.includes("-") };
  });
}
