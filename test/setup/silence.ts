/** Tests are silent: what prints is either a fault that nobody looks at or noise that hides one. */
import { afterAll, afterEach, beforeEach, expect } from "vitest";

type Write = typeof process.stdout.write;

const written: string[] = [];
const real: readonly { readonly stream: NodeJS.WriteStream; readonly write: Write }[] = [
  process.stdout,
  process.stderr,
].map((stream) => ({ stream, write: stream.write.bind(stream) as Write }));
const realConsole = { ...console };
const methods = ["debug", "error", "info", "log", "trace", "warn"] as const;

for (const { stream, write } of real) {
  stream.write = ((chunk: string | Uint8Array, ...rest: never[]) => {
    written.push(String(chunk));
    return write(chunk, ...rest);
  }) as Write;
}
for (const method of methods) {
  console[method] = (...values: unknown[]) => {
    written.push(values.map(String).join(" "));
    realConsole[method](...values);
  };
}

beforeEach(() => {
  written.length = 0;
});

afterEach(() => {
  expect(written, "a test printed").toEqual([]);
});

afterAll(() => {
  for (const { stream, write } of real) stream.write = write;
  Object.assign(console, realConsole);
});
