/** Problems of a file by itself: its YAML, its name, its shape. */
import type { CodeEntry } from "./entry.ts";
import { error } from "./entry.ts";

export const files = {
  "YAML-001": error("not YAML", "one YAML 1.2 document", "correct the syntax at this place"),
  "YAML-002": error(
    "key written twice",
    "each key once in a mapping",
    "keep one of the two: YAML readers disagree on which counts",
  ),
  "YAML-003": error(
    "several documents in one file",
    "one document a file",
    "remove the `---` or split the file",
  ),
  "YAML-004": error(
    "anchor, alias, tag, merge or key that is not plain",
    "plain keys, lists and values",
    "write the value out: an entity is read where it stands",
  ),
  "FILE-001": error(
    "file missing",
    "organisation.yaml, defaults.yaml, platform.yaml and one file or more in applications/",
    "add the file",
  ),
  "FILE-002": error(
    "unknown file",
    "organisation.yaml, defaults.yaml, platform.yaml, access.yaml, backups.yaml, sites.yaml, applications/<name>.yaml, hypervisors/<name>.yaml",
    "rename the file or move it out of the estate",
  ),
  "FILE-003": error(
    "file not named after its entity",
    "applications/<application>.yaml and hypervisors/<hypervisors>.yaml",
    "rename the file or the entity",
  ),
  "SHAPE-001": error("unknown key", "the keys of the JSON Schema", "remove the key"),
  "SHAPE-002": error("missing key", "every required key of the JSON Schema", "add the key"),
  "SHAPE-003": error("wrong type", "the type of the JSON Schema", "write a value of that type"),
  "SHAPE-004": error("value not among those allowed", "one of the listed values", "choose one of them"),
  "SHAPE-005": error("value not in its form", "the form of the JSON Schema", "write it in that form"),
  "SHAPE-006": error(
    "value out of bounds",
    "a value within the bounds of the JSON Schema",
    "choose a value within them",
  ),
} as const satisfies Record<string, CodeEntry>;
