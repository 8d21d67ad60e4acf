import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { cachedBinary } from "./cache.ts";
import { ToolchainError } from "./errors.ts";
import { goFolder, linkerFlags, type Piece } from "./pieces.ts";
import { BuildProgress } from "./progress.ts";

/** How to build: which Go, under which environment, into which cache. */
export interface Builder {
  readonly go: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly cache: string;
  readonly report: (line: string) => void;
}

/** Go's environment for our builds: nothing but go.mod and go.sum decides, and the build cache is one of our own. */
export function goEnvironment(environment: NodeJS.ProcessEnv, cache: string): NodeJS.ProcessEnv {
  return {
    ...environment,
    GOCACHE: environment.GOCACHE || join(cache, "go-build"),
    GOFLAGS: "-mod=readonly -buildvcs=false",
    GOWORK: "off",
  };
}

/** Downloads what a piece needs and counts the packages that Go's cache does not hold yet. */
async function countPackages(builder: Builder, piece: Piece, folder: string): Promise<number> {
  const listed = await execa(
    builder.go,
    ["list", "-deps", "-f", "{{if .Stale}}{{.ImportPath}}{{end}}", piece.package],
    {
      cwd: folder,
      env: builder.environment,
      extendEnv: false,
      reject: false,
    },
  );
  if (listed.exitCode !== 0) throw buildFailed(piece, listed.stderr);
  return listed.stdout.split("\n").filter((line) => line !== "").length;
}

function buildFailed(piece: Piece, output: string): ToolchainError {
  const last = output.trim().split("\n").slice(-15);
  return new ToolchainError("build-failed", `Building ${piece.binary} ${piece.version} failed.`, [
    ...last,
    "If this is the network, run the same command again: what was built so far is kept.",
  ]);
}

/**
 * Builds a piece from its Go module into the cache and returns its path. The binary appears by one rename, so that a killed
 * build leaves nothing half-written; Go's own cache keeps every package compiled so far.
 */
export async function buildPiece(builder: Builder, piece: Piece, step: string): Promise<string> {
  const target = cachedBinary(piece, builder.cache, "built");
  const parent = dirname(dirname(target));
  mkdirSync(parent, { recursive: true });
  const work = mkdtempSync(join(parent, ".build-"));
  const folder = join(goFolder, piece.sources[0]);
  try {
    builder.report(`${step} ${piece.binary} ${piece.version}: reading Go modules`);
    const progress = new BuildProgress(
      `${step} ${piece.binary} ${piece.version}`,
      await countPackages(builder, piece, folder),
      piece.seconds,
      builder.report,
    );
    const args = [
      "build",
      "-v",
      "-ldflags",
      linkerFlags(piece),
      "-o",
      join(work, piece.binary),
      piece.package,
    ];
    const building = execa(builder.go, args, {
      cwd: folder,
      env: builder.environment,
      extendEnv: false,
      reject: false,
    });
    let output = "";
    building.stderr.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      progress.built(chunk.toString().split("\n").length - 1);
    });
    const result = await building.finally(() => progress.stop());
    if (result.exitCode !== 0) throw buildFailed(piece, output);
    if (!existsSync(target)) renameSync(work, dirname(target));
    return target;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Removes what killed builds and downloads left. Only under the lock. */
export function sweepLeftovers(cache: string): void {
  const folder = join(cache, "toolchain");
  for (const name of readdirSync(folder)) {
    if (/^\.(build|download)-/.test(name)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}
