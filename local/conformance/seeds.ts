/**
 * What the account of the recordings held before them, and that they use without making it. All of it is here. The
 * simulator's catalogues (offers, images, systems) are its own, as is the default network that every project has.
 */
import type { Exchange } from "./exchange.ts";

/** Domain names that the account of the recordings owns. */
const domains = ["scaleway-terraform.com", "tf-test.com"];

/** The owner of everything in a recording. */
export interface Account {
  readonly organizationId: string;
  readonly projectId: string;
}

function mostSaid(texts: readonly string[], field: RegExp): string | undefined {
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const [, id] of text.matchAll(field)) counts.set(id as string, (counts.get(id as string) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}

/** The account that a recording was made with: the default project of its requests. The simulator is started with it. */
export function accountOf(exchanges: readonly Exchange[], otherwise: string): Account {
  const answers = exchanges.map(({ answer }) => answer);
  const requests = exchanges.flatMap(({ url, body }) => [url, body]);
  const made = new Set(
    exchanges
      .filter(({ method, url }) => method === "POST" && url.startsWith("/account/v3/projects"))
      .map(({ answer }) => /"id":"([0-9a-f-]{36})"/.exec(answer)?.[1]),
  );
  const organizationId = mostSaid(answers, /"organization(?:_id)?":\s*"([0-9a-f-]{36})"/g);
  const projects = [...requests, ...answers].map((text) =>
    [...made].reduce<string>((rest, id) => (id ? rest.replaceAll(id, "") : rest), text),
  );
  const projectId = mostSaid(projects, /"?project(?:_id)?"?[:=]\s*"?([0-9a-f-]{36})/g);
  return {
    organizationId: organizationId ?? projectId ?? otherwise,
    projectId: projectId ?? organizationId ?? otherwise,
  };
}

export interface Seed {
  readonly method: string;
  readonly url: string;
  readonly body: object;
}

/** DNS zones that a recording reads before it makes or changes them: the account had them. */
function zonesHeld(exchanges: readonly Exchange[]): string[] {
  const seen = new Map<string, boolean>();
  for (const { method, url, status } of exchanges) {
    const [, zone] = /^\/domain\/v2beta1\/dns-zones\/([^/?]+)\/records/.exec(url) ?? [];
    if (zone !== undefined && !seen.has(zone) && status !== 429)
      seen.set(zone, method === "GET" && status === 200);
  }
  return [...seen].filter(([, held]) => held).map(([zone]) => zone);
}

function zoneSeed(name: string, project: object): Seed {
  const labels = name.split(".");
  const own = labels.at(-1) === "privatedns" ? -1 : -2;
  const body = { domain: labels.slice(own).join("."), subdomain: labels.slice(0, own).join("."), ...project };
  return { method: "POST", url: "/domain/v2beta1/dns-zones", body };
}

/** Calls that make what the account held, before a replay. */
export function seedingOf(account: Account, exchanges: readonly Exchange[]): readonly Seed[] {
  const project = { project_id: account.projectId };
  return [
    ...[...domains, ...zonesHeld(exchanges)].map((name) => zoneSeed(name, project)),
    {
      method: "PATCH",
      url: "/edge-services/v1beta1/current-plan",
      body: { plan_name: "professional", ...project },
    },
  ];
}
