/** What holds for every problem of one code. A check may replace `allowed` and `hint` by something nearer to the case. */
export interface CodeEntry {
  readonly severity: "error" | "warning";
  readonly title: string;
  readonly allowed: string;
  readonly hint: string;
}

/** A problem that refuses the estate. */
export const error = (title: string, allowed: string, hint: string): CodeEntry => ({
  severity: "error",
  title,
  allowed,
  hint,
});

/** A problem that does not. */
export const warning = (title: string, allowed: string, hint: string): CodeEntry => ({
  severity: "warning",
  title,
  allowed,
  hint,
});
