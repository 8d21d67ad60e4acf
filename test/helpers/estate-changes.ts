/** An estate that changes as estates do, one reviewed change after another, drawn from a seed; each is valid by the model's own checks. */
import { parse, stringify } from "yaml";
import type { Estate } from "../../model/estate/index.ts";
import { parseEstate } from "../../model/estate/index.ts";
import { makePlan, memoryFile, memoryText, type PlanMemory } from "../../model/plan/index.ts";
import type { Plan } from "../../model/plan/plan.ts";
import type { EstateFiles } from "../../stacks/load-estate.ts";
import { mulberry32 } from "./mulberry32.ts";

export interface ChangedEstate {
  /** The change in a few words. */
  readonly what: string;
  readonly estate: Estate;
  readonly plan: Plan;
  /** Every file of its folder, what the plan remembers included. */
  readonly files: ReadonlyMap<string, string>;
}

type Counts = Record<"par-1" | "par-2", number>;

interface Flow {
  readonly to: string;
  readonly protocol?: "tcp" | "udp";
  ports: number[];
  readonly why: string;
  readonly owner: string;
}

interface Workload {
  readonly [more: string]: unknown;
  readonly name: string;
  readonly count?: Counts;
}

interface Service {
  readonly [more: string]: unknown;
  readonly name: string;
  port: number;
  exposure: string;
  hostname?: string;
}

interface Application {
  readonly [more: string]: unknown;
  readonly application: string;
  trustClass: string;
  readonly networks: readonly { readonly name: string }[];
  readonly workloads: Workload[];
  readonly services: Service[];
  flows?: Flow[];
}

interface Draft {
  readonly applications: Map<string, Application>;
  readonly organisation: { trustClasses: string[]; activeZone: string; quotas: Record<string, number> };
  readonly platform: { readonly proxies: { count: number }; readonly egress: { count: number } };
}

/** Changes a draft and says how; undefined where it does not apply. */
type Change = (draft: Draft, draw: Draw) => string | undefined;

const known = ["library", "museum", "archive", "permits", "market", "harvest"];
const owner = "town-operations";
/** A day within every contract. */
const today = "2026-11-22";
/** More than any number of changes asks for: what is granted is not what is tried here. */
const granted = { "instances/PLAY2-NANO": 60, "bareMetal/EM-B220E-NVME": 12, "bareMetal/EM-A610R-NVME": 8 };

class Draw {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = mulberry32(seed);
  }

  below(count: number): number {
    return this.#next() % count;
  }

  of<Item>(list: readonly Item[]): Item | undefined {
    return list.length === 0 ? undefined : list[this.below(list.length)];
  }

  port(): number {
    return 2000 + this.below(40_000);
  }
}

const applicationsOf = ({ applications }: Draft): Application[] => [...applications.values()];
const flowsOf = (draft: Draft): { readonly of: Application; readonly flow: Flow }[] =>
  applicationsOf(draft).flatMap((of) => (of.flows ?? []).map((flow) => ({ of, flow })));

