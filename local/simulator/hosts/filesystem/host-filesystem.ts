import { createHash } from "node:crypto";
import { InMemoryFs } from "just-bash";

type Content = Parameters<InMemoryFs["writeFile"]>[1];
type WriteOptions = Parameters<InMemoryFs["writeFile"]>[2];

/** One entry of a kept file system: files as base64, links by target, directories by mode alone. */
export interface KeptEntry {
  path: string;
  mode: number;
  content?: string;
  target?: string;
}

/**
 * A change of a path since the last time it was asked for. No contents, which may be secret, but those of networkd's files and keepalived's: they say
 * what interfaces and addresses there are and may be, and their keys are left out.
 */
export interface FileChange {
  path: string;
  action: "written" | "removed" | "linked" | "mode";
  size?: number;
  sha256?: string;
  mode?: string;
  target?: string;
  content?: string;
}

const told = /^\/etc\/(systemd\/network\/[^/]+\.(netdev|network|link)|keepalived\/keepalived\.conf)$/;

function withoutKeys(text: string): string {
  return text.replace(/^(\s*(?:(?:PrivateKey|PresharedKey)\s*=|auth_pass\s)).*$/gm, "$1[secret]");
}

/** Folders whose changes are no change of the host: kernel, programs, what a reboot empties, logs. */
const unrecorded = ["/dev", "/proc", "/run", "/tmp", "/bin", "/usr/bin", "/sys", "/var/log"];
/** Folders that the shell itself makes. */
const unkept = ["/dev", "/bin", "/usr/bin", "/sys"];
/** Programs of Debian that the shell has as built-ins only, without a file. */
const builtinPrograms = ["test", "[", "kill"];

function liesIn(folders: readonly string[], path: string): boolean {
  return folders.some((folder) => path === folder || path.startsWith(`${folder}/`));
}

function isRecorded(path: string): boolean {
  return !liesIn(unrecorded, path);
}

function isKept(path: string): boolean {
  if (liesIn(["/proc"], path)) return liesIn(["/proc/sys"], path);
  return path !== "/" && !liesIn(unkept, path);
}

/**
 * A host's files: just-bash's in-memory file system, with a umask, a record of what changed, and a form to keep.
 * Owners are not likened: every command has root's rights over files.
 */
export class HostFilesystem extends InMemoryFs {
  /** Mode bits taken from files and folders when they are made. */
  umask = 0o022;
  private readonly touched = new Set<string>();
  private readonly fingerprints = new Map<string, string>();

  private touch(path: string): void {
    if (isRecorded(path)) this.touched.add(path);
  }

  constructor() {
    super();
    for (const name of builtinPrograms) {
      this.writeFileSync(`/usr/bin/${name}`, `#!/bin/sh\n${name} "$@"\n`, undefined, { mode: 0o755 });
    }
  }

  /** The mode a file keeps when it is written, or gets when it is new. */
  private async modeFor(path: string): Promise<number> {
    const present = await this.stat(path).catch(() => undefined);
    return present?.mode ?? 0o666 & ~this.umask;
  }

  override async writeFile(path: string, content: Content, options?: WriteOptions): Promise<void> {
    const mode = await this.modeFor(path);
    await super.writeFile(path, content, options);
    await super.chmod(path, mode);
    this.touch(await this.realpath(path));
  }

  override async appendFile(path: string, content: Content, options?: WriteOptions): Promise<void> {
    const mode = await this.modeFor(path);
    await super.appendFile(path, content, options);
    await super.chmod(path, mode);
    this.touch(await this.realpath(path));
  }

  override async mkdir(path: string, options?: { recursive?: boolean }): Promise<void> {
    const isNew = !(await this.exists(path));
    await super.mkdir(path, options);
    if (isNew) await super.chmod(path, 0o777 & ~this.umask);
    this.touch(path);
  }

  override async rm(path: string, options?: { recursive?: boolean; force?: boolean }): Promise<void> {
    const below = this.below(path);
    await super.rm(path, options);
    for (const removed of below) this.touch(removed);
  }

