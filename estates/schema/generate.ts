/** Writes the JSON Schemas beside this file. Run after a change of shape; a test says when they are stale. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { jsonSchemas } from "../../model/estate/json-schema.ts";

for (const [name, text] of jsonSchemas()) writeFileSync(join(import.meta.dirname, name), text);
