/** The program that listens and sends in a lab's namespaces: built once for its sources, started once a lab. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { LabError } from "./errors.ts";
import { run } from "./programs.ts";

const sources = fileURLToPath(new URL("agent", import.meta.url));

/** Builds the program into the user's cache, unless these very sources are there; returns its path. A killed build leaves nothing half-written. */
export async function buildAgent(): Promise<string> {
  const digest = createHash("sha256").update(`${process.platform}-${process.arch}\0`);
  for (const name of readdirSync(sources).sort()) {
    digest.update(`${name}\0`).update(readFileSync(join(sources, name)));
  }
  const base = process.env.XDG_CACHE_HOME || join(process.env.HOME || homedir(), ".cache");
  const cache = join(base, "archipel");
  const folder = join(cache, "lab", `agent-${digest.digest("hex").slice(0, 16)}`);
  const binary = join(folder, "lab-agent");
  if (existsSync(binary)) return binary;
  mkdirSync(join(cache, "lab"), { recursive: true });
  const work = mkdtempSync(join(cache, "lab", ".build-"));
  try {
    const settings = [
      `GOCACHE=${process.env.GOCACHE || join(cache, "go-build")}`,
      "GOFLAGS=-mod=readonly -buildvcs=false",
      "GOWORK=off",
      "CGO_ENABLED=0",
    ];
    const build = ["go", "build", "-ldflags", "-s -w", "-o", join(work, "lab-agent"), "."];
    await run("env", [...settings, ...build], "", sources);
    // Another build may have been quicker; then its result is as good.
    if (!existsSync(folder)) renameSync(work, folder);
    return binary;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

interface Pending {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: LabError) => void;
}

/** As the program writes it. */
export interface Answer {
  readonly id: number;
  readonly error?: string;
  readonly arrival?: { readonly namespace: string; readonly source: string; readonly sourcePort: number };
  readonly answered?: boolean;
  readonly refusal?: string;
}

export class Agent {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #pending = new Map<number, Pending>();
  readonly #ended: Promise<void>;
  #complaint = "";
  #last = 0;
  #gone: LabError | undefined;

  constructor(binary: string) {
    this.#child = spawn(binary, [], { stdio: "pipe" });
    this.#child.stderr.on("data", (chunk: Buffer) => {
      this.#complaint = `${this.#complaint}${chunk.toString()}`.slice(-2000);
    });
    this.#child.stdin.on("error", () => undefined);
    createInterface({ input: this.#child.stdout }).on("line", (line) => this.#answered(line));
    this.#ended = new Promise((resolve) => {
      const end = (why: string): void => {
        this.#gone ??= new LabError(`The lab's agent has ended: ${why}`);
        for (const { reject } of this.#pending.values()) reject(this.#gone);
        this.#pending.clear();
        resolve();
      };
      this.#child.on("error", (error) => end(error.message));
      this.#child.on("close", (status, signal) =>
        end(`${signal ?? `status ${status}`} ${this.#complaint}`.trim()),
      );
    });
  }

  /** Process number, for who wants to see it end. */
  get process(): number | undefined {
    return this.#child.pid;
  }

  /** Rejects with {@link LabError} when the request cannot be met, or when the program has ended. */
  ask(
    operation: "set" | "ready" | "listen" | "send",
    what: Readonly<Record<string, unknown>>,
  ): Promise<Answer> {
    if (this.#gone !== undefined) return Promise.reject(this.#gone);
    this.#last += 1;
    const id = this.#last;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#child.stdin.write(`${JSON.stringify({ id, operation, ...what })}\n`);
    });
  }

  async close(): Promise<void> {
    this.#child.stdin.end();
    await this.#ended;
  }

  #answered(line: string): void {
    const answer = JSON.parse(line) as Answer;
    const pending = this.#pending.get(answer.id);
    this.#pending.delete(answer.id);
    if (answer.error === undefined) pending?.resolve(answer);
    else pending?.reject(new LabError(answer.error));
  }
}
