import type { Body } from "../store/store.ts";
import { type ArgumentProblem, invalidArguments } from "./errors.ts";
import type { Field, FieldType } from "./kind.ts";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isUuid(value: unknown): value is string {
  return typeof value === "string" && uuid.test(value);
}

export function isBody(value: unknown): value is Body {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const accepts: Record<FieldType, (value: unknown) => boolean> = {
  string: (value) => typeof value === "string",
  uuid: (value) => value === "" || isUuid(value),
  integer: (value) => Number.isInteger(value),
  number: (value) => typeof value === "number",
  boolean: (value) => typeof value === "boolean",
  strings: (value) => Array.isArray(value) && value.every((item) => typeof item === "string"),
  object: isBody,
  list: Array.isArray,
  any: () => true,
};

const empties: Record<FieldType, unknown> = {
  string: "",
  uuid: null,
  integer: 0,
  number: 0,
  boolean: false,
  strings: [],
  object: null,
  list: [],
  any: null,
};

function problemOf(name: string, field: Field, value: unknown): ArgumentProblem | undefined {
  if (!accepts[field.type](value)) {
    return { argument_name: name, reason: "format", help_message: `expected: ${field.type}` };
  }
  if (field.values && !field.values.includes(value as string)) {
    return {
      argument_name: name,
      reason: "constraint",
      help_message: `must be one of: ${field.values.join(", ")}`,
    };
  }
  return undefined;
}

/** `null` and absent both mean "not said", as the API takes them. */
function said(input: Body, name: string): boolean {
  return input[name] !== undefined && input[name] !== null;
}

/**
 * Reads what a creation says: all fields that are kept, under their answered names. Every wrong argument is told at once.
 * @throws ApiError 400 invalid_arguments
 */
export function readCreation(fields: Readonly<Record<string, Field>>, input: Body): Body {
  const problems: ArgumentProblem[] = [];
  const body: Body = {};
  for (const [name, field] of Object.entries(fields)) {
    const value = said(input, name) ? input[name] : undefined;
    if (value === undefined) {
      if (field.required)
        problems.push({ argument_name: name, reason: "required", help_message: "required" });
      if (!field.argument) {
        body[field.answeredAs ?? name] =
          field.initial === undefined ? structuredClone(empties[field.type]) : structuredClone(field.initial);
      }
      continue;
    }
    const problem = problemOf(name, field, value);
    if (problem) problems.push(problem);
    else if (!field.argument) {
      body[field.answeredAs ?? name] = field.type === "uuid" && value === "" ? null : value;
    }
  }
  if (problems.length > 0) throw invalidArguments(problems);
  return body;
}

/**
 * Reads what an update says, under answered names; what it does not say is absent. An empty id clears a reference.
 * @throws ApiError 400 invalid_arguments
 */
export function readUpdate(fields: Readonly<Record<string, Field>>, input: Body): Body {
  const problems: ArgumentProblem[] = [];
  const changes: Body = {};
  for (const [name, field] of Object.entries(fields)) {
    if (field.fixed || field.argument || !said(input, name)) continue;
    const problem = problemOf(name, field, input[name]);
    if (problem) problems.push(problem);
    else changes[field.answeredAs ?? name] = field.type === "uuid" && input[name] === "" ? null : input[name];
  }
  if (problems.length > 0) throw invalidArguments(problems);
  return changes;
}

/** Reads what a replacement says: every field that may change, those not said as at a creation. */
export function readReplacement(fields: Readonly<Record<string, Field>>, input: Body): Body {
  const changeable = Object.entries(fields).filter(([, field]) => !field.fixed && !field.argument);
  return readCreation(Object.fromEntries(changeable), input);
}