  override async mv(source: string, destination: string): Promise<void> {
    const before = this.below(source);
    await super.mv(source, destination);
    for (const path of [...before, ...this.below(destination)]) this.touch(path);
  }

  override async cp(source: string, destination: string, options?: { recursive?: boolean }): Promise<void> {
    await super.cp(source, destination, options);
    for (const path of this.below(destination)) this.touch(path);
  }

  override async chmod(path: string, mode: number): Promise<void> {
    await super.chmod(path, mode);
    this.touch(path);
  }

  override async symlink(target: string, path: string): Promise<void> {
    await super.symlink(target, path);
    this.touch(path);
  }

  override async link(existing: string, path: string): Promise<void> {
    await super.link(existing, path);
    this.touch(path);
  }

  /** A file's text, or undefined when there is none. */
  async textOf(path: string): Promise<string | undefined> {
    try {
      return await this.readFile(path);
    } catch {
      return undefined;
    }
  }

  /** Names in a folder, sorted; none when it does not exist. */
  async namesIn(path: string): Promise<string[]> {
    try {
      return (await this.readdir(path)).sort();
    } catch {
      return [];
    }
  }

  private below(path: string): string[] {
    return this.getAllPaths().filter((candidate) => candidate === path || candidate.startsWith(`${path}/`));
  }

  /** What changed since the last call, sorted by path; a file rewritten with the same bytes and mode is no change. */
  async takeChanges(): Promise<FileChange[]> {
    const paths = [...this.touched].sort();
    this.touched.clear();
    const changes: FileChange[] = [];
    for (const path of paths) {
      const change = await this.describe(path);
      if (!change) continue;
      const fingerprint = JSON.stringify(change);
      const known = this.fingerprints.get(path);
      if (known === fingerprint || (known === undefined && change.action === "removed")) continue;
      if (change.action === "removed") this.fingerprints.delete(path);
      else this.fingerprints.set(path, fingerprint);
      changes.push(change);
    }
    return changes;
  }

  private async describe(path: string): Promise<FileChange | undefined> {
    let stat: Awaited<ReturnType<InMemoryFs["lstat"]>>;
    try {
      stat = await this.lstat(path);
    } catch {
      return { path, action: "removed" };
    }
    if (stat.isDirectory) return undefined;
    if (stat.isSymbolicLink) return { path, action: "linked", target: await this.readlink(path) };
    const bytes = await this.readFileBuffer(path);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const written = {
      path,
      action: "written" as const,
      size: bytes.length,
      sha256,
      mode: (stat.mode & 0o7777).toString(8),
    };
    return told.test(path) ? { ...written, content: withoutKeys(Buffer.from(bytes).toString()) } : written;
  }

  /** Everything a reboot keeps, sorted by path. */
  async keep(): Promise<KeptEntry[]> {
    const entries: KeptEntry[] = [];
    for (const path of this.getAllPaths().sort()) {
      if (!isKept(path)) continue;
      const { isDirectory, isSymbolicLink, mode } = await this.lstat(path);
      if (isDirectory) entries.push({ path, mode });
      else if (isSymbolicLink) entries.push({ path, mode, target: await this.readlink(path) });
      else
        entries.push({
          path,
          mode,
          content: Buffer.from(await this.readFileBuffer(path)).toString("base64"),
        });
    }
    return entries;
  }

  /** Puts kept entries back, without recording them as changes. */
  async restore(entries: readonly KeptEntry[]): Promise<void> {
    for (const { path, mode, content, target } of entries) {
      if (target !== undefined) await super.symlink(target, path);
      else if (content !== undefined)
        this.writeFileSync(path, Buffer.from(content, "base64"), undefined, { mode });
      else {
        await super.mkdir(path, { recursive: true });
        await super.chmod(path, mode);
      }
    }
    await this.settle();
  }

  /** Takes the present content as known: only what is written from now on is a change. */
  async settle(): Promise<void> {
    for (const path of this.getAllPaths()) if (isRecorded(path)) this.touched.add(path);
    await this.takeChanges();
  }
}
