/** Which files make an estate. */
import type { Problem } from "./problems.ts";
import { problemOf } from "./problems.ts";
import { didYouMean } from "./suggest.ts";

export const requiredFiles: readonly string[] = ["organisation.yaml", "defaults.yaml", "platform.yaml"];
const knownFiles: readonly string[] = [...requiredFiles, "access.yaml", "backups.yaml", "sites.yaml"];
/** What the planner remembers beside the estate; generated, and read by the planner alone. */
export const memoryFile = "allocations.yaml";
/** What policies are told to let be for a while; read by the policy packs alone. */
export const exemptionsFile = "exemptions.yaml";
const folders = ["applications", "hypervisors"] as const;

/** The folder that says what a file declares, if it lies in one directly and ends as it should. */
export function kindOf(file: string): (typeof folders)[number] | undefined {
  const match = /^(applications|hypervisors)\/[^/]+\.yaml$/.exec(file);
  return match?.[1] as (typeof folders)[number] | undefined;
}

/** Files that are missing, and files that have no place. `names` are all YAML files of the estate. */
export function fileProblems(names: readonly string[]): Problem[] {
  const whole = (file: string) => ({ file, line: 1, column: 1 });
  const missing = requiredFiles
    .filter((file) => !names.includes(file))
    .map((file) => problemOf("FILE-001", whole(file), [], { got: undefined }));
  const empty = names.some((file) => kindOf(file) === "applications")
    ? []
    : [problemOf("FILE-001", whole("applications/"), [], { got: "no application" })];
  const unknown = names
    .filter((file) => !knownFiles.includes(file) && kindOf(file) === undefined)
    .map((file) =>
      problemOf("FILE-002", whole(file), [], {
        got: file,
        hint: didYouMean(
          file,
          [...knownFiles, file.replace(/\.yml$/, ".yaml")].filter((known) => known !== file),
          "rename the file or move it out of the estate",
        ),
      }),
    );
  return [...missing, ...empty, ...unknown];
}
