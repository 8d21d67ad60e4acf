import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { goFolder, linkerFlags, type Piece } from "./pieces.ts";

/** `$XDG_CACHE_HOME/archipel`, shared by all checkouts of a user. */
export function cacheFolder(environment: NodeJS.ProcessEnv): string {
  const base = environment.XDG_CACHE_HOME || join(environment.HOME || homedir(), ".cache");
  return join(base, "archipel");
}

function sourceFiles(piece: Piece): readonly string[] {
  return piece.sources.flatMap((folder) =>
    readdirSync(join(goFolder, folder), { recursive: true, encoding: "utf8" })
      .map((file) => join(folder, file))
      .filter((file) => /\.(go|json|mod|sum)$/.test(file))
      .sort(),
  );
}

/** A digest of all that decides what a piece's binary is: its sources, go.mod and go.sum, linker flags, platform. */
export function contentHash(piece: Piece): string {
  const digest = createHash("sha256");
  digest.update(`${process.platform}-${process.arch}\0${piece.package}\0${linkerFlags(piece)}\0`);
  for (const file of sourceFiles(piece))
    digest.update(`${file}\0`).update(readFileSync(join(goFolder, file)));
  return digest.digest("hex").slice(0, 16);
}

/** Where the binaries of a piece are kept: what was built from these sources, or what its vendor ships. */
export function cachedBinary(piece: Piece, cache: string, origin: "built" | "vendor"): string {
  const key = origin === "vendor" ? `vendor-${process.platform}-${process.arch}` : contentHash(piece);
  return join(cache, "toolchain", `${piece.name}-${piece.version}-${key}`, piece.binary);
}

/** The binary of a piece that is in the cache already; the vendor's before one of ours. */
export function findCached(piece: Piece, cache: string): string | undefined {
  const vendor = cachedBinary(piece, cache, "vendor");
  if (existsSync(vendor)) return vendor;
  const built = cachedBinary(piece, cache, "built");
  return existsSync(built) ? built : undefined;
}
