import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ToolchainError } from "../../../local/toolchain/errors.ts";
import { ensureToolchain } from "../../../local/toolchain/index.ts";
import { findInstalled, fits } from "../../../local/toolchain/installed.ts";
import { pieces, pluginFolder, plugins } from "../../../local/toolchain/pieces.ts";
import { BuildProgress, duration } from "../../../local/toolchain/progress.ts";
import { requireDisk, requireGo } from "../../../local/toolchain/requirements.ts";

const index = new URL("../../../local/toolchain/index.ts", import.meta.url).href;
let folder: string;
let environment: NodeJS.ProcessEnv;

function script(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${text}`);
  chmodSync(path, 0o755);
}

/** Builds noted by the stand-in for Go, in order. */
function builds(): readonly string[] {
  const log = join(folder, "builds");
  return existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : [];
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "archipel-toolchain-"));
  // Compiling for real takes minutes; what is tested here is all that happens around it.
  script(
    join(folder, "bin/go"),
    `case "$1" in
env) [ "$2" = GOVERSION ] && echo go1.26.8 || printf '%s\\n' "$GOCACHE" "$GOMODCACHE" ;;
list) echo some/package ;;
build)
  echo "$*" >> '${folder}/builds'
  while [ -e '${folder}/hold' ]; do sleep 0.05; done
  [ -e '${folder}/fail' ] && { echo 'proxy: no route to host' >&2; exit 1; }
  while [ "$1" != -o ]; do shift; done
  echo '#!/bin/sh' > "$2" && chmod +x "$2" ;;
