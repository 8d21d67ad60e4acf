/** Replays one recording against a simulator of its own. */
import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSimulator } from "../simulator/index.ts";
import { Bindings, maskedId } from "./bindings.ts";
import { type Cassette, type Exchange, endpointOf } from "./exchange.ts";
import { type Answered, type Difference, differences } from "./grade.ts";
import { accountOf, seedingOf } from "./seeds.ts";
import { contentOf } from "./shape.ts";

const secretKey = "5b1e0c7a-3f5d-4c58-9d7e-0f6a4f1b2c3d";
const elsewhere = "7d0c4e5a-1b2c-4d3e-8f9a-6b5c4d3e2f1a";

/** More than any organisation is granted: the account of the recordings is a large one. */
const quotas = { "bareMetal/*": 100, "instances/*": 100, dnsZones: 10_000 };

/** What became of one exchange. */
export interface Grade {
  readonly endpoint: string;
  /** Place in the recording, polling left out. */
  readonly index: number;
  readonly differences: readonly Difference[];
}

interface Asked {
  readonly method: string;
  readonly host: string;
  readonly url: string;
  readonly body: string;
  readonly contentType?: string | undefined;
}

function ask(base: string, { method, host, url, body, contentType }: Asked): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const sent = request(
      `${base}${url}`,
      {
        method,
        headers: {
          "X-Auth-Token": secretKey,
          "Content-Length": Buffer.byteLength(body),
          ...(host === "api.scaleway.com" ? {} : { Host: host }),
          ...(contentType === undefined ? {} : { "Content-Type": contentType }),
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") }),
        );
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

async function follow(base: string, exchange: Exchange, bindings: Bindings): Promise<readonly Difference[]> {
  const recorded = { status: exchange.status, body: exchange.answer };
  const simulated = await ask(base, {
    ...exchange,
    url: bindings.translateUrl(exchange.url),
    body: bindings.translate(exchange.body),
  });
  if (recorded.status < 300 && simulated.status < 300) {
    const [real, ours] = [contentOf(recorded.body), contentOf(simulated.body)];
    if (real.kind === "json" && ours.kind === "json")
      bindings.learn(real.value, ours.value, exchange.method === "POST");
  }
  return differences(recorded, simulated);
}

/** Replays a recording in its order. Every exchange has a grade: none is left out. */
export async function replay({ exchanges }: Cassette): Promise<Grade[]> {
  const folder = mkdtempSync(join(tmpdir(), "conformance-"));
  const account = accountOf(exchanges, elsewhere);
  try {
    const simulator = await startSimulator({
      stateFile: join(folder, "state.sqlite"),
      secretKey,
      controlToken: "control-token-of-a-replay",
      quotas,
      ...account,
    });
    try {
      for (const { method, url, body } of seedingOf(account, exchanges)) {
        await ask(simulator.url, { method, host: "api.scaleway.com", url, body: JSON.stringify(body) });
      }
      const bindings = new Bindings();
      bindings.bind(maskedId, account.organizationId);
      const grades: Grade[] = [];
      for (const [index, exchange] of exchanges.entries()) {
        const found = await follow(simulator.url, exchange, bindings);
        grades.push({ endpoint: endpointOf(exchange), index, differences: found });
      }
      return grades;
    } finally {
      await simulator.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
