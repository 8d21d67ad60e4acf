/** What is declared and serves nothing: it would be deployed, paid and defended without a reason. */
import type { ProblemCode } from "../codes.ts";
import type { Check, Draft, Report } from "../draft.ts";
import type { Path } from "../problems.ts";
import { platformNetworks, registerOf } from "./register.ts";

export const checkUnused: Check = (draft, report) => {
  if (draft.unread.size > 0) return;
  const { applications, organisation, backups, sites, hypervisors } = draft;
  const workloads = applications.flatMap(({ value }) => value.workloads);

  for (const { file, value } of applications) {
    const declared = value.networks.map(({ name }, index) => ({ name, file, path: ["networks", index] }));
    reportUnused(
      "UNUSED-001",
      declared,
      value.workloads.map(({ network }) => network),
      report,
    );
  }
  reportUnused(
    "UNUSED-002",
    backups.value.levels.map(({ name }, index) => ({ name, file: backups.file, path: ["levels", index] })),
    applications.flatMap(({ value }) => value.data.flatMap(({ backup }) => backup ?? [])),
    report,
  );
  reportUnused(
    "UNUSED-003",
    hypervisors.map(({ file, value }) => ({ name: value.hypervisors, file, path: ["hypervisors"] })),
    workloads.flatMap((workload) => (workload.kind === "guest" ? workload.hypervisors : [])),
    report,
  );
  reportUnused(
    "UNUSED-004",
    organisation.value.trustClasses.map((name, index) => ({
      name,
      file: organisation.file,
      path: ["trustClasses", index],
    })),
    [...applications, ...hypervisors].map(({ value }) => value.trustClass),
    report,
  );
  reportUnused(
    "UNUSED-005",
    sites.value.sites.map(({ name }, index) => ({ name, file: sites.file, path: ["sites", index] })),
    endsOutside(draft),
    report,
  );
};

interface Declared {
  readonly name: string;
  readonly file: string;
  readonly path: Path;
}

/** A reference to what does not exist most likely means one of those that seem unused: it is reported already, and alone. */
function reportUnused(
  code: ProblemCode,
  declared: readonly Declared[],
  used: readonly string[],
  report: Report,
): void {
  const names = declared.map(({ name }) => name);
  if (used.some((name) => !names.includes(name))) return;
  for (const { name, file, path } of declared)
    if (!used.includes(name)) report(code, file, path, { got: name });
}

/** Ends of flows that are neither networks nor workloads. */
function endsOutside(draft: Draft): string[] {
  const { networks, workloads } = registerOf(draft);
  const flows = draft.applications.flatMap(({ value }) =>
    value.flows.flatMap(({ from, to }) => [from ?? [], to].flat()),
  );
  const ends = [...flows, ...draft.defaults.value.flows.map(({ to }) => to)];
  return ends.filter((end) => !networks.has(end) && !workloads.has(end) && !platformNetworks.includes(end));
}