esac
`,
  );
  environment = {
    PATH: `${join(folder, "bin")}:/usr/bin:/bin`,
    HOME: folder,
    XDG_CACHE_HOME: join(folder, "cache"),
    GOMODCACHE: join(folder, "modules"),
  };
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function ensure(checkout = join(folder, "checkout"), report: (line: string) => void = () => {}) {
  return ensureToolchain({ environment, checkout, sources: ["go"], report });
}

/** The same in a process of its own, which may be killed. */
function ensureElsewhere(checkout: string) {
  const options = JSON.stringify({ environment, checkout, sources: ["go"] });
  const program = `const { ensureToolchain } = await import(${JSON.stringify(index)}); await ensureToolchain(${options});`;
  return execa(process.execPath, ["--input-type=module", "--eval", program], { reject: false });
}

describe("ensureToolchain", () => {
  it("builds each piece once, fills the checkout's bin and a PULUMI_HOME, and is quick afterwards", async () => {
    const lines: string[] = [];
    const toolchain = await ensure(undefined, (line) => lines.push(line));
    expect(builds()).toHaveLength(pieces.length);
    expect(lines.join("\n")).toMatch(/GB of disk/);
    expect(lines.join("\n")).toMatch(/\[1\/4\] pulumi 3\.250\.0: 1 packages to compile, about/);
    expect(readdirSync(toolchain.bin).sort()).toEqual(["pulumi", "pulumi-language-nodejs"]);
    expect(statSync(toolchain.pulumi).mode & 0o111).not.toBe(0);
    expect(readFileSync(join(toolchain.bin, "pulumi-language-nodejs"), "utf8")).toContain(
      "language-host/main.ts",
    );

    const home = join(folder, "home");
    await toolchain.installPlugins(home);
    for (const piece of plugins) {
      const link = readlinkSync(join(home, "plugins", pluginFolder(piece), piece.binary));
      expect(link.startsWith(join(folder, "cache/archipel/toolchain"))).toBe(true);
    }
    await (await ensure()).installPlugins(home);
    expect(builds()).toHaveLength(pieces.length);
  });

  it("serves two checkouts from one cache, each with its own launcher", async () => {
    const [one, other] = [await ensure(join(folder, "one")), await ensure(join(folder, "other"))];
    expect(one.bin).not.toBe(other.bin);
    expect(builds()).toHaveLength(pieces.length);
  });

  it("lets two calls at once wait for each other", async () => {
    writeFileSync(join(folder, "hold"), "");
    const first = ensureElsewhere(join(folder, "checkout"));
    await vi.waitFor(() => expect(builds()).toHaveLength(1), { timeout: 15_000, interval: 50 });
    const lines: string[] = [];
    const second = ensure(undefined, (line) => lines.push(line));
    await vi.waitFor(() => expect(lines.join()).toContain("Another process"), {
      timeout: 5_000,
      interval: 50,
    });
    rmSync(join(folder, "hold"));
    expect((await first).exitCode).toBe(0);
    await second;
    expect(builds()).toHaveLength(pieces.length);
  });

  it("resumes after a kill: what was built is kept, what was half built is swept", async () => {
    await ensure();
    const cache = join(folder, "cache/archipel/toolchain");
    const scaleway = readdirSync(cache).find((name) => name.startsWith("scaleway-")) as string;
    rmSync(join(cache, scaleway), { recursive: true });
    writeFileSync(join(folder, "hold"), "");
    const killed = ensureElsewhere(join(folder, "checkout"));
    await vi.waitFor(() => expect(builds()).toHaveLength(pieces.length + 1), {
      timeout: 15_000,
      interval: 50,
    });
    killed.kill("SIGKILL");
    await killed;
    expect(readdirSync(cache).some((name) => name.startsWith(".build-"))).toBe(true);
    rmSync(join(folder, "hold"));
    await ensure();
    expect(builds()).toHaveLength(pieces.length + 2);
    expect(readdirSync(cache).filter((name) => name.startsWith(".build-"))).toEqual([]);
    expect(existsSync(join(cache, scaleway, "pulumi-resource-scaleway"))).toBe(true);
  });

  it("says what a failed build said, and leaves nothing of it", async () => {
    writeFileSync(join(folder, "fail"), "");
    const refused = await ensure().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ToolchainError);
    expect(refused).toMatchObject({ code: "build-failed", exitCode: 1 });
    expect((refused as Error).message).toContain("proxy: no route to host");
    rmSync(join(folder, "fail"));
    await ensure();
  });
});

describe("a Pulumi that is installed already", () => {
  const install = (version: string): void => {
    script(join(folder, "bin/pulumi"), `echo v${version}`);
    for (const piece of plugins)
      script(join(folder, ".pulumi/plugins", pluginFolder(piece), piece.binary), "");
  };

  it("is taken when it fits and has its plugins", async () => {
    install("3.251.0");
    const found = await findInstalled(environment, "/nowhere");
    expect([...(found?.keys() ?? [])].sort()).toEqual(["command", "pulumi", "random", "scaleway"]);
    const toolchain = await ensureToolchain({ environment, checkout: join(folder, "checkout") });
    expect(builds()).toEqual([]);
    expect((await execa(toolchain.pulumi, ["version"])).stdout).toBe("v3.251.0");
  });

  it.each([
    ["3.250.0", "3.250.0", true],
    ["v3.260.1", "3.250.0", true],
    ["3.249.9", "3.250.0", false],
    ["4.0.0", "3.250.0", false],
    ["", "3.250.0", false],
  ])("%s for %s: %s", (found, wanted, expected) => {
    expect(fits(found, wanted)).toBe(expected);
  });

  it("is not taken when too old, when a plugin is missing, or when it is the checkout's own", async () => {
    install("3.100.0");
    expect(await findInstalled(environment, "/nowhere")).toBeUndefined();
    install("3.250.0");
    expect(await findInstalled(environment, folder)).toBeUndefined();
    rmSync(join(folder, ".pulumi/plugins/resource-random-v4.21.2"), { recursive: true });
    expect(await findInstalled(environment, "/nowhere")).toBeUndefined();
  });
});

describe("what is missing", () => {
  it("Go: how to get it", async () => {
    const refused = await requireGo({ PATH: join(folder, "empty") }, join(folder, "no-go")).catch(
      (error: unknown) => error,
    );
    expect(refused).toMatchObject({ code: "go-missing", exitCode: 2 });
    expect((refused as Error).message).toMatch(
      /none on PATH.\n {2}Install Go 1\.26 or later: https:\/\/go\.dev\/dl/,
    );
  });

  it("a Go that is too old: which one it is", async () => {
    script(join(folder, "old/go"), "echo go1.24.1");
    const refused = await requireGo({ PATH: join(folder, "old") }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "go-too-old", exitCode: 2 });
    expect((refused as Error).message).toContain(`takes Go 1.26; ${join(folder, "old/go")} is 1.24.1.`);
  });

  it("disk: how much, how much there is, where, and what to do", async () => {
    const rooms = [
      { folder: "/caches/go-build", device: 1, freeGigabytes: 2.5 },
      { folder: "/caches/modules", device: 1, freeGigabytes: 2.5 },
    ];
    const refused = await requireDisk(rooms, async () => 0).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "disk-full", exitCode: 2 });
    expect((refused as Error).message).toMatch(
      /about 11 GB of disk while it runs \(0\.3 GB stay\); 2\.5 GB are free\./,
    );
    expect((refused as Error).message).toContain("/caches/go-build, /caches/modules");
    expect((refused as Error).message).toContain("XDG_CACHE_HOME");
  });

  it("disk counts on two file systems, and what an unfinished build left", async () => {
    const rooms = [
      { folder: "/a", device: 1, freeGigabytes: 6 },
      { folder: "/b", device: 2, freeGigabytes: 6 },
    ];
    await expect(requireDisk(rooms, async () => 0)).resolves.toBeUndefined();
    await expect(requireDisk(rooms.slice(1), async () => 5)).resolves.toBeUndefined();
    await expect(requireDisk(rooms.slice(1), async () => 4)).rejects.toThrow("disk");
  });
});

describe("the progress of a build", () => {
  it.each([
    [0, "0 s"],
    [59.6, "1 min 0 s"],
    [95, "1 min 35 s"],
  ])("%d seconds are %s", (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });

  it("estimates by the known time first, then more and more by its own rate", () => {
    vi.useFakeTimers();
    const lines: string[] = [];
    const progress = new BuildProgress("[1/4] pulumi", 1000, 360, (line) => lines.push(line));
    progress.built(50);
    vi.advanceTimersByTime(15_000);
    progress.built(450);
    vi.advanceTimersByTime(45_000);
    progress.stop();
    vi.useRealTimers();
    expect(lines).toEqual([
      "[1/4] pulumi: 1000 packages to compile, about 6 min 0 s",
      "[1/4] pulumi: 50 of 1000 packages, 15 s so far, about 5 min 42 s left",
      "[1/4] pulumi: 500 of 1000 packages, 30 s so far, about 3 min 0 s left",
      "[1/4] pulumi: 500 of 1000 packages, 45 s so far, about 3 min 0 s left",
      "[1/4] pulumi: 500 of 1000 packages, 1 min 0 s so far, about 3 min 0 s left",
      "[1/4] pulumi: done in 1 min 0 s",
    ]);
  });
});
