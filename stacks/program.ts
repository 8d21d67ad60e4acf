/** One run of one stack: its settings, its estate's plan, and the outputs that its program lays out. */
import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { Protection } from "../components/foundation.ts";
import type { ZoneKey } from "../model/estate/estate.ts";
import { parseEstate, renderText, zoneKeys } from "../model/estate/index.ts";
import { makePlan, renderPlanProblems } from "../model/plan/index.ts";
import type { Plan } from "../model/plan/plan.ts";
import type { ContractSource, StackOutputs } from "./contracts.ts";
import { loadEstate, StackInputError } from "./load-estate.ts";
import { parseStackName, type StackKind, stackKinds, stackName } from "./stack-names.ts";

/** What every stack's program is given. */
export interface StackRun {
  readonly plan: Plan;
  readonly activeZone: ZoneKey;
  readonly protection: Protection;
  readonly environment: NodeJS.ProcessEnv;
  /** The contract of a stack that came before, to be read against a shape. */
  readonly upstream: (kind: StackKind) => Promise<ContractSource>;
}

/** A stack's outputs, and what policy packs read beside them: the folder of the reviewed estate, and whether data is meant to be kept. */
export interface RunOutputs extends StackOutputs {
  readonly estate: string;
  readonly protection: Protection;
}

/**
 * Lays out the stack that Pulumi runs.
 * Throws {@link StackInputError} and `MissingContractError`, which are the user's to mend, before it makes anything.
 */
export async function runStack(): Promise<RunOutputs> {
  // Pulumi takes a stack trace for each resource and promise. Its language host has each mapped from transpiled sources, a quarter of the
  // processor time of a preview; Node's own stripping of types leaves every line where it was.
  Reflect.deleteProperty(Error, "prepareStackTrace");
  const { estate, kind } = stackToRun();
  const config = new pulumi.Config("archipel");
  const folder = config.get("estate") || `estates/${estate}`;
  const plan = planOf(estate, folder);
  const run: StackRun = {
    plan,
    activeZone: oneOf("activeZone", zoneKeys, config.get("activeZone") || plan.activeZone),
    protection: oneOf("protection", ["on", "off"] as const, config.get("protection") || "on"),
    environment: process.env,
    upstream: (upstream) => readUpstream(estate, upstream),
  };
  return { ...(await layOut(kind, run)), estate: folder, protection: run.protection };
}

async function layOut(kind: StackKind, run: StackRun): Promise<StackOutputs> {
  // Only the program that runs is loaded: the provider's classes are most of a preview's start.
  switch (kind) {
    case "foundation":
      return (await import("./foundation.ts")).foundation(run);
    case "par-1":
    case "par-2":
      return (await import("./par.ts")).par(run, kind);
    case "witness":
      return (await import("./witness.ts")).witness(run);
    case "edge":
      return (await import("./edge.ts")).edge(run);
    case "dr":
      return (await import("./dr.ts")).dr(run);
  }
}

function stackToRun(): { readonly estate: string; readonly kind: StackKind } {
  const name = pulumi.getStack();
  const parts = parseStackName(name);
  if (parts === undefined) {
    throw new StackInputError(
      [
        `STACK-006: ${name} is no stack of this project.`,
        `  allowed: <estate>.<part>, the part being one of ${stackKinds.join(", ")}`,
        "  → pulumi stack init <estate>.foundation",
      ].join("\n"),
    );
  }
  return parts;
}

function planOf(estate: string, folder: string): Plan {
  const { files, memory } = loadEstate(resolve(pulumi.getRootDirectory(), folder));
  const parsed = parseEstate(files);
  if (!parsed.ok) throw new StackInputError(renderText(parsed.problems));
  if (parsed.estate.organisation.organisation !== estate) {
    throw new StackInputError(
      [
        `STACK-007: the stack is of the estate ${estate}, and ${folder} describes ${parsed.estate.organisation.organisation}.`,
        "  → select a stack of that estate, or set archipel:estate to the folder of this one",
      ].join("\n"),
    );
  }
  const planned = makePlan(parsed.estate, memory);
  if (!planned.ok) throw new StackInputError(renderPlanProblems(planned.problems));
  return planned.plan;
}

function oneOf<Value extends string>(key: string, allowed: readonly Value[], value: string): Value {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) {
    throw new StackInputError(
      [
        `STACK-008: archipel:${key} is ${JSON.stringify(value)}.`,
        `  allowed: ${allowed.join(", ")}`,
        `  → pulumi config set archipel:${key} ${allowed[0]}`,
      ].join("\n"),
    );
  }
  return found;
}

/**
 * The output `provides` of another stack of the estate. An invoke, not a StackReference: the latter ends the whole preview when
 * the stack was never initialised, and a preview on an empty backend must work.
 */
async function readUpstream(estate: string, kind: StackKind): Promise<ContractSource> {
  const name = `${pulumi.getOrganization()}/${pulumi.getProject()}/${stackName(estate, kind)}`;
  const mode = pulumi.runtime.isDryRun() ? "preview" : "update";
  const read = async (): Promise<unknown> => {
    try {
      const answer = await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name });
      return answer?.outputs?.provides;
    } catch (error) {
      if (error instanceof Error && error.message.includes("unknown stack")) return undefined;
      throw error;
    }
  };
  return { estate, kind, mode, provides: await read() };
}
