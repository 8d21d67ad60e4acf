/** What the engine and its programs say, made fit for a reader: no colours, no stack traces, each thing once. */
import { stripVTControlCharacters } from "node:util";

const MOST = 10;

/** Text without the engine's colours, which it marks as `<{%reset%}>` in its events. */
export function plain(text: string): string {
  return stripVTControlCharacters(text.replaceAll(/<\{%.*?%\}>/g, ""));
}

/** Lines that show where in a program an error was thrown: they say nothing to whoever runs it, and the log has them. */
const trace = /^\s*at .+:\d+:\d+\)?(?: \{)?$|^\s*promise: Promise \{.*$|^\s*\}$|^\s*$/;
const heading = /^Running program '.*' failed with an unhandled exception:\s*$/;
/** How Node shows a promise that was rejected with an error: `<ref *1> Error: …`. */
const label = /^(?:<ref \*\d+> )?(?:Uncaught )?(?:\w*Error: )?/;
/** A failed call is told once for every property that waited for it. */
const waited = /^(?:error serializing property "[^"]*": )+/;

/** One error of the engine, its traces left out. */
export function readable(message: string): string {
  return plain(message)
    .split("\n")
    .filter((line) => !trace.test(line) && !heading.test(line))
    .map((line) => line.replace(label, "").replace(waited, "").trimEnd())
    .join("\n")
    .trim();
}

/** Errors in the order that they came, each once, the first ten. */
export function readableErrors(messages: readonly string[]): readonly string[] {
  const all = [...new Set(messages.map(readable))].filter((message) => message !== "");
  return all.length <= MOST ? all : [...all.slice(0, MOST), `and ${all.length - MOST} more`];
}