const changes: readonly Change[] = [
  function addApplication(draft, draw) {
    const name = draw.of(known.filter((each) => !draft.applications.has(each)));
    if (name === undefined) return undefined;
    const guest = draw.below(3) === 0;
    const place = { name: `${name}-app`, network: name, count: { "par-1": 1, "par-2": 1 }, sustains: 100 };
    draft.applications.set(name, {
      application: name,
      title: `The ${name}`,
      owner,
      trustClass: "internal",
      criticality: "standard",
      recovery: "cold",
      users: 50,
      peak: 10,
      networks: [{ name }],
      workloads: [
        guest
          ? { ...place, kind: "guest", hypervisors: "town", memoryGiB: 4 }
          : { ...place, kind: "instance", offer: "PLAY2-NANO" },
      ],
      services: [{ name, workload: `${name}-app`, port: draw.port(), exposure: "internal" }],
    });
    return `${guest ? "guests" : "servers"} of a new application, ${name}`;
  },
  function removeApplication({ applications }, draw) {
    const name = draw.of([...applications.keys()].filter((each) => known.includes(each)));
    if (name === undefined) return undefined;
    applications.delete(name);
    for (const application of applications.values())
      if (application.flows !== undefined)
        application.flows = application.flows.filter(({ to }) => to !== name);
    return `${name} is gone`;
  },
  function addFlow(draft, draw) {
    const [from, to] = [draw.of(applicationsOf(draft)), draw.of(applicationsOf(draft))];
    const service = draw.of(to?.services ?? []);
    if (from === undefined || to === undefined || service === undefined || from === to) return undefined;
    const protocol = draw.below(4) === 0 ? "udp" : "tcp";
    const flow = {
      to: to.application,
      protocol,
      ports: [draw.below(2) === 0 ? service.port : draw.port()],
      why: "it asks for what it needs",
      owner,
    } as const;
    from.flows = [...(from.flows ?? []), { ...flow, ports: [...flow.ports] }];
    return `a flow from ${from.application} to ${flow.to} ${protocol}/${flow.ports.join()}`;
  },
  function removeFlow(draft, draw) {
    const one = draw.of(flowsOf(draft));
    if (one === undefined) return undefined;
    one.of.flows = one.of.flows?.filter((each) => each !== one.flow) ?? [];
    return `no flow from ${one.of.application} to ${one.flow.to} ${one.flow.ports.join()}`;
  },
  function widenFlow(draft, draw) {
    const one = draw.of(flowsOf(draft));
    if (one === undefined) return undefined;
    one.flow.ports.push(draw.port());
    return `a wider flow from ${one.of.application} to ${one.flow.to} ${one.flow.ports.join()}`;
  },
  function narrowFlow(draft, draw) {
    const one = draw.of(flowsOf(draft).filter(({ flow }) => flow.ports.length > 1));
    if (one === undefined) return undefined;
    one.flow.ports.splice(draw.below(one.flow.ports.length), 1);
    return `a narrower flow from ${one.of.application} to ${one.flow.to} ${one.flow.ports.join()}`;
  },
  function movePort(draft, draw) {
    const application = draw.of(applicationsOf(draft));
    const service = draw.of(application?.services ?? []);
    if (application === undefined || service === undefined) return undefined;
    const [before, after] = [service.port, draw.port()];
    service.port = after;
    for (const { flow } of flowsOf(draft))
      if (flow.to === application.application)
        flow.ports = flow.ports.map((port) => (port === before ? after : port));
    return `${service.name} moves from port ${before} to ${after}`;
  },
  function addServer(draft, draw) {
    const workload = draw.of(applicationsOf(draft).flatMap(({ workloads }) => workloads));
    const zone = draw.of(["par-1", "par-2"] as const);
    if (workload?.count === undefined || zone === undefined) return undefined;
    workload.count[zone] += 1;
    return `one more ${workload.name} in ${zone}`;
  },
  function removeServer(draft, draw) {
    const all = applicationsOf(draft).flatMap(({ workloads }) => workloads);
    const zone = draw.of(["par-1", "par-2"] as const);
    const workload = zone && draw.of(all.filter(({ count }) => (count?.[zone] ?? 0) > 1));
    if (workload?.count === undefined || zone === undefined) return undefined;
    workload.count[zone] -= 1;
    return `one ${workload.name} less in ${zone}`;
  },
  function replicas({ platform }, draw) {
    const of = draw.of(["proxies", "egress"] as const) ?? "egress";
    platform[of].count += draw.below(2) === 0 ? 1 : -1;
    return `${platform[of].count} ${of} a zone`;
  },
  function exposure(draft, draw) {
    const service = draw.of(applicationsOf(draft).flatMap(({ services }) => services));
    if (service === undefined) return undefined;
    if (service.exposure === "public") {
      service.exposure = "internal";
      delete service.hostname;
    } else {
      service.exposure = "public";
      service.hostname = service.name;
    }
    return `${service.name} is ${service.exposure}`;
  },
  function trustClass({ applications, organisation }, draw) {
    const application = draw.of(
      [...applications.values()].filter(({ application: name }) => known.includes(name)),
    );
    if (application === undefined) return undefined;
    application.trustClass = application.trustClass === "internal" ? "published" : "internal";
    organisation.trustClasses = [
      ...new Set([...applications.values()].map((each) => each.trustClass)),
    ].sort();
    return `${application.application} is ${application.trustClass}`;
  },
  function switchZone({ organisation }) {
    organisation.activeZone = organisation.activeZone === "par-1" ? "par-2" : "par-1";
    return `${organisation.activeZone} is active`;
  },
];

/** Draws of a change that checks refuse, in a row, before this gives up: most of what is drawn is valid. */
const patience = 200;

export class ChangingEstate {
  readonly #draw: Draw;
  #files: ReadonlyMap<string, string>;
  #memory: PlanMemory;

  constructor({ files, memory }: EstateFiles, seed: number) {
    this.#draw = new Draw(seed);
    this.#files = changed(files, ({ organisation, applications }) => {
      Object.assign(organisation.quotas, granted);
      for (const { workloads } of applications.values())
        for (const each of workloads)
          Object.assign(each, { count: each.count ?? { "par-1": 1, "par-2": 1 } });
    });
    this.#memory = memory;
  }

  /** As it is before any change. */
  first(): ChangedEstate {
    const found = this.#settle("as it was", this.#files);
    if (found === undefined) throw new Error("the estate itself is not valid");
    return found;
  }

  next(): ChangedEstate {
    for (let tries = 0; tries < patience; tries += 1) {
      const change = this.#draw.of(changes) as Change;
      let what: string | undefined;
      const files = changed(this.#files, (draft) => {
        what = change(draft, this.#draw);
      });
      const found = what === undefined ? undefined : this.#settle(what, files);
      if (found !== undefined) return found;
    }
    throw new Error(`${patience} changes in a row were refused`);
  }

  #settle(what: string, files: ReadonlyMap<string, string>): ChangedEstate | undefined {
    const parsed = parseEstate(files, today);
    if (!parsed.ok) return undefined;
    const planned = makePlan(parsed.estate, this.#memory);
    if (!planned.ok) return undefined;
    this.#files = files;
    this.#memory = planned.memory;
    return {
      what,
      estate: parsed.estate,
      plan: planned.plan,
      files: new Map([...files, [memoryFile, memoryText(planned.memory)]]),
    };
  }
}

function changed(
  files: ReadonlyMap<string, string>,
  change: (draft: Draft) => void,
): ReadonlyMap<string, string> {
  const read = <Shape>(path: string): Shape => parse(files.get(path) ?? "") as Shape;
  const folder = "applications/";
  const applications = new Map(
    [...files.keys()]
      .filter((path) => path.startsWith(folder))
      .map((path) => read<Application>(path))
      .map((each): [string, Application] => [each.application, each]),
  );
  const draft: Draft = {
    applications,
    organisation: read("organisation.yaml"),
    platform: read("platform.yaml"),
  };
  change(draft);
  return new Map([
    ...[...files].filter(([path]) => !path.startsWith(folder)),
    ["organisation.yaml", stringify(draft.organisation)],
    ["platform.yaml", stringify(draft.platform)],
    ...[...applications].map(([name, each]): [string, string] => [`${folder}${name}.yaml`, stringify(each)]),
  ]);
}
