import { createHash, timingSafeEqual } from "node:crypto";
import { deniedAuthentication } from "../core/errors.ts";
import type { Store } from "../store/store.ts";

/** The role of the link from an API key to the digest of its secret: the secret itself is never kept. */
export const secretRole = "secret digest";

export function digest(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/** Compares in constant time, whatever the lengths. */
export function sameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(Buffer.from(digest(given)), Buffer.from(digest(expected)));
}

/**
 * Who calls, by the secret key in X-Auth-Token: the configured key (`""` as access key) or one made by the IAM API.
 * @throws 401 denied_authentication
 */
export function authenticate(store: Store, configuredSecret: string, token: string): string {
  if (!token) throw deniedAuthentication("invalid_argument");
  if (sameSecret(token, configuredSecret)) return "configured";
  const [accessKey] = store.sources(digest(token), secretRole);
  const key = accessKey === undefined ? undefined : store.get(accessKey, "iam.api_key");
  if (!key) throw deniedAuthentication("not_found");
  const expiry = key.body.expires_at;
  if (typeof expiry === "string" && Date.parse(expiry) <= Date.now()) throw deniedAuthentication("expired");
  return key.id;
}
