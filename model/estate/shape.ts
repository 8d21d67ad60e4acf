/** Shape problems: what zod found, turned into our codes with the place in the file. */
import { z } from "zod";
import type { ProblemCode } from "./codes.ts";
import type { Finding, Path, Problem } from "./problems.ts";
import { problemOf } from "./problems.ts";
import type { Source } from "./source.ts";
import { didYouMean } from "./suggest.ts";

type Issue = z.core.$ZodIssue;

/** Gives `source` the shape of `schema`, with what `schema` defaults; or every problem of its shape. */
export function shapeOf<T>(
  source: Source,
  schema: z.ZodType<T>,
): { readonly value?: T; readonly problems: readonly Problem[] } {
  const result = schema.safeParse(source.value);
  if (result.success) return { value: result.data, problems: [] };
  return { problems: result.error.issues.flatMap((issue) => problemsOf(source, schema, issue)) };
}

function problemsOf(source: Source, schema: z.ZodType, issue: Issue): readonly Problem[] {
  const path = issue.path.map((step) => (typeof step === "number" ? step : String(step)));
  const at = (code: ProblemCode, where: Path, finding: Finding, on: "key" | "value" = "value") =>
    problemOf(code, source.locate(where, on), where, finding);
  const got = valueAt(source.value, path);

  if (issue.code === "unrecognized_keys") {
    const known = keysAt(schema, path, source.value);
    return issue.keys.map((key) =>
      at(
        "SHAPE-001",
        [...path, key],
        { got: key, allowed: known.join(", "), hint: didYouMean(key, known, "remove the key") },
        "key",
      ),
    );
  }
  if (got === undefined) {
    const key = String(path.at(-1) ?? "");
    if (isFlow(path.slice(0, -1)) && (key === "why" || key === "owner"))
      return [at("FLOW-001", path, { got: `no \`${key}\`` })];
    return [
      at("SHAPE-002", path, {
        got: undefined,
        allowed: `\`${key}\`: ${expectation(issue)}`,
        hint: `add \`${key}\``,
      }),
    ];
  }
  const [code, allowed] = codeAndAllowed(issue);
  const hint =
    issue.code === "invalid_value" && typeof got === "string"
      ? didYouMean(got, issue.values.map(String), "choose one of them")
      : undefined;
  return [at(code, path, { got, allowed, ...(hint === undefined ? {} : { hint }) })];
}

function codeAndAllowed(issue: Issue): [ProblemCode, string] {
  if (issue.code === "invalid_value") return ["SHAPE-004", expectation(issue)];
  if (issue.code === "too_small" || issue.code === "too_big") return ["SHAPE-006", expectation(issue)];
  if (issue.code === "invalid_format" || issue.code === "invalid_key")
    return ["SHAPE-005", expectation(issue)];
  if (issue.code === "invalid_union") {
    // A discriminated union without a match names its discriminator; a plain one (a port or a range) is a question of form.
    const options = "options" in issue && Array.isArray(issue.options) ? issue.options : undefined;
    if (options !== undefined) return ["SHAPE-004", `one of ${options.join(", ")}`];
    return ["SHAPE-005", issue.errors.flat().map(expectation).join("; or ")];
  }
  return ["SHAPE-003", expectation(issue)];
}

/** What would have been right, in words. */
function expectation(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return typeWords[issue.expected] ?? issue.expected;
    case "invalid_value":
      return issue.values.length === 1 ? String(issue.values[0]) : `one of ${issue.values.join(", ")}`;
    case "too_small":
      return `${issue.inclusive === false ? "more than" : "at least"} ${issue.minimum}${unitOf(issue.origin)}`;
    case "too_big":
      return `${issue.inclusive === false ? "less than" : "at most"} ${issue.maximum}${unitOf(issue.origin)}`;
    default:
      return issue.message;
  }
}

const typeWords: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  array: "a list",
  object: "a mapping",
  record: "a mapping",
};

function unitOf(origin: string): string {
  if (origin === "string") return " characters";
  return origin === "array" ? " items" : "";
}

function isFlow(path: Path): boolean {
  return path.length === 2 && path[0] === "flows" && typeof path[1] === "number";
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, step) =>
      at !== null && typeof at === "object" && Object.hasOwn(at, step)
        ? (at as Record<string | number, unknown>)[step]
        : undefined,
    value,
  );
}

/** Keys that the schema knows at `path`; the value decides between the branches of a union. */
function keysAt(schema: z.ZodType, path: Path, value: unknown): readonly string[] {
  const inner = unwrapped(schema, value);
  if (path.length === 0) return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
  const [step, ...rest] = path as [string | number, ...(string | number)[]];
  const below = valueAt(value, [step]);
  if (inner instanceof z.ZodObject)
    return Object.hasOwn(inner.shape, step) ? keysAt(inner.shape[step] as z.ZodType, rest, below) : [];
  if (inner instanceof z.ZodArray) return keysAt(inner.element as z.ZodType, rest, below);
  return [];
}

function unwrapped(schema: z.ZodType, value: unknown): z.ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault)
    return unwrapped(schema.unwrap() as z.ZodType, value);
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const key = schema.def.discriminator;
    const wanted = valueAt(value, [key]);
    const branch = schema.options.find(
      (option) =>
        option instanceof z.ZodObject &&
        (option.shape[key] as z.ZodType | undefined)?.safeParse(wanted).success === true,
    );
    return (branch ?? schema) as z.ZodType;
  }
  return schema;
}
