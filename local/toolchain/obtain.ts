import { execa } from "execa";
import { buildPiece, goEnvironment, sweepLeftovers } from "./build.ts";
import { findCached } from "./cache.ts";
import type { Binaries } from "./installed.ts";
import { type Piece, pieces } from "./pieces.ts";
import { duration } from "./progress.ts";
import {
  BUILD_GIGABYTES,
  KEPT_GIGABYTES,
  measureFilled,
  measureRoom,
  requireDisk,
  requireGo,
} from "./requirements.ts";
import { downloadPiece, vendorAnswers } from "./vendor.ts";

/** `installed`: a Pulumi of the user's own with its plugins. `vendor`: the vendors' downloads. `go`: built from Go modules. */
export type Source = "installed" | "vendor" | "go";

/** Where to get pieces from, where to keep them, and whom to tell. */
export interface Order {
  readonly sources: readonly Source[];
  readonly environment: NodeJS.ProcessEnv;
  readonly cache: string;
  readonly report: (line: string) => void;
}

/** The pieces, when the cache holds every one of them. */
export function allCached(cache: string): Binaries | undefined {
  const found = new Map<Piece["name"], string>();
  for (const piece of pieces) {
    const binary = findCached(piece, cache);
    if (binary === undefined) return undefined;
    found.set(piece.name, binary);
  }
  return found;
}

/** Gets the pieces that the cache lacks, one after the other. Only under the cache's lock. */
export async function obtain(order: Order): Promise<Binaries> {
  sweepLeftovers(order.cache);
  const missing = pieces.filter((piece) => findCached(piece, order.cache) === undefined);
  const left = order.sources.includes("vendor") ? await download(missing, order) : missing;
  if (left.length > 0) await build(left, order);
  return allCached(order.cache) as Binaries;
}

async function download(missing: readonly Piece[], { cache, report }: Order): Promise<readonly Piece[]> {
  const [first] = missing;
  if (first === undefined) return [];
  report(
    `${missing.length} of ${pieces.length} pieces of the Pulumi engine are missing: asking their vendors`,
  );
  if (!(await vendorAnswers(first))) {
    report("The vendors do not answer: building from Go modules instead");
    return missing;
  }
  const left: Piece[] = [];
  for (const piece of missing) {
    report(`${piece.binary} ${piece.version}: downloading`);
    if ((await downloadPiece(piece, cache)) === undefined) left.push(piece);
  }
  return left;
}

async function build(missing: readonly Piece[], order: Order): Promise<void> {
  const { cache, report } = order;
  const go = await requireGo(order.environment);
  const environment = goEnvironment(order.environment, cache);
  const folders = await execa(go, ["env", "GOCACHE", "GOMODCACHE"], { env: environment, extendEnv: false });
  const caches = folders.stdout.split("\n").filter((folder) => folder !== "");
  const seconds = missing.reduce((sum, piece) => sum + piece.seconds, 0);
  report(
    `Building takes up to ${duration(seconds)} on 2 cores, and ${BUILD_GIGABYTES} GB of disk, of which ${KEPT_GIGABYTES} GB are kept and the rest is Go's caches`,
  );
  await requireDisk(caches.map(measureRoom), () => measureFilled(caches));
  for (const [index, piece] of missing.entries()) {
    await buildPiece({ go, environment, cache, report }, piece, `[${index + 1}/${missing.length}]`);
  }
}
