/** The engine's event log, as `--event-log` writes it: one JSON object a line, partly written while it runs. */
import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";

/** What is done to a resource (sdk/v3 go/common/apitype events, 3.250). */
export type Operation =
  | "same"
  | "create"
  | "update"
  | "delete"
  | "replace"
  | "create-replacement"
  | "delete-replaced"
  | "read"
  | "read-replacement"
  | "refresh"
  | "discard"
  | "discard-replaced"
  | "remove-pending-replace"
  | "import"
  | "import-replacement";

export interface StepMetadata {
  readonly op: Operation;
  readonly urn: string;
  readonly type: string;
  readonly diffs?: readonly string[] | null;
  readonly detailedDiff?: Readonly<Record<string, { readonly diffKind: string }>> | null;
}

export interface EngineEvent {
  readonly timestamp: number;
  readonly resourcePreEvent?: { readonly metadata: StepMetadata };
  readonly resOutputsEvent?: { readonly metadata: StepMetadata };
  readonly resOpFailedEvent?: { readonly metadata: StepMetadata };
  readonly diagnosticEvent?: {
    readonly urn?: string;
    readonly message: string;
    readonly severity: string;
    readonly ephemeral?: boolean;
  };
  readonly policyEvent?: {
    readonly resourceUrn?: string;
    readonly message: string;
    readonly policyName: string;
    readonly policyPackName: string;
    readonly enforcementLevel: string;
  };
  readonly summaryEvent?: {
    readonly maybeCorrupt: boolean;
    readonly durationSeconds: number;
    readonly resourceChanges: Readonly<Record<string, number>>;
  };
}

/** Reads what was appended since the last call; a line still being written waits for the next. */
export class EventReader {
  readonly #path: string;
  readonly #decoder = new StringDecoder("utf8");
  readonly #buffer = Buffer.alloc(1 << 16);
  #offset = 0;
  #rest = "";

  constructor(path: string) {
    this.#path = path;
  }

  read(): readonly EngineEvent[] {
    if (!existsSync(this.#path)) return [];
    const file = openSync(this.#path, "r");
    try {
      for (;;) {
        const length = readSync(file, this.#buffer, 0, this.#buffer.length, this.#offset);
        if (length === 0) break;
        this.#offset += length;
        this.#rest += this.#decoder.write(this.#buffer.subarray(0, length));
      }
    } finally {
      closeSync(file);
    }
    const lines = this.#rest.split("\n");
    this.#rest = lines.pop() ?? "";
    return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as EngineEvent);
  }
}
