/** JSON Schema for the editor, generated from the same definitions that the parser uses: one source of shape. */
import { z } from "zod";
import { access, application, backups, defaults, sites } from "./schema/application.ts";
import { exemptions } from "./schema/exemptions.ts";
import { organisation } from "./schema/organisation.ts";
import { hypervisors, platform } from "./schema/platform.ts";

/** By kind of file: `organisation` describes organisation.yaml, `application` the files in applications/, and so on. */
const kinds = {
  access,
  application,
  backups,
  defaults,
  exemptions,
  hypervisors,
  organisation,
  platform,
  sites,
};

/**
 * Text of every schema by its file name, e.g. `application.schema.json`. Draft 2020-12, describing what is written: a key with a
 * default is optional. Two spaces, a newline at the end; the same bytes for the same definitions.
 */
export function jsonSchemas(): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(kinds).map(([kind, schema]) => [
      `${kind}.schema.json`,
      `${JSON.stringify(z.toJSONSchema(schema, { target: "draft-2020-12", io: "input" }), undefined, 2)}\n`,
    ]),
  );
}
