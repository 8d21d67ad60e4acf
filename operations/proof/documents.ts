/** Every stack of an estate as the proof reads it: what is deployed, or what an update would make of it. */
import {
  DocumentError,
  type Documents,
  fromPreview,
  fromState,
  joined,
} from "../../model/proof/read/index.ts";
import { type StackKind, stackKinds, stackName } from "../../stacks/stack-names.ts";
import type { Deployment } from "../deploy.ts";
import { ensureStack, estatePath } from "../embedded/stacks.ts";
import { pulumi } from "../engine/engine.ts";
import { allEnded, VisibleError } from "../errors.ts";
import { type Disruption, disruptionsOf, inOrder } from "./disruptions.ts";

/** `states`: what the last update left. `preview`: what the next one would leave. */
type Source = "states" | "preview";

/** What stacks are, or will be; and what the update that a preview is of takes to get there. */
export interface StackReading extends Documents {
  readonly disruptions: readonly Disruption[];
}

/** Stacks read side by side: an engine is one process of one core. */
const side = 2;

/** Stacks without which an estate is not there at all; `edge` and `dr` hold nothing of its network. */
const needed: ReadonlySet<StackKind> = new Set(["foundation", "par-1", "par-2", "witness"]);

/** Reads all stacks. Throws a {@link VisibleError} for a stack that is not up, and for what the engine refuses. */
export async function readStacks(deployment: Deployment, source: Source): Promise<StackReading> {
  const { progress } = deployment;
  progress.expect(stackKinds.length);
  const found: StackReading[] = [];
  for (let at = 0; at < stackKinds.length; at += side) {
    const kinds = stackKinds.slice(at, at + side);
    found.push(...(await allEnded(kinds.map((kind) => readStack(deployment, source, kind)))));
  }
  return { ...joined(found), disruptions: inOrder(found.flatMap(({ disruptions }) => disruptions)) };
}

async function readStack(deployment: Deployment, source: Source, kind: StackKind): Promise<StackReading> {
  const stack = stackName(deployment.estate.organisation.organisation, kind);
  const title = source === "preview" ? `preview ${stack}` : `read ${stack}`;
  return deployment.progress.step(title, async () => {
    const result =
      source === "preview" ? await preview(deployment, stack) : await state(deployment, stack, kind);
    return { result, summary: `${result.resources.length} resources` };
  });
}

async function state({ workspace }: Deployment, stack: string, kind: StackKind): Promise<StackReading> {
  const text = await exported();
  const found = text === undefined ? { resources: [], undetermined: [] } : parsed(text, fromState, stack);
  if (found.resources.length > 0 || !needed.has(kind)) return { ...found, disruptions: [] };
  throw new VisibleError(
    "stack-not-up",
    `the stack ${stack} is not up, so there is no network to prove`,
    "What an update would make is proved with --from preview.",
  );

  async function exported(): Promise<string | undefined> {
    try {
      return await pulumi(workspace, ["stack", "export", "--stack", stack]);
    } catch (error) {
      // A stack that was never made says so, in these words (pulumi 3.250).
      if (error instanceof VisibleError && /no stack named|not found/.test(error.message)) return undefined;
      throw error;
    }
  }
}

async function preview({ workspace, place, folder }: Deployment, stack: string): Promise<StackReading> {
  if (place === "embedded")
    await ensureStack(workspace, stack, { "archipel:estate": estatePath(workspace.world, folder) });
  const text = await pulumi(workspace, ["preview", "--json", "--show-sames", "--stack", stack]);
  return parsed(
    text,
    (document) => ({ ...fromPreview(document), disruptions: disruptionsOf(document) }),
    stack,
  );
}

function parsed<Read>(text: string, read: (document: unknown) => Read, stack: string): Read {
  try {
    return read(JSON.parse(text));
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof DocumentError)) throw error;
    throw new VisibleError(
      "engine-failed",
      `what the engine says of ${stack} cannot be read: ${error.message}`,
    );
  }
}
