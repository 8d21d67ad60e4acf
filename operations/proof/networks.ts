/** The network that a command reasons about: of the stacks as deployed, as the next update would leave them, or of a file. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { Estate } from "../../model/estate/index.ts";
import { type Declarations, declarationsOf } from "../../model/proof/declarations.ts";
import type { Network } from "../../model/proof/network.ts";
import {
  DocumentError,
  type Documents,
  fromPreview,
  fromState,
  joined,
  readNetwork,
} from "../../model/proof/read/index.ts";
import { VisibleError } from "../errors.ts";
import { readMemory } from "../estates.ts";
import type { Disruption } from "./disruptions.ts";

export interface ReadNetwork {
  readonly estate: Estate;
  readonly declared: Declarations;
  readonly network: Network;
  /** `states`, `preview`, `api`, or the file. */
  readonly source: string;
  /** What the update takes; undefined where no preview was read. */
  readonly disruptions?: readonly Disruption[];
  /** `stacks`: the engine's part; `read`: making the network of its documents, and asking the API where that is the source. */
  readonly seconds: { readonly stacks: number; readonly read: number };
}

/** What the estate declares, with the groups' parts of the clients' addresses where they are recorded. */
export function declaredBy(folder: string, estate: Estate): Declarations {
  return declarationsOf(estate, readMemory(folder).pools);
}

/** What a reader says of a source: `as deployed`. */
export function sourceText(source: string): string {
  if (source === "states") return "as deployed";
  if (source === "api") return "as Scaleway lists it now";
  return source === "preview" ? "as the next update would leave it" : `as in ${source}`;
}

/**
 * A network of a file: as `archipel prove --network` keeps it, or what the engine says of the stacks (`pulumi stack export`,
 * `pulumi preview --json --show-sames`), all in one array. Throws a {@link VisibleError} for anything else.
 */
export function networkOfFile(file: string): Network {
  if (!existsSync(file)) {
    throw new VisibleError(
      "source-unknown",
      `a network is not read from ${file}`,
      "Sources: states, preview, api, or a file that `archipel prove --network FILE` wrote.",
    );
  }
  try {
    const document: unknown = JSON.parse(readFileSync(file, "utf8"));
    return isNetwork(document) ? document : readNetwork(joined(documentsOf(document)));
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof DocumentError)) throw error;
    throw new VisibleError(
      "document-unreadable",
      `${file} is neither a network nor what the engine says of stacks: ${error.message}`,
      "`archipel prove --network FILE` writes a network.",
    );
  }
}

/** Keeps a network for a later comparison. The same bytes for the same network. */
export function keepNetwork(file: string, network: Network): void {
  writeFileSync(file, `${JSON.stringify(network)}\n`);
}

function documentsOf(document: unknown): readonly Documents[] {
  if (Array.isArray(document)) return document.flatMap(documentsOf);
  if (!isObject(document)) throw new DocumentError("no JSON object");
  return [Array.isArray(document.steps) ? fromPreview(document) : fromState(document)];
}

function isNetwork(document: unknown): document is Network {
  if (!isObject(document)) return false;
  return [document.vpcs, document.privateNetworks, document.nodes, document.undetermined].every(
    Array.isArray,
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

export function inSeconds(milliseconds: number): number {
  return Math.round(milliseconds) / 1000;
}
