import { existsSync, mkdirSync, statfsSync, statSync } from "node:fs";
import { execa } from "execa";
import { ToolchainError } from "./errors.ts";
import { findOnPath } from "./installed.ts";

/** The Go release that go.mod names. */
export const GO_VERSION = "1.26";
const USUAL_GO = "/usr/local/go/bin/go";

/** Gigabytes that the Go modules and Go's build cache take while building (measured 2026-11-22: 3.4 and 3.2), with room to link. */
export const BUILD_GIGABYTES = 11;
/** Gigabytes of the binaries, which stay. */
export const KEPT_GIGABYTES = 0.3;

/** The `go` to build with: PATH's, else where its installer puts it. Throws when it is missing or too old. */
export async function requireGo(environment: NodeJS.ProcessEnv, usual = USUAL_GO): Promise<string> {
  const advice = [
    `Install Go ${GO_VERSION} or later: https://go.dev/dl (unpack it to /usr/local/go; no root: anywhere, with its bin folder on PATH).`,
    "Or install Pulumi with its scaleway, random and command plugins yourself; then nothing is built.",
  ];
  const go = findOnPath("go", environment, "\0") ?? (existsSync(usual) ? usual : undefined);
  if (go === undefined) {
    throw new ToolchainError(
      "go-missing",
      "Building the Pulumi engine takes Go, and there is none on PATH.",
      advice,
    );
  }
  const said = await execa(go, ["env", "GOVERSION"], { env: environment, extendEnv: false, reject: false });
  const version = said.stdout.trim().replace(/^go/, "");
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [needMajor = 0, needMinor = 0] = GO_VERSION.split(".").map(Number);
  if (major > needMajor || (major === needMajor && minor >= needMinor)) return go;
  throw new ToolchainError(
    "go-too-old",
    `Building the Pulumi engine takes Go ${GO_VERSION}; ${go} is ${version || "of an unknown version"}.`,
    advice,
  );
}

/** A folder that a build fills, and what is free where it lies. */
export interface Room {
  readonly folder: string;
  readonly device: number;
  readonly freeGigabytes: number;
}

/** Measures the free space where a folder lies; creates the folder. */
export function measureRoom(folder: string): Room {
  mkdirSync(folder, { recursive: true });
  const { bavail, bsize } = statfsSync(folder);
  return { folder, device: statSync(folder).dev, freeGigabytes: (bavail * bsize) / 1e9 };
}

/** Gigabytes that folders hold already. */
export async function measureFilled(folders: readonly string[]): Promise<number> {
  const { stdout } = await execa("du", ["-skc", ...folders], { reject: false });
  return (Number.parseInt(stdout.trim().split("\n").at(-1) ?? "0", 10) * 1024) / 1e9;
}

/**
 * Throws when the folders' file systems, together, have no room for a build. What an earlier, unfinished build left in them
 * (`filled`, asked for only when it matters: counting takes seconds) needs no room again.
 */
export async function requireDisk(
  rooms: readonly Room[],
  filled: () => Promise<number>,
  gigabytes = BUILD_GIGABYTES,
): Promise<void> {
  const byDevice = new Map(rooms.map((room) => [room.device, room]));
  const free = [...byDevice.values()].reduce((sum, room) => sum + room.freeGigabytes, 0);
  if (free >= gigabytes || free + (await filled()) >= gigabytes) return;
  throw new ToolchainError(
    "disk-full",
    `Building the Pulumi engine takes about ${gigabytes} GB of disk while it runs (${KEPT_GIGABYTES} GB stay); ${free.toFixed(1)} GB are free.`,
    [
      `Make room where these are: ${[...new Set(rooms.map(({ folder }) => folder))].sort().join(", ")}.`,
      "Or put the caches elsewhere: set XDG_CACHE_HOME and GOMODCACHE to folders on a larger disk.",
    ],
  );
}
