/** Flows: both ends known, a reason that still holds, no more open than is served. */
import type { ApplicationEntity, Check, Draft, Report } from "../draft.ts";
import type { PortRange } from "../ports.ts";
import { parsePortRange, portsMeet } from "../ports.ts";
import type { Path } from "../problems.ts";
import { didYouMean } from "../suggest.ts";
import type { Register } from "./register.ts";
import { platformNetworks, registerOf } from "./register.ts";

type Written = ApplicationEntity["value"]["flows"][number];

/** One flow, where it is written, and what its ends came to. */
interface Located {
  readonly flow: Written;
  readonly file: string;
  readonly path: Path;
  /** The application that declares it; none for the baseline. */
  readonly owner: ApplicationEntity | undefined;
  /** What it leaves, where that is known. */
  readonly from: string | undefined;
}

export const checkFlows: Check = (draft, report) => {
  const register = registerOf(draft);
  const baseline = draft.defaults.value.flows.map(
    (flow, index): Located => ({
      flow,
      file: draft.defaults.file,
      path: ["flows", index],
      owner: undefined,
      from: undefined,
    }),
  );
  for (const located of baseline) checkOne(located, draft, register, report);
  reportDuplicates(baseline, [], report);
  for (const owner of draft.applications) {
    const networks = owner.value.networks.map(({ name }) => name);
    const own = owner.value.flows.map(
      (flow, index): Located => ({
        flow,
        file: owner.file,
        path: ["flows", index],
        owner,
        from: flow.from ?? (networks.length === 1 ? networks[0] : undefined),
      }),
    );
    for (const located of own) {
      checkFrom(located, draft, register, report);
      checkOne(located, draft, register, report);
    }
    reportDuplicates(own, baseline, report);
  }
};

function checkOne(located: Located, draft: Draft, register: Register, report: Report): void {
  checkTo(located, draft, register, report);
  const ranges = checkPorts(located, report);
  checkDay(located, draft.today, report);
  if (ranges !== undefined && draft.unread.size === 0) checkServed(located, ranges, register, report);
}

function checkFrom(
  { flow, file, path, owner, from }: Located,
  draft: Draft,
  register: Register,
  report: Report,
): void {
  if (owner === undefined) return;
  const networks = owner.value.networks.map(({ name }) => name);
  const own = [...networks, ...owner.value.workloads.map(({ name }) => name)];
  if (flow.from === undefined) {
    if (from === undefined)
      report("FLOW-004", file, path, { got: "no `from`", allowed: `\`from\`: one of ${own.join(", ")}` });
    return;
  }
  const fromSite = register.sites.has(flow.from);
  if (!own.includes(flow.from) && !fromSite && !draft.unread.has(flow.from)) {
    report("FLOW-003", file, [...path, "from"], {
      got: flow.from,
      allowed: `one of ${own.join(", ")}, or a site`,
      hint: didYouMean(
        flow.from,
        own,
        "correct the name; a flow is declared by the application that it leaves",
      ),
    });
  }
  if (fromSite && !own.includes(flow.to))
    report("FLOW-014", file, [...path, "to"], { got: flow.to, allowed: `one of ${own.join(", ")}` });
}

function checkTo(
  { flow, file, path, from }: Located,
  draft: Draft,
  register: Register,
  report: Report,
): void {
  const at = [...path, "to"];
  if (flow.to === "egress") {
    if (draft.platform.value.egress === undefined) report("FLOW-013", file, at, { got: flow.to });
    return;
  }
  if (platformNetworks.includes(flow.to)) {
    report("FLOW-007", file, at, { got: flow.to });
    return;
  }
  const names = [...register.networks.keys(), ...register.workloads.keys(), ...register.sites];
  if (!names.includes(flow.to)) {
    if (!draft.unread.has(flow.to))
      report("FLOW-002", file, at, { got: flow.to, hint: didYouMean(flow.to, names, "correct the name") });
    return;
  }
  if (
    from !== undefined &&
    networkOf(from, register) !== undefined &&
    networkOf(from, register) === networkOf(flow.to, register)
  ) {
    report("FLOW-005", file, at, { got: `${from} to ${flow.to}` });
  }
}

/** The network that an end is on; none for a site. */
function networkOf(end: string, register: Register): string | undefined {
  return register.networks.get(end)?.name ?? register.workloads.get(end)?.workload.network;
}

