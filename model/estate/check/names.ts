/** Names: unique among their kind, unambiguous as a flow's end, not the platform's, short enough for a host name. */
import type { Check, Draft, Report } from "../draft.ts";
import type { Path } from "../problems.ts";
import { platformNetworks } from "./register.ts";

interface Named {
  readonly name: string;
  readonly file: string;
  readonly path: Path;
}

export const checkNames: Check = (draft, report) => {
  const named = namesByKind(draft);
  for (const [kind, names] of Object.entries(named)) reportDuplicates(kind, names, report);
  const { networks, workloads, sites, hypervisors } = named;
  const ends = [...networks, ...workloads, ...sites];
  reportAmbiguous(ends, report);
  for (const { name, file, path } of ends) {
    if (platformNetworks.includes(name)) report("NAME-003", file, path, { got: name });
  }
  reportLong([...workloads, ...hypervisors], draft.organisation.value.organisation, report);
};

function namesByKind(draft: Draft) {
  const inApplications = (list: "networks" | "workloads" | "services" | "data"): Named[] =>
    draft.applications.flatMap(({ file, value }) =>
      value[list].map(({ name }, index) => ({ name, file, path: [list, index, "name"] })),
    );
  const inList = (file: string, list: string, items: readonly { readonly name: string }[]): Named[] =>
    items.map(({ name }, index) => ({ name, file, path: [list, index, "name"] }));
  const { organisation, platform, access, backups, sites } = draft;
  return {
    networks: [
      ...inApplications("networks"),
      ...draft.hypervisors.map(({ file, value }) => ({ name: value.network, file, path: ["network"] })),
    ],
    workloads: inApplications("workloads"),
    services: inApplications("services"),
    data: inApplications("data"),
    hypervisors: draft.hypervisors.map(({ file, value }) => ({
      name: value.hypervisors,
      file,
      path: ["hypervisors"],
    })),
    "trust classes": organisation.value.trustClasses.map((name, index) => ({
      name,
      file: organisation.file,
      path: ["trustClasses", index],
    })),
    groups: inList(access.file, "groups", access.value.groups),
    levels: inList(backups.file, "levels", backups.value.levels),
    sites: inList(sites.file, "sites", sites.value.sites),
    administrators: inList(platform.file, "administrators", platform.value.administrators),
  };
}

function reportDuplicates(kind: string, names: readonly Named[], report: Report): void {
  const first = new Map<string, Named>();
  for (const named of names) {
    const other = first.get(named.name);
    if (other === undefined) first.set(named.name, named);
    else
      report("NAME-001", named.file, named.path, {
        got: named.name,
        allowed: `a name once among ${kind}; ${other.file} has it already`,
      });
  }
}

/** A network and a workload of one name: a flow to it could open the whole network where one workload was meant. */
function reportAmbiguous(ends: readonly Named[], report: Report): void {
  const first = new Map<string, Named>();
  for (const named of ends) {
    const other = first.get(named.name);
    if (other === undefined) first.set(named.name, named);
    else if (other.path[0] !== named.path[0]) {
      report("NAME-002", named.file, named.path, {
        got: named.name,
        allowed: `a name that ${other.file} does not give to something else`,
      });
    }
  }
}

/** Longest label of the DNS, RFC 1035 §2.3.4. */
const longestLabel = 63;
/** `-par-1-200`: zone and number of a member. */
const memberSuffix = 10;

function reportLong(names: readonly Named[], estate: string, report: Report): void {
  const room = longestLabel - memberSuffix - estate.length - 1;
  for (const { name, file, path } of names) {
    if (name.length > room)
      report("NAME-005", file, path, {
        got: name,
        allowed: `${room} characters in an estate called ${estate}`,
      });
  }
}
