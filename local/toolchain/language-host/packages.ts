import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import messages from "@pulumi/pulumi/proto/language_pb.js";
import plugins from "@pulumi/pulumi/proto/plugin_pb.js";

interface Manifest {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly pulumi?: {
    readonly resource?: boolean;
    readonly name?: string;
    readonly version?: string;
    readonly server?: string;
  };
}

/** A dependency of a program, as installed. */
export interface Dependency {
  readonly name: string;
  readonly version: string;
  readonly pulumi?: NonNullable<Manifest["pulumi"]>;
}

function readManifest(path: string): Manifest {
  return JSON.parse(readFileSync(path, "utf8")) as Manifest;
}

function nearestManifest(folder: string): string | undefined {
  const path = join(folder, "package.json");
  if (existsSync(path)) return path;
  const parent = dirname(folder);
  return parent === folder ? undefined : nearestManifest(parent);
}

/** The dependencies named by the package.json nearest to a program, those not installed left out; sorted by name. */
export function readDependencies(program: string): readonly Dependency[] {
  const manifest = nearestManifest(program);
  if (manifest === undefined) return [];
  const lookup = createRequire(manifest).resolve.paths("x") ?? [];
  return Object.keys(readManifest(manifest).dependencies ?? {})
    .sort()
    .flatMap((name) => {
      const path = lookup
        .map((folder) => join(folder, name, "package.json"))
        .find((file) => existsSync(file));
      if (path === undefined) return [];
      const { version = "", pulumi } = readManifest(path);
      return [{ name, version, ...(pulumi === undefined ? {} : { pulumi }) }];
    });
}

/**
 * The provider packages that a program depends on and whose plugin is installed. One that is not is left out on purpose: naming
 * it makes the engine try a download before each operation (2.4 s, tried 2026-11-22), and a program that does use it gets an
 * error that names it anyway.
 */
export function requiredPackages(
  program: string,
  environment: NodeJS.ProcessEnv,
): messages.GetRequiredPackagesResponse {
  const folder = join(environment.PULUMI_HOME ?? join(homedir(), ".pulumi"), "plugins");
  const packages = readDependencies(program).flatMap(({ name, version, pulumi }) => {
    if (pulumi?.resource !== true) return [];
    const plugin = pulumi.name ?? name.replace(/^@[^/]+\//, "").replace(/^pulumi-/, "");
    const wanted = (pulumi.version ?? version).replace(/^v/, "");
    if (!existsSync(join(folder, `resource-${plugin}-v${wanted}`))) return [];
    return [
      new plugins.PackageDependency()
        .setName(plugin)
        .setKind("resource")
        .setVersion(`v${wanted}`)
        .setServer(pulumi.server ?? ""),
    ];
  });
  return new messages.GetRequiredPackagesResponse().setPackagesList(packages);
}
