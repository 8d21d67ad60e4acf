import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { delimiter, dirname } from "node:path";

/** The processes that the host started: programs and policy packs. They end with it. */
export class Children {
  readonly #running = new Set<ChildProcess>();

  /** Starts this very Node with arguments; its folder comes first on the child's PATH. */
  startNode(args: readonly string[], options: SpawnOptions): ChildProcess {
    const environment = options.env ?? process.env;
    const child = spawn(process.execPath, args, {
      ...options,
      env: {
        ...environment,
        PATH: [dirname(process.execPath), environment.PATH].filter(Boolean).join(delimiter),
      },
    });
    this.#running.add(child);
    child.once("close", () => this.#running.delete(child));
    child.once("error", () => this.#running.delete(child));
    return child;
  }

  killAll(): void {
    for (const child of this.#running) child.kill("SIGKILL");
  }
}
