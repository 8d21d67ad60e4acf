/** Every stack of an estate laid out under mocks, as the engine's documents: a state of what is deployed, or a preview of what never was. */
import { join } from "node:path";
import type { Estate } from "../../model/estate/index.ts";
import { parseEstate, renderText } from "../../model/estate/index.ts";
import { makePlan, renderPlanProblems } from "../../model/plan/index.ts";
import type { Plan } from "../../model/plan/plan.ts";
import { type Declarations, declarationsOf } from "../../model/proof/declarations.ts";
import { type StackOutputs, standIn } from "../../stacks/contracts.ts";
import { dr } from "../../stacks/dr.ts";
import { edge } from "../../stacks/edge.ts";
import { foundation } from "../../stacks/foundation.ts";
import { loadEstate } from "../../stacks/load-estate.ts";
import { par } from "../../stacks/par.ts";
import type { StackRun } from "../../stacks/program.ts";
import { type StackKind, stackKinds, stackName } from "../../stacks/stack-names.ts";
import { witness } from "../../stacks/witness.ts";
import { withOperatorKey } from "../stacks/run.ts";
import { type LaidOut, layOut } from "./laid-out.ts";

const root = join(import.meta.dirname, "../..");

export interface EstateResources {
  readonly estate: Estate;
  readonly plan: Plan;
  /** With the groups' parts of the clients' addresses, as they are recorded. */
  readonly declared: Declarations;
  /** By kind of stack; stacks join by the stand-ins that a preview of an empty backend uses. */
  readonly stacks: Readonly<Record<StackKind, readonly LaidOut[]>>;
  /** Outputs of each program, as it hands them over. */
  readonly outputs: Readonly<Record<StackKind, StackOutputs>>;
}

/** What is changed in the text of an estate's files, by path: each `[from, to]` once. */
export type Changes = Readonly<Record<string, readonly (readonly [string, string])[]>>;

/** An estate with a site, datagrams and people, whose edge pair is too small for its plan as it stands. */
export const harbour = {
  folder: "test/estates/valid/harbour",
  changes: {
    "platform.yaml": [["edge: { offer: PRO2-XXS }", "edge: { offer: POP2-16C-64G }"]],
  },
} as const satisfies { readonly folder: string; readonly changes: Changes };

/** Parses and plans an estate of the project; `folder` is relative to it. */
export function plannedEstate(
  folder: string,
  changes: Changes = {},
): Pick<EstateResources, "estate" | "plan" | "declared"> {
  const { files, memory } = loadEstate(join(root, folder));
  const changed = new Map(files);
  for (const [path, pairs] of Object.entries(changes)) {
    for (const [from, to] of pairs) {
      const text = changed.get(path);
      if (text?.includes(from) !== true) throw new Error(`${path} of ${folder} does not say: ${from}`);
      changed.set(path, text.replace(from, to));
    }
  }
  // A day within every contract: tests must not fail because time passes.
  const parsed = parseEstate(changed, "2026-11-22");
  if (!parsed.ok) throw new Error(renderText(parsed.problems));
  const planned = makePlan(parsed.estate, memory);
  if (!planned.ok) throw new Error(renderPlanProblems(planned.problems));
  const declared = declarationsOf(parsed.estate, planned.memory.pools);
  return { estate: parsed.estate, plan: planned.plan, declared };
}

export async function estateResources(
  folder: string,
  changes?: Changes,
  protection: StackRun["protection"] = "off",
): Promise<EstateResources> {
  const { estate, plan, declared } = plannedEstate(folder, changes);
  const { stacks, outputs } = await withOperatorKey(async (environment) => {
    const run: StackRun = {
      plan,
      activeZone: plan.activeZone,
      protection,
      environment,
      upstream: async (kind) => ({ estate: plan.estate, kind, mode: "preview", provides: undefined }),
    };
    const programs: Readonly<Record<StackKind, () => StackOutputs | Promise<StackOutputs>>> = {
      foundation: () => foundation(run),
      "par-1": () => par(run, "par-1"),
      "par-2": () => par(run, "par-2"),
      witness: () => witness(run),
      edge: () => edge(run),
      dr: () => dr(run),
    };
    const found: Partial<Record<StackKind, readonly LaidOut[]>> = {};
    const handed: Partial<Record<StackKind, StackOutputs>> = {};
    for (const kind of stackKinds) {
      const { resources, result } = await layOut(programs[kind], { stack: stackName(plan.estate, kind) });
      found[kind] = resources;
      handed[kind] = result;
    }
    return {
      stacks: found as Record<StackKind, readonly LaidOut[]>,
      outputs: handed as Record<StackKind, StackOutputs>,
    };
  });
  return { estate, plan, declared, stacks, outputs };
}

