import { gunzipSync } from "node:zlib";
import { parse } from "yaml";
import type { Host } from "../host.ts";
import { installedPackages } from "../shell/commands/packages.ts";

/** User data, read once a boot. */
interface CloudConfig {
  [module: string]: unknown;
}

/** What a boot's cloud-init did: failures by module, for the log and `cloud-init status`. */
export interface CloudInitReport {
  errors: string[];
}

const modules = [
  "bootcmd",
  "disable_root",
  "final_message",
  "fqdn",
  "groups",
  "hostname",
  "locale",
  "manage_etc_hosts",
  "ntp",
  "package_reboot_if_required",
  "package_update",
  "package_upgrade",
  "packages",
  "power_state",
  "preserve_hostname",
  "runcmd",
  "ssh_authorized_keys",
  "ssh_deletekeys",
  "ssh_genkeytypes",
  "ssh_keys",
  "ssh_pwauth",
  "timezone",
  "users",
  "write_files",
];

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

function shellLine(command: unknown): string {
  if (!Array.isArray(command)) return String(command);
  return command.map((word) => `'${String(word).replaceAll("'", `'\\''`)}'`).join(" ");
}

/** Reads #cloud-config, or the reason why it cannot be. */
function readConfig(userData: string): CloudConfig | { error: string } {
  try {
    return recordOf(parse(userData));
  } catch (error) {
    return { error: `user data is not valid YAML: ${(error as Error).message}` };
  }
}

class CloudInit {
  private readonly host: Host;
  private readonly config: CloudConfig;
  readonly errors: string[] = [];
  private output = "";

  constructor(host: Host, config: CloudConfig) {
    this.host = host;
    this.config = config;
  }

  fail(module: string, message: string): void {
    this.errors.push(`${module}: ${message}`);
    this.output += `cloud-init: ${module}: ${message}\n`;
  }

  async writeLog(): Promise<void> {
    await this.host.filesystem.appendFile("/var/log/cloud-init-output.log", this.output);
    this.output = "";
  }

  /** Runs commands as one script, as cloud-init does: one that fails does not stop the next, but is recorded. */
  async commands(module: string): Promise<void> {
    const commands = listOf(this.config[module]);
    if (commands.length === 0) return;
    const note = (index: number): string =>
      `__status=$?; if [ "$__status" -ne 0 ]; then echo "command ${index + 1} of ${module} exited with $__status" >&2; fi`;
    const script = commands.map((command, index) => `${shellLine(command)}\n${note(index)}`).join("\n");
    await this.script(module, script);
  }

  async script(module: string, script: string): Promise<void> {
    const { stdout, stderr, exitCode } = await this.host.run({ script, via: `cloud-init ${module}` });
    this.output += stdout.toString() + stderr.toString();
    const failures = stderr.toString().match(/^command \d+ of \w+ exited with \d+$/gm) ?? [];
    for (const failure of failures) this.errors.push(`${module}: ${failure}`);
    if (exitCode !== 0) this.fail(module, `exited with ${exitCode}`);
  }

  async writeFiles(): Promise<void> {
    for (const entry of listOf(this.config.write_files).map(recordOf)) {
      const { path, content = "", encoding = "text/plain", permissions = "0644", append = false } = entry;
      if (typeof path !== "string" || !path.startsWith("/")) {
        this.fail("write_files", `path ${JSON.stringify(path)} is not absolute`);
        continue;
      }
      const mode = Number.parseInt(String(permissions), 8);
      let bytes = Buffer.from(String(content));
      if (/b64|base64/.test(String(encoding))) bytes = Buffer.from(String(content), "base64");
      if (/^(gz|gzip)/.test(String(encoding))) bytes = gunzipSync(bytes);
      const { filesystem } = this.host;
      await filesystem.mkdir(path.slice(0, path.lastIndexOf("/")) || "/", { recursive: true });
      if (append === true) await filesystem.appendFile(path, bytes);
      else await filesystem.writeFile(path, bytes);
      if (Number.isNaN(mode))
        this.fail("write_files", `${path}: permissions ${JSON.stringify(permissions)} are not octal`);
      else await filesystem.chmod(path, mode);
    }
  }

  async users(): Promise<void> {
    for (const key of listOf(this.config.ssh_authorized_keys)) {
      await this.host.authorize("root", String(key));
      if (this.host.machine.kind === "bare-metal") await this.host.authorize("debian", String(key));
    }
    for (const user of listOf(this.config.users)) {
      if (user === "default") continue;
      const { name, ssh_authorized_keys: keys } = recordOf(user);
      if (typeof name !== "string") {
        this.fail("users", `${JSON.stringify(user)} has no name`);
        continue;
      }
      this.host.addUser(name);
      for (const key of listOf(keys)) await this.host.authorize(name, String(key));
    }
  }

  async identity(): Promise<void> {
    const keys = recordOf(this.config.ssh_keys);
    if (typeof keys.ed25519_private === "string") {
      const path = "/etc/ssh/ssh_host_ed25519_key";
      await this.host.filesystem.writeFile(path, keys.ed25519_private);
      await this.host.filesystem.chmod(path, 0o600);
      await this.host.filesystem.writeFile(`${path}.pub`, String(keys.ed25519_public ?? ""));
    }
    const { hostname } = this.config;
    if (typeof hostname !== "string") return;
    await this.host.filesystem.writeFile("/etc/hostname", `${hostname}\n`);
    await this.host.filesystem.writeFile("/proc/sys/kernel/hostname", `${hostname}\n`);
  }

  packages(): void {
    const names = listOf(this.config.packages).map((entry) =>
      String(Array.isArray(entry) ? entry[0] : entry),
    );
    const missing = names.filter((name) => !installedPackages.includes(name));
    if (missing.length > 0)
      this.fail("packages", `not on the image, and no mirror is reached: ${missing.join(", ")}`);
    if (this.config.package_update === true || this.config.package_upgrade === true) {
      this.fail("package_update", "no mirror is reached");
    }
  }

  unknownModules(): void {
    for (const key of Object.keys(this.config)) {
      if (!modules.includes(key))
        this.fail(key, "this module of cloud-init is not likened; nothing was done");
    }
  }
}

/**
 * Runs cloud-init for one boot, in its two stages with `between` (late units start) in the middle.
 * bootcmd runs at each boot, the rest at the first boot of an installation only: changed user data never re-runs
 * them on the same disk. Failures are recorded in /var/log/cloud-init-output.log and in the report; they stop nothing.
 */
export async function runCloudInit(
  host: Host,
  isFirstBoot: boolean,
  between: () => Promise<void>,
): Promise<CloudInitReport> {
  const { userData } = host.machine;
  const isScript = userData.startsWith("#!");
  const isConfig = userData.startsWith("#cloud-config");
  const config = isConfig ? readConfig(userData) : {};
  const run = new CloudInit(host, "error" in config ? {} : config);
  if ("error" in config) run.fail("user-data", String(config.error));
  if (userData !== "" && !isScript && !isConfig) {
    run.fail("user-data", "starts neither with #cloud-config nor with #!; nothing was done");
  }
  await run.commands("bootcmd");
  if (isFirstBoot) {
    run.unknownModules();
    await run.writeFiles();
    await run.identity();
    await run.users();
  }
  await between();
  if (isFirstBoot) {
    run.packages();
    await run.commands("runcmd");
    if (isScript) {
      const path = "/var/lib/cloud/instance/scripts/part-001";
      await host.filesystem.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
      await host.filesystem.writeFile(path, userData);
      await run.script("scripts_user", `bash ${path}`);
    }
  }
  await run.writeLog();
  const result = `${JSON.stringify({ v1: { datasource: "DataSourceScaleway", errors: run.errors } })}\n`;
  await host.filesystem.mkdir("/var/lib/cloud/data", { recursive: true });
  await host.filesystem.writeFile("/var/lib/cloud/data/result.json", result);
  return { errors: run.errors };
}
