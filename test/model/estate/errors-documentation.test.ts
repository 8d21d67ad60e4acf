/** docs/errors.md has every code, as the catalogue of codes has it, and no other. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { codes } from "../../../model/estate/index.ts";

const docs = join(import.meta.dirname, "../../../docs");
const text = readFileSync(join(docs, "errors.md"), "utf8");

/** Columns of a row without its code, by code. */
const rows = new Map(
  [...text.matchAll(/^\| ([A-Z]+-\d{3}) \| (.*) \| (.*) \| (.*) \| (.*) \|$/gm)].map(
    ([, code, ...columns]) => [code, columns],
  ),
);

describe("docs/errors.md", () => {
  it("lists every code and no other, in order", () => {
    expect([...rows.keys()]).toEqual(Object.keys(codes));
  });

  it.each(Object.entries(codes))(
    "says of %s what the program says",
    (code, { title, allowed, hint, severity }) => {
      const columns = rows.get(code)?.slice(0, 3);
      expect(columns).toEqual([severity === "warning" ? `${title} (warning)` : title, allowed, hint]);
    },
  );

  it("shows estates that exist", () => {
    const links = [...text.matchAll(/\]\((\.\.\/test\/estates\/[^)]+)\)/g)].map(([, link]) => link as string);
    expect(links.length).toBe(rows.size);
    expect(links.filter((link) => !existsSync(join(docs, link)))).toEqual([]);
  });
});