const secretKey = "4dabf18193072939515e22adb298388d";
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** As `pulumi stack export` shows the stacks once they are up. */
export function statesOf({ plan, stacks }: EstateResources): readonly unknown[] {
  return stackKinds.map((kind) => {
    const ids = new Map(
      stacks[kind].map((resource) => [resource.state.id, deployedId(plan.estate, kind, resource)] as const),
    );
    ids.delete("");
    const renamed = (value: unknown): unknown =>
      typeof value === "string" ? (ids.get(value) ?? value) : mapped(value, renamed);
    return {
      version: 3,
      deployment: {
        resources: stacks[kind].map((resource) => ({
          ...common(resource),
          id: deployedId(plan.estate, kind, resource),
          inputs: renamed(ciphered(resource.inputs)),
          outputs: renamed(ciphered({ ...resource.state.outputs, ...deployed(plan.estate, kind, resource) })),
        })),
      },
    };
  });
}

/** As `pulumi preview --json --show-sames` shows them on an empty backend: what the provider computes is unknown. */
export function previewsOf({ stacks }: EstateResources): readonly unknown[] {
  return stackKinds.map((kind) => ({
    config: {},
    steps: stacks[kind].map((resource) => {
      const inputs = blurred(ciphered(resource.inputs, "[secret]"));
      return { op: "create", urn: resource.urn, newState: { ...common(resource), inputs, outputs: inputs } };
    }),
  }));
}

function common({ urn, type, state }: LaidOut) {
  const { parent, dependencies, propertyDependencies } = state;
  return { urn, type, parent, dependencies, propertyDependencies };
}

const keepers: Readonly<Record<string, string>> = {
  "scaleway:network/vpc:Vpc": "vpcs",
  "scaleway:network/privateNetwork:PrivateNetwork": "privateNetworks",
  "scaleway:ipam/ip:Ip": "reservations",
  "scaleway:loadbalancers/loadBalancer:LoadBalancer": "loadBalancers",
};

/** What other stacks were told in the foundation's place. */
function deployedId(estate: string, kind: StackKind, { type, name, state }: LaidOut): string {
  const keeper = keepers[type];
  const place = state.id.includes("/") ? `${state.id.slice(0, state.id.indexOf("/"))}/` : "";
  if (keeper !== undefined) {
    const path = keeper === "loadBalancers" ? [keeper, name, "id"] : [keeper, name];
    return `${place}${standIn(stackName(estate, kind), path)}`;
  }
  const key = publicAddressKey(name);
  return key === undefined
    ? state.id
    : `${place}${standIn(stackName(estate, kind), ["publicAddresses", key, "id"])}`;
}

function deployed(
  estate: string,
  kind: StackKind,
  { type, name }: LaidOut,
): Readonly<Record<string, unknown>> {
  const key = publicAddressKey(name);
  if (key !== undefined) {
    const uuid = standIn(stackName(estate, kind), ["publicAddresses", key, "address"]);
    const bits = Number.parseInt(uuid.slice(0, 8), 16);
    const address = `198.${18 + (bits & 1)}.${(bits >>> 8) & 255}.${(bits >>> 16) & 255}`;
    return { address, ipAddress: address };
  }
  if (type !== "scaleway:elasticmetal/server:Server") return {};
  return { ipv4s: [{ address: "203.0.113.7" }], ipv6s: [{ address: "2001:db8:7::1" }] };
}

function publicAddressKey(name: string): string | undefined {
  return name.startsWith("public-address-") ? name.slice("public-address-".length) : undefined;
}

/** Ids of resources of the same stack, and what comes of them, are unknown; one unknown inside a text swallows the whole of it. */
export function blurred(value: unknown): unknown {
  if (typeof value === "string")
    return /(id|address|mac)-of-|ARCHIPEL_(VLANS|MACS)=/.test(value) ? unknown : value;
  return mapped(value, blurred);
}

function ciphered(value: unknown, text?: string): unknown {
  if (typeof value === "object" && value !== null && secretKey in value)
    return text ?? { [secretKey]: "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:AAAA" };
  return mapped(value, (each) => ciphered(each, text));
}

function mapped(value: unknown, change: (each: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map(change);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, change(each)]));
}
