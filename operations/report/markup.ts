/** HTML text that escapes whatever is put into it: hono's tagged template, kept synchronous. */
import { html, raw } from "hono/html";

/** Text that is HTML already. */
export type Markup = ReturnType<typeof raw>;

/** What may stand in a template: text is escaped, `Markup` is not, `undefined` is nothing. */
export type Part = string | number | Markup | undefined | readonly Part[];

/** The tag of every template of the report. Attribute values stand in double quotes, else escaping does not hold. */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const result = html(strings, ...parts);
  // hono waits for parts that are promises; `Part` has none.
  if (result instanceof Promise) throw new TypeError("a part of the report is a promise");
  return result;
}

/** Text of this folder's own files, never of an estate. */
export function trusted(text: string): Markup {
  return raw(text);
}
