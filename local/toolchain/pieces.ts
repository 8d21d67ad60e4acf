import { fileURLToPath } from "node:url";

/** One executable of the toolchain, and the Go module it is built from where no better source is at hand. */
export interface Piece {
  readonly name: "pulumi" | "scaleway" | "random" | "command";
  /** What the engine is, or which plugin version the npm packages ask for. */
  readonly version: string;
  readonly binary: string;
  /** Folders under `go/` whose files decide what is built; the first is the module. */
  readonly sources: readonly [string, ...string[]];
  /** The package to build, within the module. */
  readonly package: string;
  /** The Go variable that receives the version; undefined where the sources carry it. */
  readonly versionVariable?: string;
  /** Seconds that an empty cache takes on 2 cores (measured 2026-11-22), for the estimate. */
  readonly seconds: number;
}

/** Where the Go modules are. */
export const goFolder = fileURLToPath(new URL("go", import.meta.url));

/** The engine and its plugins, in the order in which they are built. Versions are those of package.json. */
export const pieces: readonly Piece[] = [
  {
    name: "pulumi",
    version: "3.250.0",
    binary: "pulumi",
    sources: ["pulumi"],
    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    versionVariable: "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version",
    seconds: 360,
  },
  {
    name: "scaleway",
    version: "1.54.0",
    binary: "pulumi-resource-scaleway",
    sources: ["scaleway", "lifetime"],
    package: ".",
    seconds: 360,
  },
  {
    name: "random",
    version: "4.21.2",
    binary: "pulumi-resource-random",
    sources: ["providers", "lifetime"],
    package: "./random",
    versionVariable: "main.version",
    seconds: 70,
  },
  {
    name: "command",
    version: "1.2.1",
    binary: "pulumi-resource-command",
    sources: ["providers", "lifetime"],
    package: "./command",
    versionVariable: "main.version",
    seconds: 10,
  },
];

/** The pieces that the engine loads as plugins. */
export const plugins = pieces.filter(({ name }) => name !== "pulumi");

/** The folder of a plugin below `plugins/` of a PULUMI_HOME. */
export function pluginFolder(piece: Piece): string {
  return `resource-${piece.name}-v${piece.version}`;
}

/** Arguments of the Go linker: no symbol tables, and the version where the sources do not carry it. */
export function linkerFlags(piece: Piece): string {
  const version = piece.versionVariable === undefined ? [] : [`-X ${piece.versionVariable}=${piece.version}`];
  return ["-s", "-w", ...version].join(" ");
}
