import { contentOf, type Field, type Shape, shapeOf, shapeOfXml } from "./shape.ts";

/** A body and its status. */
export interface Answered {
  readonly status: number;
  readonly body: string;
}

/** One way in which an answer is unlike the recorded one. */
export interface Difference {
  readonly what: "status" | "content" | "missing" | "type" | "word";
  /** Path of the field, "" for the whole. */
  readonly path: string;
  readonly recorded: string;
  readonly simulated: string;
}

/**
 * States that pass by themselves, and that the simulator need not show: it settles at once. A recorded one may be
 * answered by any state that it is not, but never by a state that passes itself.
 */
const passing =
  /^(allocating|attaching|auto[a-z]+|backuping|booting|configuring|creating|deleting|delivering|deprovisioning|detaching|initializing|locking|migrating|ordered|pending|processing|provisioning|resizing|restarting|restoring|scaling|snapshotting|starting|stopping|syncing|to_create|unknown|updating|upgrading|created|enabling|option_status_enabling|to_install|installing|exporting|creating_image|in_progress|waiting)$/;

function list(values: Iterable<string>): string {
  return [...values].sort().join(", ");
}

function settles(path: string, word: string, recorded: Field): boolean {
  return (
    /(^|[.\]])(status|state)$/.test(path) &&
    !passing.test(word) &&
    [...recorded.words].some((one) => passing.test(one))
  );
}

function compareField(path: string, recorded: Field, simulated: Field | undefined): Difference | undefined {
  if (!simulated) return { what: "missing", path, recorded: list(recorded.types), simulated: "" };
  if (![...simulated.types].every((type) => recorded.types.has(type))) {
    return { what: "type", path, recorded: list(recorded.types), simulated: list(simulated.types) };
  }
  const strange = [...simulated.words].filter(
    (word) => !recorded.words.has(word) && !settles(path, word, recorded),
  );
  if (recorded.words.size > 0 && strange.length > 0) {
    return { what: "word", path, recorded: list(recorded.words), simulated: list(strange) };
  }
  return undefined;
}

function compareShapes(recorded: Shape, simulated: Shape): Difference[] {
  const found: Difference[] = [];
  for (const [path, field] of recorded) {
    // What lies in a field that is missing, or of another type, is missing with it.
    const above = found.some(
      ({ what, path: outer }) =>
        what !== "word" && outer !== "" && path.startsWith(outer) && /^[.[]/.test(path.slice(outer.length)),
    );
    if (above) continue;
    const difference = compareField(path, field, simulated.get(path));
    if (difference) found.push(difference);
  }
  return found;
}

/**
 * How an answer differs from the recorded one, none when it is alike: its status, every recorded field with its types,
 * every word of a closed vocabulary. Fields beyond those recorded are let be: the recordings are of several years, and
 * clients ignore what they do not know.
 */
export function differences(recorded: Answered, simulated: Answered): Difference[] {
  if (recorded.status !== simulated.status) {
    return [
      {
        what: "status",
        path: "",
        recorded: String(recorded.status),
        simulated: `${simulated.status} ${simulated.body.slice(0, 160)}`,
      },
    ];
  }
  const [real, ours] = [contentOf(recorded.body), contentOf(simulated.body)];
  if (real.kind !== ours.kind) {
    return [{ what: "content", path: "", recorded: real.kind, simulated: ours.kind }];
  }
  if (real.kind === "json" && ours.kind === "json")
    return compareShapes(shapeOf(real.value), shapeOf(ours.value));
  if (real.kind === "xml") return compareShapes(shapeOfXml(recorded.body), shapeOfXml(simulated.body));
  return [];
}
