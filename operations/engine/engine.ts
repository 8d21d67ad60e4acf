/** Runs the Pulumi engine on a stack, with its events as data and its text in a log file. */
import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { execa } from "execa";
import { isPolicyName, packOf } from "../../policies/catalogue/index.ts";
import type { Environment } from "../embedded/environment.ts";
import type { World } from "../embedded/world.ts";
import { VisibleError } from "../errors.ts";
import { type EngineEvent, EventReader, type Operation, type StepMetadata } from "./events.ts";
import { newMarker } from "./marker.ts";
import { plain, readable, readableErrors } from "./messages.ts";

/** A world with the variables that its engine runs under. */
export interface Workspace {
  readonly world: World;
  readonly environment: Environment;
}

export interface Step {
  readonly op: Operation;
  readonly urn: string;
  readonly type: string;
  /** Properties that differ, of an update or a replacement. */
  readonly differs: readonly string[];
}

export interface Outcome {
  readonly stack: string;
  readonly exitCode: number;
  readonly seconds: number;
  /** What was, or would be, done; resources that stay as they are left out. In the engine's order. */
  readonly steps: readonly Step[];
  /** Resources that stay as they are. */
  readonly same: number;
  readonly errors: readonly string[];
  /** Violations, mandatory ones marked. */
  readonly violations: readonly {
    readonly policy: string;
    readonly level: string;
    readonly message: string;
  }[];
  readonly log: string;
}

export interface RunOptions {
  /** Folder of the policy pack to run under; none: no policies. */
  readonly policyPack?: string | undefined;
  /** `key=value` of the stack's configuration, kept in its file. */
  readonly config?: Readonly<Record<string, string>>;
  /** URNs that the operation is limited to. */
  readonly targets?: readonly string[];
  /** URNs that the operation leaves as they are. */
  readonly exclude?: readonly string[];
  /** Called now and then with the number of resources handled. */
  readonly onProgress?: (done: number) => void;
  readonly arguments?: readonly string[];
}

const POLL_MILLISECONDS = 200;

/**
 * Runs `pulumi up|preview|destroy|refresh` without questions. Never throws for what the engine refuses: the outcome says so.
 * The engine's own text goes to a file in the world's logs, since it may be long.
 */
export async function runEngine(
  workspace: Workspace,
  operation: "up" | "preview" | "destroy" | "refresh",
  stack: string,
  options: RunOptions = {},
): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), "archipel-events-"));
  const eventLog = join(folder, "events.jsonl");
  const log = join(workspace.world.logs, `${stack}.${operation}.log`);
  const started = performance.now();
  const child = spawnEngine(workspace, [
    operation,
    ...(operation === "preview" ? [] : ["--yes", "--skip-preview"]),
    "--stack",
    stack,
    "--event-log",
    eventLog,
    "--suppress-outputs",
    ...(options.policyPack === undefined ? [] : ["--policy-pack", options.policyPack]),
    ...Object.entries(options.config ?? {}).flatMap(([key, value]) => ["--config", `${key}=${value}`]),
    ...(options.targets ?? []).flatMap((urn) => ["--target", urn]),
    ...(options.exclude ?? []).flatMap((urn) => ["--exclude", urn]),
    ...(options.arguments ?? []),
  ]);
  child.all.pipe(createWriteStream(log, { mode: 0o600 }));

  const reader = new EventReader(eventLog);
  const events: EngineEvent[] = [];
  let running = true;
  const follow = async (): Promise<void> => {
    while (running) {
      events.push(...reader.read());
      options.onProgress?.(count(events));
      await delay(POLL_MILLISECONDS);
    }
    events.push(...reader.read());
  };
  const following = follow();
  const result = await child;
  running = false;
  await following;
  rmSync(folder, { recursive: true, force: true });
  return {
    stack,
    exitCode: result.exitCode ?? 1,
    seconds: (performance.now() - started) / 1000,
    ...summarise(events, operation),
    ...errorsOf(events, result.exitCode === 0 ? "" : String(result.all ?? "")),
    log,
  };
}

