import { readFileSync } from "node:fs";
import { recordingsOf } from "./cassettes.ts";
import { ConformanceError } from "./errors.ts";

/** Services whose recordings make up the set `all`, there or not. */
export const services: readonly string[] = [
  "account",
  "baremetal",
  "block",
  "cockpit",
  "domain",
  "edgeservices",
  "flexibleip",
  "iam",
  "instance",
  "ipam",
  "k8s",
  "keymanager",
  "lb",
  "object",
  "rdb",
  "redis",
  "s2svpn",
  "secret",
  "tem",
  "vpc",
  "vpcgw",
];

/** The recordings that CI replays: one or more of each service that a deployment uses. */
export function coreSet(): string[] {
  return readFileSync(new URL("core.txt", import.meta.url), "utf8")
    .split("\n")
    .filter((line) => line !== "");
}

/** Names of a set's recordings. @throws ConformanceError for a set that is not there */
export function namesOf(set: string, folder: string): string[] {
  if (set === "core") return coreSet();
  if (set === "all") return recordingsOf(folder, services);
  throw new ConformanceError("unknown-option", `There is no set ${JSON.stringify(set)}.`, [
    "Use --set core or --set all.",
  ]);
}
