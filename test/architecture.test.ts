/** The folders are layers and imports go one way; files fit in a head. Rules without a check rot. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..");

/** What each layer may import of the project, the layer itself apart. Longest prefix wins. */
const layers: Readonly<Record<string, readonly string[]>> = {
  "model/estate": [],
  "model/plan": ["model/estate"],
  "model/proof": ["model/estate"],
  components: ["model/plan", "model/estate"],
  stacks: ["components", "model/plan", "model/estate"],
  policies: ["model/estate", "model/proof"],
  operations: ["model", "components", "stacks", "policies", "local"],
  "local/toolchain": [],
  "local/simulator": [],
  "local/conformance": ["local/simulator", "local/toolchain"],
  "local/lab": ["model/plan", "model/proof"],
  "estates/schema": ["model/estate"],
};

const sources = execFileSync(
  "git",
  ["ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate", "*.ts"],
  {
    cwd: root,
    encoding: "utf8",
  },
)
  .split("\n")
  .filter((file) => file !== "" && !file.startsWith("test/"));

/** Specifiers of every static or dynamic import and re-export, with whether only types are taken. */
function importsOf(file: string): { readonly specifier: string; readonly only: "types" | "values" }[] {
  const text = readFileSync(join(root, file), "utf8");
  const found: { specifier: string; only: "types" | "values" }[] = [];
  for (const match of text.matchAll(/^\s*(?:import|export)\s+(type\s)?[^"';]*?from\s+"([^"]+)"/gm)) {
    found.push({ specifier: match[2] as string, only: match[1] ? "types" : "values" });
  }
  for (const match of text.matchAll(/(?:^\s*import|\bimport\()\s*"([^"]+)"/gm)) {
    found.push({ specifier: match[1] as string, only: "values" });
  }
  return found;
}

function layerOf(file: string): string | undefined {
  return Object.keys(layers)
    .filter((layer) => file.startsWith(`${layer}/`))
    .sort((a, b) => b.length - a.length)[0];
}

describe("architecture", () => {
  it("gives every source file a layer", () => {
    expect(sources.filter((file) => file.includes("/") && layerOf(file) === undefined)).toEqual([]);
  });

  it("imports one way only", () => {
    const wrong = sources.flatMap((file) => {
      const layer = layerOf(file);
      if (layer === undefined) return [];
      return importsOf(file)
        .filter(({ specifier }) => specifier.startsWith("."))
        .map(({ specifier }) => normalize(join(dirname(file), specifier)))
        .filter((target) => {
          const allowed = [layer, ...(layers[layer] as readonly string[])];
          return !allowed.some((prefix) => target.startsWith(`${prefix}/`));
        })
        .map((target) => `${file} imports ${target}`);
    });
    expect(wrong).toEqual([]);
  });

  it("keeps the model pure: no Pulumi, no input or output, no clock, no randomness", () => {
    const wrong = sources
      .filter((file) => file.startsWith("model/"))
      .flatMap((file) => {
        const text = readFileSync(join(root, file), "utf8");
        const outside = importsOf(file)
          .map(({ specifier }) => specifier)
          .filter((specifier) => specifier.startsWith("node:") || specifier.startsWith("@pulumi"))
          .filter((specifier) => specifier !== "node:crypto");
        const calls = [
          "Date.now(",
          "new Date()",
          "Math.random(",
          "process.env",
          "randomUUID(",
          "randomBytes(",
        ].filter((call) => text.includes(call));
        return [...outside, ...calls].map((what) => `${file}: ${what}`);
      });
    expect(wrong).toEqual([]);
  });

  it("lets components take the plan's types only", () => {
    const wrong = sources
      .filter((file) => file.startsWith("components/"))
      .flatMap((file) =>
        importsOf(file)
          .filter(({ specifier, only }) => specifier.includes("/model/") && only === "values")
          .map(({ specifier }) => `${file} imports values of ${specifier}`),
      );
    expect(wrong).toEqual([]);
  });

  it("keeps every file within 400 lines", () => {
    const long = sources
      .map((file) => ({ file, lines: readFileSync(join(root, file), "utf8").split("\n").length }))
      .filter(({ lines }) => lines > 400);
    expect(long).toEqual([]);
  });

  it("names no path of one machine", () => {
    const pattern = /["'\s(](\/home\/|\/root\/|\/Users\/)[a-z]/;
    expect(sources.filter((file) => pattern.test(readFileSync(join(root, file), "utf8")))).toEqual([]);
  });
});