/** Throws what the engine said when it failed: its errors, and where all of its text is. */
export function requireSuccess(outcome: Outcome, doing: string): Outcome {
  if (outcome.exitCode === 0) return outcome;
  const mandatory = outcome.violations.filter(({ level }) => level === "mandatory");
  const lines = [...mandatory.map(({ policy, message }) => `${policy}: ${message}`), ...outcome.errors];
  const detail = lines.map((line) => `\n  ${line.trim().replaceAll("\n", "\n  ")}`).join("");
  throw new VisibleError(
    mandatory.length > 0 ? "policy-failed" : "engine-failed",
    `${doing} ${outcome.stack} failed${detail}`,
    `All that the engine said is in ${outcome.log}.`,
  );
}

/** Runs any other `pulumi` command and returns its standard output; throws what it wrote to standard error. */
export async function pulumi(workspace: Workspace, args: readonly string[], input?: string): Promise<string> {
  const result = await spawnEngine(workspace, args, input);
  if (result.exitCode === 0) return String(result.stdout);
  throw new VisibleError("engine-failed", `pulumi ${args.join(" ")}: ${String(result.stderr).trim()}`);
}

function spawnEngine({ world, environment }: Workspace, args: readonly string[], input?: string) {
  return execa("pulumi", [...args, "--non-interactive", "--color", "never"], {
    cwd: world.project,
    // `--event-log` is one of the engine's debugging flags.
    env: { ...environment, ...newMarker(world), PULUMI_DEBUG_COMMANDS: "true" },
    extendEnv: false,
    reject: false,
    all: true,
    maxBuffer: 256 * 1024 * 1024,
    ...(input === undefined ? { stdin: "ignore" } : { input }),
  } as const);
}

function count(events: readonly EngineEvent[]): number {
  return events.filter((event) => event.resOutputsEvent !== undefined).length;
}

function summarise(
  events: readonly EngineEvent[],
  operation: string,
): Pick<Outcome, "steps" | "same" | "violations"> {
  const metadata = events.flatMap(({ resourcePreEvent, resOutputsEvent }): readonly StepMetadata[] => {
    // A refresh knows what it found only afterwards; every other operation says beforehand what it will do.
    const event = operation === "refresh" ? resOutputsEvent : resourcePreEvent;
    return event === undefined ? [] : [event.metadata];
  });
  const steps = metadata.map(({ op, urn, type, diffs, detailedDiff }) => ({
    op,
    urn,
    type,
    differs:
      Object.keys(detailedDiff ?? {}).length > 0
        ? Object.keys(detailedDiff ?? {}).sort()
        : [...(diffs ?? [])].sort(),
  }));
  return {
    steps: steps.filter(({ op }) => op !== "same"),
    same: steps.filter(({ op }) => op === "same").length,
    violations: events.flatMap(({ policyEvent }) =>
      policyEvent === undefined
        ? []
        : [
            {
              policy: policyText(policyEvent),
              level: policyEvent.enforcementLevel,
              message: plain(policyEvent.message),
            },
          ],
    ),
  };
}

/** `segmentation/no-pat-rule`: by the pack that the catalogue has it in, whichever process judged. */
function policyText({ policyName, policyPackName }: NonNullable<EngineEvent["policyEvent"]>): string {
  return `${isPolicyName(policyName) ? packOf(policyName) : policyPackName}/${policyName}`;
}

function errorsOf(events: readonly EngineEvent[], text: string): Pick<Outcome, "errors"> {
  const errors = events.flatMap(({ diagnosticEvent }) =>
    diagnosticEvent?.severity === "error"
      ? [
          `${diagnosticEvent.urn === undefined ? "" : `${nameOf(diagnosticEvent.urn)}: `}${readable(diagnosticEvent.message)}`,
        ]
      : [],
  );
  if (errors.length > 0 || text === "") return { errors: readableErrors(errors) };
  // Refused before the engine began: a lock, a passphrase, a project that does not load.
  return { errors: [plain(text).trim().split("\n").slice(-15).join("\n")] };
}

/** The last part of a URN: the resource's logical name. */
export function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? urn;
}
