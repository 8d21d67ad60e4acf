import { SystemdError } from "../../services/systemd.ts";
import {
  type CommandContext,
  type CommandOutput,
  type CommandTable,
  failure,
  lines,
  open,
  privileged,
} from "../command.ts";

const changing = [
  "start",
  "stop",
  "restart",
  "try-restart",
  "reload",
  "reload-or-restart",
  "try-reload-or-restart",
  "enable",
  "disable",
  "reenable",
  "mask",
  "unmask",
  "reset-failed",
];

async function change(verb: string, name: string, now: boolean, { host }: CommandContext): Promise<string[]> {
  const { systemd } = host;
  const isActive = systemd.activeState(name) === "active";
  switch (verb) {
    case "start":
      await systemd.start(name);
      return [];
    case "stop":
      await systemd.stop(name);
      return [];
    case "restart":
      await systemd.restart(name);
      return [];
    case "try-restart":
      if (isActive) await systemd.restart(name);
      return [];
    case "reload":
      await systemd.reload(name, false);
      return [];
    case "try-reload-or-restart":
    case "reload-or-restart":
      if (isActive) await systemd.reload(name, true);
      else if (verb === "reload-or-restart") await systemd.start(name);
      else await systemd.status(name);
      return [];
    case "reenable":
      await systemd.disable(name);
      return systemd.enable(name);
    case "enable": {
      const created = await systemd.enable(name);
      if (now) await systemd.start(name);
      return created;
    }
    case "disable": {
      const removed = await systemd.disable(name);
      if (now) await systemd.stop(name);
      return removed;
    }
    case "mask":
      await systemd.mask(name);
      return [];
    case "unmask":
      await systemd.unmask(name);
      return [];
    default:
      // reset-failed: stopping a failed unit makes it inactive.
      if (systemd.activeState(name) === "failed") await systemd.stop(name);
      return [];
  }
}

async function query(
  verb: string,
  names: string[],
  quiet: boolean,
  { host }: CommandContext,
): Promise<CommandOutput> {
  const { systemd } = host;
  const texts: string[] = [];
  let exitCode = 0;
  for (const name of names) {
    if (verb === "is-active" || verb === "is-failed") {
      const state = systemd.activeState(name);
      texts.push(state);
      if (state !== (verb === "is-active" ? "active" : "failed")) exitCode = verb === "is-active" ? 3 : 1;
      continue;
    }
    try {
      const status = await systemd.status(name);
      if (verb === "is-enabled") {
        texts.push(status.enabled);
        if (status.enabled === "disabled" || status.enabled === "masked") exitCode = 1;
      } else {
        texts.push(
          `${status.name}`,
          `     Loaded: loaded (${status.enabled})`,
          `     Active: ${status.active}${status.reason === undefined ? "" : ` (${status.reason})`}`,
        );
        if (status.active !== "active") exitCode = 3;
      }
    } catch (error) {
      if (!(error instanceof SystemdError)) throw error;
      return failure(error.message, verb === "is-enabled" ? 1 : error.exitCode);
    }
  }
  return quiet ? { exitCode } : { ...lines(...texts), exitCode };
}

/** `systemctl show [-p NAMES] [--value] UNIT`, for the properties scripts ask for. */
async function showProperties(args: string[], { host }: CommandContext): Promise<CommandOutput> {
  const at = args.findIndex((arg) => arg === "-p" || arg === "--property");
  const attached = args.find((arg) => /^(-p|--property=)\w/.test(arg))?.replace(/^(-p|--property=)/, "");
  const asked = attached ?? (at >= 0 ? args[at + 1] : undefined);
  const unit = args.findLast((arg, index) => !arg.startsWith("-") && (at < 0 || index !== at + 1));
  const status = await host.systemd.status(unit ?? "").catch(() => undefined);
  const properties = new Map([
    ["ActiveState", status?.active ?? "inactive"],
    ["UnitFileState", status?.enabled ?? ""],
  ]);
  const names = (asked?.split(",") ?? [...properties.keys()]).filter((name) => properties.has(name));
  const value = (name: string): string => properties.get(name) ?? "";
  return lines(...names.map((name) => (args.includes("--value") ? value(name) : `${name}=${value(name)}`)));
}

async function systemctl(args: string[], context: CommandContext): Promise<CommandOutput> {
  if (args[0] === "show") return showProperties(args.slice(1), context);
  const quiet = args.includes("-q") || args.includes("--quiet");
  const [verb = "list-units", ...names] = args.filter((arg) => !arg.startsWith("-"));
  const { host, session } = context;
  if (["is-active", "is-enabled", "is-failed", "status"].includes(verb) && names.length > 0) {
    return query(verb, names, quiet, context);
  }
  if (verb === "is-system-running") return lines("running");
  if (verb === "list-units" || verb === "list-unit-files") {
    const units = await host.systemd.list();
    const shown = args.includes("--failed") ? units.filter(({ active }) => active === "failed") : units;
    return lines(...shown.map(({ name, active, enabled }) => `${name} loaded ${active} ${enabled}`));
  }
  if (session.user !== "root" && session.elevations === 0) return failure(`Failed to ${verb}: Access denied`);
  if (verb === "daemon-reload" || verb === "daemon-reexec") return {};
  if (verb === "reboot") {
    host.rebootRequested = true;
    return {};
  }
  if (!changing.includes(verb)) return failure(`Unknown command verb '${verb}'.`);
  if (names.length === 0) return failure("Too few arguments.");
  const created: string[] = [];
  for (const name of names) {
    try {
      created.push(...(await change(verb, name, args.includes("--now"), context)));
    } catch (error) {
      if (!(error instanceof SystemdError)) throw error;
      const text = error.message.startsWith("Failed to find unit: ")
        ? `Failed to ${verb} ${name}: ${error.message.slice(21)}`
        : error.message;
      return failure(text, error.exitCode);
    }
  }
  // systemctl writes what it linked to stderr.
  return created.length === 0 || quiet ? {} : { stderr: `${created.join("\n")}\n` };
}

/** systemd's command, and the older `service NAME VERB`. */
export const systemctlCommands: CommandTable = {
  systemctl: open(systemctl),
  service: privileged(async ([name = "", verb = ""], context) => systemctl([verb, name], context)),
};
