/**
 * What stacks promise each other. Data goes forward only: a stack exports what it provides and what it consumed of the stacks
 * before it, as plain data, so that policy packs and the proof can join stacks without seeing each other's resources.
 */
import type { Input } from "@pulumi/pulumi";
import { v5 as uuidV5 } from "uuid";
import type { ZoneKey } from "../model/estate/estate.ts";
import { type StackKind, stackName } from "./stack-names.ts";

/** Provider ids (with their region or zone where they have one) by the plan's keys. */
export type Ids = Readonly<Record<string, string>>;

export interface FoundationContract {
  readonly vpcs: Ids;
  readonly privateNetworks: Ids;
  /** IPv4 prefix of each private network. */
  readonly subnets: Readonly<Record<string, string>>;
  readonly reservations: Ids;
  readonly publicAddresses: Readonly<Record<string, { readonly id: string; readonly address: string }>>;
  readonly sshKeys: Ids;
  /** Name of the DNS zone. */
  readonly dnsZone: string;
}

export interface ZoneContract {
  readonly servers: Ids;
  readonly loadBalancers: Readonly<Record<string, { readonly id: string; readonly frontends: Ids }>>;
}

export interface WitnessContract {
  readonly servers: Ids;
}

export interface EdgeContract {
  /** `firewalls`: first stage of each zone's chain. */
  readonly pipelines: Readonly<
    Record<string, { readonly id: string; readonly firewalls: Readonly<Record<ZoneKey, string>> }>
  >;
}

/** A contract while its stack is being laid out. */
export type Provided<Contract> = Contract extends string
  ? Input<string>
  : { readonly [Key in keyof Contract]: Provided<Contract[Key]> };

/** What a stack's program hands to the engine as its outputs. */
export interface StackOutputs {
  readonly provides: object;
  /** The part of other stacks' contracts that was used: kind of thing → key → id. */
  readonly consumes: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Shape that a contract must have: at each leaf, how to make a stand-in of a UUID. */
export type Expected<Contract> = Contract extends string
  ? (uuid: string) => string
  : { readonly [Key in keyof Contract]: Expected<Contract[Key]> };

/**
 * Stand-in for an id that does not exist yet, in previews only: UUID v5, in the URL namespace, of
 * `archipel:<stack name>/<path>`, the path being kind and key, `privateNetworks/portal`. Whoever knows stack, kind and key derives the same.
 */
export function standIn(stack: string, path: readonly string[]): string {
  return uuidV5(`archipel:${stack}/${path.join("/")}`, uuidV5.URL);
}

/** A contract that does not hold what its reader needs; the message is for whoever runs the stack. */
export class MissingContractError extends Error {
  override readonly name = "MissingContractError";
}

export interface ContractSource {
  readonly estate: string;
  readonly kind: StackKind;
  /** The stack's output `provides`; undefined when the stack was never deployed. */
  readonly provides: unknown;
  /** A preview takes stand-ins for what is missing; an update refuses it. */
  readonly mode: "preview" | "update";
}

/**
 * Reads a contract against the shape that its reader expects of it.
 * Throws {@link MissingContractError}, which names everything that is missing, in an update.
 */
export function readContract<Contract>(expected: Expected<Contract>, source: ContractSource): Contract {
  const stack = stackName(source.estate, source.kind);
  const missing: string[] = [];
  const contract = fill(expected as Shape, source.provides, [], (path, leaf) => {
    missing.push(path.join("/"));
    return leaf(standIn(stack, path));
  });
  if (source.mode === "update" && missing.length > 0) {
    const shown = missing.slice(0, 5).join(", ");
    const more = missing.length > 5 ? ` and ${missing.length - 5} more` : "";
    throw new MissingContractError(
      [
        source.provides === undefined
          ? `STACK-001: the stack ${stack} is not deployed, and this one needs what it provides.`
          : `STACK-002: the stack ${stack} is deployed from an older plan: it does not provide what this one needs.`,
        `  missing: ${shown}${more}`,
        `  → pulumi up -s ${stack}`,
      ].join("\n"),
    );
  }
  return contract as Contract;
}

type Leaf = (uuid: string) => string;
type Shape = Leaf | { readonly [key: string]: Shape };

function fill(
  expected: Shape,
  actual: unknown,
  path: readonly string[],
  stand: (path: readonly string[], leaf: Leaf) => string,
): unknown {
  if (typeof expected === "function") return typeof actual === "string" ? actual : stand(path, expected);
  const known =
    typeof actual === "object" && actual !== null ? (actual as Readonly<Record<string, unknown>>) : {};
  return Object.fromEntries(
    Object.entries(expected).map(([key, shape]) => [key, fill(shape, known[key], [...path, key], stand)]),
  );
}
