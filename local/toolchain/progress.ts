const REPORT_MILLISECONDS = 15_000;

/** `95` → `1 min 35 s`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** Says now and then how far a build is: packages done of all, time spent, time left at the rate so far. */
export class BuildProgress {
  readonly #title: string;
  readonly #total: number;
  readonly #seconds: number;
  readonly #report: (line: string) => void;
  readonly #started = performance.now();
  readonly #timer: NodeJS.Timeout;
  #done = 0;

  /** `total`: packages to compile, linking apart. `seconds`: what a build with nothing in Go's cache is known to take. */
  constructor(title: string, total: number, seconds: number, report: (line: string) => void) {
    this.#title = title;
    this.#total = total;
    this.#seconds = seconds;
    this.#report = report;
    this.#timer = setInterval(() => report(this.line()), REPORT_MILLISECONDS).unref();
    report(`${title}: ${total} packages to compile, about ${duration(total > 1 ? seconds : 10)}`);
  }

  built(packages: number): void {
    this.#done = Math.min(this.#total, this.#done + packages);
  }

  line(): string {
    const elapsed = (performance.now() - this.#started) / 1000;
    // The rate so far says little at first, since large packages come last: it counts for as much as is done.
    const share = this.#done / Math.max(1, this.#total);
    const byRate = share === 0 ? 0 : elapsed / share - elapsed;
    const left = share * byRate + (1 - share) * (this.#seconds - elapsed);
    return `${this.#title}: ${this.#done} of ${this.#total} packages, ${duration(elapsed)} so far, about ${duration(left)} left`;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#report(`${this.#title}: done in ${duration((performance.now() - this.#started) / 1000)}`);
  }
}
