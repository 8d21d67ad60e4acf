/** What people see while something long runs: one line that moves on a terminal, plain lines elsewhere. */
import { clearInterval, setInterval } from "node:timers";

/** Where lines go, and whether a line may be drawn over. */
export interface Output {
  readonly kind: "terminal" | "plain";
  write(text: string): void;
}

const REDRAW_MILLISECONDS = 500;
/** Plain output says that something still runs only this often. */
const REMIND_SECONDS = 20;

/** The standard error stream, which leaves standard output to what a command answers. */
export const standardError: Output = {
  kind: process.stderr.isTTY && process.env.CI === undefined ? "terminal" : "plain",
  write: (text) => void process.stderr.write(text),
};

interface Running {
  readonly title: string;
  readonly started: number;
  reminded: number;
  detail: string;
}

/** Steps of one command, some of them side by side, with their number, what they did and how long they took. */
export class Progress {
  readonly #output: Output;
  readonly #running = new Set<Running>();
  readonly #started = performance.now();
  #total: number;
  #finished = 0;
  #timer: NodeJS.Timeout | undefined;
  #drawn = false;

  /** `total`: number of steps expected; 0 where it is not known. */
  constructor(output: Output = standardError, total = 0) {
    this.#output = output;
    this.#total = total;
  }

  /** Announces more steps. */
  expect(steps: number): void {
    this.#total += steps;
  }

  /** Seconds since the first step. */
  get seconds(): number {
    return (performance.now() - this.#started) / 1000;
  }

  line(text: string): void {
    this.#erase();
    this.#output.write(`${text}\n`);
  }

  /** Runs a step. `work` may tell how far it is, and returns its result with what to say of it. */
  async step<T>(
    title: string,
    work: (tell: (detail: string) => void) => Promise<{ readonly result: T; readonly summary: string }>,
  ): Promise<T> {
    const running: Running = { title, started: performance.now(), reminded: performance.now(), detail: "" };
    this.#running.add(running);
    this.#timer ??= setInterval(() => this.#draw(), REDRAW_MILLISECONDS).unref();
    if (this.#output.kind === "plain") this.line(`  ${title} …`);
    try {
      const { result, summary } = await work((detail) => {
        running.detail = detail;
      });
      this.#end(running, "✓", summary);
      return result;
    } catch (error) {
      this.#end(running, "✗", "failed");
      throw error;
    }
  }

  #end(running: Running, mark: string, summary: string): void {
    this.#running.delete(running);
    this.#finished += 1;
    const place = this.#total > 0 ? `[${this.#finished}/${Math.max(this.#total, this.#finished)}] ` : "";
    this.line(`${mark} ${place}${running.title}: ${summary} (${elapsed(running.started)})`);
    if (this.#running.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #draw(): void {
    const now = performance.now();
    if (this.#output.kind === "terminal") {
      const parts = [...this.#running].map(({ title, detail, started }) =>
        [title, detail, elapsed(started)].filter(Boolean).join(" "),
      );
      this.#erase();
      const width = Math.max(20, (process.stderr.columns ?? 80) - 4);
      this.#output.write(`  ${parts.join(" · ").slice(0, width)}`);
      this.#drawn = true;
      return;
    }
    for (const running of this.#running) {
      if (now - running.reminded < REMIND_SECONDS * 1000) continue;
      running.reminded = now;
      this.#output.write(
        `  ${[running.title, running.detail, elapsed(running.started)].filter(Boolean).join(" ")}\n`,
      );
    }
  }

  #erase(): void {
    if (this.#drawn) this.#output.write("\r\u001b[2K");
    this.#drawn = false;
  }
}

function elapsed(since: number): string {
  return seconds((performance.now() - since) / 1000);
}

/** `0.4 s`, `12 s`, `3 min 20 s`. */
export function seconds(value: number): string {
  if (value < 10) return `${value.toFixed(1)} s`;
  if (value < 120) return `${Math.round(value)} s`;
  return `${Math.floor(value / 60)} min ${Math.round(value % 60)} s`;
}
