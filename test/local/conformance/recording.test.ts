import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readCassette, recordingsOf } from "../../../local/conformance/cassettes.ts";
import { type Exchange, endpointOf } from "../../../local/conformance/exchange.ts";
import { fallen, raised } from "../../../local/conformance/ratchet.ts";
import { explanation, reportOf } from "../../../local/conformance/report.ts";

const folder = mkdtempSync(join(tmpdir(), "recordings-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function interaction(id: number, method: string, url: string, answer: string): string {
  return `    - id: ${id}
      request:
        body: ${method === "GET" ? '""' : `'{"name":"it''s"}'`}
        headers:
            Content-Type:
                - application/json
        url: ${url}
        method: ${method}
      response:
        body: '${answer}'
        code: 200
`;
}

describe("reading a recording", () => {
  it("counts consecutive equal GETs as one, with the last answer", () => {
    const url =
      "https://api.scaleway.com/vpc/v2/regions/fr-par/vpcs/11111111-1111-4111-8111-111111111111?a=b";
    mkdirSync(join(folder, "vpc", "testdata"), { recursive: true });
    writeFileSync(
      join(folder, "vpc", "testdata", "one.cassette.yaml"),
      `---\nversion: 2\ninteractions:\n${[
        interaction(0, "POST", "https://api.scaleway.com/vpc/v2/regions/fr-par/vpcs", '{"id":"1"}'),
        interaction(1, "GET", url, '{"status":"creating"}'),
        interaction(2, "GET", url, '{"status":"ready"}'),
        interaction(3, "POST", url, "{}"),
        interaction(4, "POST", url, "{}"),
      ].join("")}`,
    );
    expect(recordingsOf(folder, ["vpc", "none"])).toEqual(["vpc/one"]);
    const { exchanges } = readCassette(folder, "vpc/one");
    expect(exchanges.map(({ method, answer }) => `${method} ${answer}`)).toEqual([
      'POST {"id":"1"}',
      'GET {"status":"ready"}',
      "POST {}",
      "POST {}",
    ]);
    expect(exchanges[0]).toMatchObject({
      body: '{"name":"it\'s"}',
      contentType: "application/json",
      status: 200,
    });
    expect(endpointOf(exchanges[1] as Exchange)).toBe("GET /vpc/v2/regions/{place}/vpcs/{id}");
  });
});

describe("reading what other versions of the recorder wrote", () => {
  it.each([
    [
      "without indentation",
      2,
      "---\nversion: 2\ninteractions:\n- id: 0\n  request:\n    url: https://api.scaleway.com/a\n    method: GET\n  response:\n    body: '1'\n    code: 200\n- id: 1\n  request:\n    url: https://api.scaleway.com/b\n    method: GET\n  response:\n    body: !!binary AP8=\n    code: 404\n",
    ],
    ["nothing", 0, "---\nversion: 2\ninteractions: []\n"],
  ])("reads %s", (name, count, text) => {
    mkdirSync(join(folder, "iam", "testdata"), { recursive: true });
    writeFileSync(join(folder, "iam", "testdata", `${name}.cassette.yaml`), text);
    const { exchanges } = readCassette(folder, `iam/${name}`);
    expect(exchanges).toHaveLength(count);
    if (count > 0) expect(exchanges[1]).toMatchObject({ url: "/b", status: 404, answer: "\u0000\u00ff" });
  });
});

describe("scores", () => {
  const unlike = { what: "missing", path: "ips[]", recorded: "object", simulated: "" } as const;
  const replays = new Map([
    [
      "vpc/a",
      [0, 1, 2].map((index) => ({ endpoint: "GET /vpcs", index, differences: index === 0 ? [unlike] : [] })),
    ],
    ["vpc/b", [{ endpoint: "GET /ips", index: 0, differences: [] }]],
  ]);

  it("counts every exchange", () => {
    expect(reportOf(replays)).toEqual({
      exchanges: 4,
      ok: 3,
      percent: 75,
      cassettes: { "vpc/a": { exchanges: 3, ok: 2 }, "vpc/b": { exchanges: 1, ok: 1 } },
    });
  });

  it("tells the worst endpoints with their reasons", () => {
    expect(explanation(replays)).toBe(
      "    1  GET /vpcs\n       1 × missing ips[]: object, here nothing (vpc/a 0)",
    );
  });

  it("rise and do not fall", () => {
    const kept = { "vpc/a": 3 };
    const { cassettes } = reportOf(replays);
    expect(fallen(kept, cassettes)).toEqual([
      "vpc/a: 2 answers are alike, 3 were",
      "vpc/b: no score is kept; run npm run conformance -- --keep",
    ]);
    expect(raised(kept, cassettes)).toEqual({ "vpc/a": 3, "vpc/b": 1 });
  });
});