/** The dynamic range of RFC 6335, 49152–65535, is the widest that a protocol needs. */
const widestRange = 16_384;

function checkPorts({ flow, file, path }: Located, report: Report): readonly PortRange[] | undefined {
  const ranges = flow.ports.map(parsePortRange);
  const right = ranges.map((range, index) => {
    const written = flow.ports[index];
    const at = [...path, "ports", index];
    const single = typeof written === "number";
    if (range.first < 1 || range.last > 65_535 || (!single && range.first >= range.last))
      report("FLOW-008", file, at, { got: written });
    else if (range.last - range.first + 1 > widestRange) report("FLOW-009", file, at, { got: written });
    else return true;
    return false;
  });
  return right.every(Boolean) ? ranges : undefined;
}

function checkDay({ flow, file, path }: Located, today: string | undefined, report: Report): void {
  if (flow.expires === undefined) return;
  const at = [...path, "expires"];
  const exists = new Date(`${flow.expires}T00:00:00Z`);
  if (Number.isNaN(exists.getTime()) || exists.toISOString().slice(0, 10) !== flow.expires)
    report("FLOW-011", file, at, { got: flow.expires });
  else if (today !== undefined && flow.expires < today)
    report("FLOW-010", file, at, { got: flow.expires, allowed: `${today} or later` });
}

/** What a flow opens and nothing answers on stays open for what comes next. Platform networks, sites and hypervisors declare no services. */
function checkServed(
  { flow, file, path }: Located,
  ranges: readonly PortRange[],
  register: Register,
  report: Report,
): void {
  const network = register.networks.get(flow.to);
  const workload = register.workloads.get(flow.to);
  const owner = network === undefined ? workload?.owner : network.owner;
  if (owner === undefined) return;
  const targets =
    network === undefined
      ? [flow.to]
      : owner.value.workloads.filter((candidate) => candidate.network === flow.to).map(({ name }) => name);
  const served = owner.value.services
    .filter((service) => targets.includes(service.workload) && service.protocol === flow.protocol)
    .map(({ port }) => port);
  for (const [index, range] of ranges.entries()) {
    if (served.some((port) => portsMeet(range, { first: port, last: port }))) continue;
    const allowed =
      served.length === 0
        ? undefined
        : { allowed: `${flow.protocol} ${[...new Set(served)].sort((a, b) => a - b).join(", ")}` };
    report("FLOW-012", file, [...path, "ports", index], {
      got: `${flow.protocol} ${flow.ports[index]} to ${flow.to}`,
      ...allowed,
    });
  }
}

/** The same permission twice, in an application or once more than the baseline gives it. */
function reportDuplicates(flows: readonly Located[], baseline: readonly Located[], report: Report): void {
  const seen: { readonly key: string; readonly ranges: readonly PortRange[] }[] = [];
  for (const { flow, file, path, owner, from } of flows) {
    const key = [from, flow.to, flow.protocol].join("\u0000");
    const ranges = flow.ports.map(parsePortRange);
    const meets = (others: readonly PortRange[]) =>
      ranges.some((range) => others.some((other) => portsMeet(range, other)));
    const twice =
      seen.some((other) => other.key === key && meets(other.ranges)) ||
      ranges.some((range, index) => ranges.slice(0, index).some((other) => portsMeet(range, other)));
    const inBaseline =
      owner !== undefined &&
      !isSite(from, owner) &&
      baseline.some(
        ({ flow: base }) =>
          base.to === flow.to && base.protocol === flow.protocol && meets(base.ports.map(parsePortRange)),
      );
    if (twice || inBaseline) {
      report("FLOW-006", file, path, {
        got: `${from ?? "every network"} to ${flow.to} ${flow.protocol} ${flow.ports.join(", ")}`,
        ...(inBaseline ? { hint: "remove it: defaults.yaml already gives it to every network" } : {}),
      });
    }
    seen.push({ key, ranges });
  }
}

/** Whether an end is none of the application's own: the baseline holds for its networks only. */
function isSite(end: string | undefined, owner: ApplicationEntity): boolean {
  return (
    end !== undefined && ![...owner.value.networks, ...owner.value.workloads].some(({ name }) => name === end)
  );
}
