/** References are names: each names something that is declared. Flows have a family of their own. */
import type { ProblemCode } from "../codes.ts";
import type { ApplicationEntity, Check, Draft } from "../draft.ts";
import type { Path } from "../problems.ts";
import { didYouMean } from "../suggest.ts";
import type { Register } from "./register.ts";
import { registerOf } from "./register.ts";

export const checkReferences: Check = (draft, report) => {
  const register = registerOf(draft);
  const known = (code: ProblemCode, file: string, path: Path, name: string, names: Iterable<string>) => {
    const all = [...names];
    if (all.includes(name) || draft.unread.has(name)) return;
    report(code, file, path, {
      got: name,
      ...listed(all),
      hint: didYouMean(name, all, "declare it or correct the name"),
    });
  };
  const classes = draft.organisation.value.trustClasses;
  for (const entity of draft.applications) {
    known("REF-001", entity.file, ["trustClass"], entity.value.trustClass, classes);
    checkApplication(entity, register, known);
  }
  for (const { file, value } of draft.hypervisors)
    known("REF-001", file, ["trustClass"], value.trustClass, classes);
  for (const [index, group] of draft.access.value.groups.entries()) {
    for (const [at, name] of group.applications.entries()) {
      known(
        "REF-006",
        draft.access.file,
        ["groups", index, "applications", at],
        name,
        register.applications.keys(),
      );
    }
  }
  const { platform } = draft;
  known(
    "REF-002",
    platform.file,
    ["witness", "network"],
    platform.value.witness.network,
    networksOfApplications(draft),
  );
  for (const [index, { service }] of platform.value.edgeServices.entries()) {
    known("REF-007", platform.file, ["edgeServices", index, "service"], service, register.services.keys());
  }
};

type Known = (code: ProblemCode, file: string, path: Path, name: string, names: Iterable<string>) => void;

function checkApplication({ file, value }: ApplicationEntity, register: Register, known: Known): void {
  const networks = value.networks.map(({ name }) => name);
  const workloads = value.workloads.map(({ name }) => name);
  for (const [index, workload] of value.workloads.entries()) {
    known("REF-002", file, ["workloads", index, "network"], workload.network, networks);
    if (workload.kind === "guest")
      known(
        "REF-005",
        file,
        ["workloads", index, "hypervisors"],
        workload.hypervisors,
        register.hypervisors.keys(),
      );
  }
  for (const [index, service] of value.services.entries()) {
    known("REF-003", file, ["services", index, "workload"], service.workload, workloads);
  }
  for (const [index, data] of value.data.entries()) {
    if (data.workload !== undefined)
      known("REF-003", file, ["data", index, "workload"], data.workload, workloads);
    if (data.backup !== undefined)
      known("REF-004", file, ["data", index, "backup"], data.backup, register.levels.keys());
  }
}

function networksOfApplications(draft: Draft): string[] {
  return draft.applications.flatMap(({ value }) => value.networks.map(({ name }) => name));
}

/** Names listed whole when they are few: a hundred networks on a line help nobody. */
const longestList = 12;

function listed(names: readonly string[]): { readonly allowed?: string } {
  if (names.length === 0) return { allowed: "none is declared" };
  return names.length > longestList ? {} : { allowed: `one of ${[...names].sort().join(", ")}` };
}
