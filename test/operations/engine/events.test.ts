import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { EventReader } from "../../../operations/engine/events.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "archipel-events-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

it("reads each event once, and one still being written only when it is whole", () => {
  const file = join(folder, "events.jsonl");
  const reader = new EventReader(file);
  expect(reader.read()).toEqual([]);
  appendFileSync(file, '{"timestamp":1}\n{"timest');
  expect(reader.read()).toEqual([{ timestamp: 1 }]);
  expect(reader.read()).toEqual([]);
  appendFileSync(file, 'amp":2}\n');
  expect(reader.read()).toEqual([{ timestamp: 2 }]);
});

it("keeps a character whole that two reads share", () => {
  const file = join(folder, "events.jsonl");
  const reader = new EventReader(file);
  const line = Buffer.from(
    `${JSON.stringify({ timestamp: 1, diagnosticEvent: { message: "é", severity: "info" } })}\n`,
  );
  const middle = line.indexOf(0xc3) + 1;
  appendFileSync(file, line.subarray(0, middle));
  expect(reader.read()).toEqual([]);
  appendFileSync(file, line.subarray(middle));
  expect(reader.read()[0]?.diagnosticEvent?.message).toBe("é");
});
