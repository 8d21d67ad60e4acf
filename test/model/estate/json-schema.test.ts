/** The editor's schemas are those of the parser, and say the same as it does. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { parseEstate } from "../../../model/estate/index.ts";
import { jsonSchemas } from "../../../model/estate/json-schema.ts";
import { overlaysIn, readEstate, readOverlay, today } from "../../estates/read-estate.ts";

const folder = join(import.meta.dirname, "../../../estates/schema");
const ajv = new Ajv2020({ strict: false });
const validators = new Map([...jsonSchemas()].map(([name, text]) => [name, ajv.compile(JSON.parse(text))]));

function schemaOf(file: string): string {
  const kind = file.startsWith("applications/")
    ? "application"
    : file.startsWith("hypervisors/")
      ? "hypervisors"
      : file.replace(".yaml", "");
  return `${kind}.schema.json`;
}

describe("JSON Schemas", () => {
  it("in estates/schema are what the generator writes, byte by byte: run estates/schema/generate.ts", () => {
    const written = readdirSync(folder).filter((name) => name.endsWith(".json"));
    expect(written.sort()).toEqual([...jsonSchemas().keys()].sort());
    for (const [name, text] of jsonSchemas())
      expect(readFileSync(join(folder, name), "utf8"), name).toBe(text);
  });

  it.each(["small", "valid/harbour", "valid/hamlet"])("accept every file of %s", (estate) => {
    const refused = [...readEstate(estate)].filter(
      ([file, text]) => validators.get(schemaOf(file))?.(parse(text)) !== true,
    );
    expect(refused.map(([file]) => file)).toEqual([]);
  });

  it("refuse what the parser refuses for its shape", () => {
    const misshapen = overlaysIn("refused").filter((overlay) =>
      readOverlay(overlay).expected.problems.some(({ code }) => code.startsWith("SHAPE-")),
    );
    expect(misshapen.length).toBeGreaterThan(5);
    for (const overlay of misshapen) {
      const { files } = readOverlay(overlay);
      const result = parseEstate(files, today);
      const file = result.ok ? "" : (result.problems[0]?.at.file ?? "");
      expect(`${overlay}: ${validators.get(schemaOf(file))?.(parse(files.get(file) ?? ""))}`).toBe(
        `${overlay}: false`,
      );
    }
  });
});
