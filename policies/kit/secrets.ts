/** Secrets in places that many may read: a server's metadata, a container's environment, a state, a log. */
import type { PolicyResource } from "@pulumi/policy";
import { written } from "./facts.ts";

/** Texts that a program hands over, which whoever reads the resource reads too. */
const texts = ["cloudInit", "stdin", "description", "startupCommand"] as const;
/** Variables by name; each of these has a sibling for secrets. */
const variables = ["environmentVariables", "environment", "env", "userData"] as const;

const privateKey = /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/;
const assignment =
  /\b[A-Z0-9_]*(?:PASSWORD|PASSWD|SECRET(?:_KEY)?|TOKEN|API_?KEY)["']?\s*[=:]\s*["']?(?![$<{"'\s])[^\s"',;]{8,}/i;
const secretName = /(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY)/i;

/** What a text gives away, undefined for nothing. */
function givenAwayBy(text: string): string | undefined {
  if (privateKey.test(text)) return "a private key";
  return assignment.test(text) ? "what looks like a password" : undefined;
}

/** What a resource gives away, and where; undefined for nothing. */
export function secretIn(resource: PolicyResource): string | undefined {
  for (const property of texts) {
    const text = written<string>(resource, property);
    if (text.kind === "undetermined") return `what ${property} holds is undetermined`;
    const why = text.kind === "known" && typeof text.value === "string" ? givenAwayBy(text.value) : undefined;
    if (why !== undefined) return `${property} holds ${why}`;
  }
  return variables.map((property) => secretVariable(resource, property)).find((why) => why !== undefined);
}

/** A variable named after a secret is one, whatever its value turns out to be. */
function secretVariable(resource: PolicyResource, property: string): string | undefined {
  const all = written<Record<string, unknown>>(resource, property);
  if (all.kind === "undetermined") return `what ${property} holds is undetermined`;
  if (all.kind === "absent" || typeof all.value !== "object") return undefined;
  for (const name of Object.keys(all.value)) {
    if (secretName.test(name)) return `${property} holds ${name} in clear`;
    const value = written<string>(resource, property, name);
    const why =
      value.kind === "known" && typeof value.value === "string" ? givenAwayBy(value.value) : undefined;
    if (why !== undefined) return `${property}.${name} holds ${why}`;
  }
  return undefined;
}
