import {
  chmodSync,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { execa } from "execa";
import { cachedBinary } from "./cache.ts";
import type { Piece } from "./pieces.ts";

const ANSWER_MILLISECONDS = 3_000;
const DOWNLOAD_MILLISECONDS = 600_000;

/** Where a piece's vendor publishes it; undefined for platforms that it does not build for. */
export function vendorUrl(piece: Piece): string | undefined {
  const architecture = { x64: "amd64", arm64: "arm64" }[process.arch as string];
  if (process.platform !== "linux" || architecture === undefined) return undefined;
  if (piece.name === "pulumi") {
    return `https://get.pulumi.com/releases/sdk/pulumi-v${piece.version}-linux-${process.arch}.tar.gz`;
  }
  const file = `${piece.binary}-v${piece.version}-linux-${architecture}.tar.gz`;
  return piece.name === "scaleway"
    ? `https://github.com/pulumiverse/pulumi-scaleway/releases/download/v${piece.version}/${file}`
    : `https://get.pulumi.com/releases/plugins/${file}`;
}

/** Whether the vendors' sites answer at all: one short question before any long wait. */
export async function vendorAnswers(piece: Piece): Promise<boolean> {
  const url = vendorUrl(piece);
  if (url === undefined) return false;
  try {
    const answer = await fetch(url, { method: "HEAD", signal: AbortSignal.timeout(ANSWER_MILLISECONDS) });
    return answer.ok;
  } catch {
    return false;
  }
}

/**
 * Downloads a piece into the cache and returns its path; undefined when that fails for whatever reason, since it can be built.
 * Untested: no machine of this project has reached these sites yet. TLS is the only check of what arrives.
 */
export async function downloadPiece(piece: Piece, cache: string): Promise<string | undefined> {
  const url = vendorUrl(piece);
  if (url === undefined) return undefined;
  const target = cachedBinary(piece, cache, "vendor");
  mkdirSync(dirname(dirname(target)), { recursive: true });
  const work = mkdtempSync(join(dirname(dirname(target)), ".download-"));
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_MILLISECONDS) });
    if (!answer.ok || answer.body === null) return undefined;
    const archive = join(work, "archive.tar.gz");
    await pipeline(Readable.fromWeb(answer.body), createWriteStream(archive));
    // The engine's archive holds everything in a folder, a plugin's in none.
    const strip = piece.name === "pulumi" ? ["--strip-components=1"] : [];
    mkdirSync(join(work, "content"));
    await execa("tar", ["-xzf", archive, "-C", join(work, "content"), ...strip]);
    const binary = join(work, "content", piece.binary);
    if (!existsSync(binary)) return undefined;
    chmodSync(binary, 0o755);
    renameSync(join(work, "content"), dirname(target));
    return target;
  } catch {
    return undefined;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
