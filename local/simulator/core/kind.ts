import type { Body, Resource } from "../store/store.ts";
import type { Dialect } from "./dialects.ts";
import type { ApiError } from "./errors.ts";
import type { QuotaName } from "./options.ts";
import type { World } from "./world.ts";

/** What a request says, apart from HTTP. */
export interface Demand {
  /** Zone, region, or "". */
  readonly locality: string;
  readonly input: Body;
  readonly query: URLSearchParams;
  /** Ids in the path, by name. */
  readonly params: Readonly<Record<string, string>>;
  /** The body as text, for the few calls that take none of JSON. */
  readonly text: string;
}

export interface Answer {
  readonly status: number;
  /** JSON when an object, sent as it is when a string, empty when undefined. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export type FieldType =
  | "string"
  | "uuid"
  | "integer"
  | "number"
  | "boolean"
  | "strings"
  | "object"
  | "list"
  | "any";

/** What happens to the one that refers when the one referred to is deleted. */
export type OnDeletion = "refuse" | "clear";

export interface Field {
  readonly type: FieldType;
  readonly required?: true;
  /** Answered when the request says nothing; without it: "", [], 0, false, null, by type (null for uuid). */
  readonly initial?: unknown;
  readonly values?: readonly string[];
  /** Said at creation only: an update that names it is not heard. */
  readonly fixed?: true;
  /** Name in answers, where it differs from the request's. */
  readonly answeredAs?: string;
  /** Read by the table's own code, not kept. */
  readonly argument?: true;
  /** Kind that the id refers to; a link of that role is kept. Must be in the same locality, or its region. */
  readonly refersTo?: { readonly kind: string; readonly onDeletion: OnDeletion };
}

export interface QuotaRule {
  readonly quota: QuotaName;
  /** Counted in the whole organisation, or under one parent. */
  readonly within: "organization" | "parent";
  /** Name of the quota in the refusal, where it is known; else the kind's. */
  readonly answeredAs?: string;
}

export type Filter<B extends object> =
  | string
  | ((resource: Resource<B>, value: string, world: World) => boolean);

export interface Action<B extends object, H extends object> {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** After the item's path, "/attach"; or after the collection's when `onCollection`. */
  readonly path: string;
  readonly onCollection?: true;
  readonly run: (world: World, demand: Demand, resource: Resource<B, H>) => Answer;
}

/**
 * A kind of resource: one table. Everything not said here is done alike for all kinds by `World` (validation, owner,
 * times, quotas, references, pages, deletion of dependents) and by `http/routes.ts`.
 */
export interface Kind<B extends object = Body, H extends object = Body> {
  /** `service.noun`, unique. */
  readonly name: string;
  readonly dialect: Dialect;
  /** Path of the collection, `/vpc/v2/regions/:region/vpcs`; its first locality parameter places the resource. */
  readonly collection: string;
  /** Path of an item up to its id, where it is not the collection's. */
  readonly item?: string;
  /** Another collection that lists only, such as all items whatever their parent. */
  readonly listedAt?: string;
  /** Generic calls that exist. */
  readonly calls: readonly ("create" | "list" | "get" | "patch" | "put" | "delete")[];
  readonly listKey: string;
  /** Key that holds an item in its answers (Instance v1). */
  readonly wrapper?: string;
  /** Locality fields answered. */
  readonly localityFields: readonly ("region" | "zone")[];
  readonly fields: Readonly<Record<string, Field>>;
  /** Whose life it shares: found in the path (`param`) or in a field. */
  readonly parent?: {
    readonly kind: string;
    readonly param?: string;
    readonly field?: string;
    readonly onDeletion: "refuse" | "delete";
  };
  /** The project comes from the parent, or from the request (default). */
  readonly project?: "parent" | "none";
  readonly filters?: Readonly<Record<string, Filter<B>>>;
  /** Query names that select by an index: the item's own id, its parent's, or a link's role. */
  readonly indexed?: Readonly<
    Record<string, { readonly id: true } | { readonly parent: true } | { readonly role: string }>
  >;
  readonly quotas?: readonly QuotaRule[];
  /** Status field and the states a creation goes through; with the clock at `instant` only the last is seen. */
  readonly states?: { readonly field: string; readonly path: readonly string[] };
  /** 404 of this kind. */
  readonly missing: (id: string) => ApiError;
  /** Refusal of a deletion while others depend on it. */
  readonly inUse?: (dependent: string) => ApiError;
  /** Answer of a deletion: 204, or 200 with the resource (`status` set to the given state). */
  readonly deletion?: { readonly status: string };
  /** Name of the id in answers; "id" by default. */
  readonly idField?: string;
  readonly identify?: (world: World) => string;
  /** After validation and before anything is kept: completes the draft, refuses. */
  readonly prepare?: (world: World, draft: Resource<B, H>, demand: Demand) => void;
  /** After it is kept: makes what comes with it. */
  readonly created?: (world: World, resource: Resource<B, H>, demand: Demand) => void;
  /** After the fields were changed and before they are kept. */
  readonly changed?: (world: World, resource: Resource<B, H>, demand: Demand, before: B) => void;
  /** Before it goes: refuses, or undoes what came with it. */
  readonly removing?: (world: World, resource: Resource<B, H>, demand: Demand | undefined) => void;
  /** What is computed at each answer, over what is kept. */
  readonly view?: (world: World, resource: Resource<B, H>) => Body;
  /** What only the answer to the creation shows. */
  readonly creationView?: (world: World, resource: Resource<B, H>, demand: Demand) => Body;
  readonly actions?: readonly Action<B, H>[];
}

/** A kind whose own types no longer matter. */
export type AnyKind = Kind<Body, Body>;

/** A table, checked against its own types. */
export function defineKind<B extends object = Body, H extends object = Body>(kind: Kind<B, H>): AnyKind {
  return kind as unknown as AnyKind;
}

/** A call that belongs to no kind (catalogues). */
export interface Call {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly run: (world: World, demand: Demand) => Answer;
}

export interface Service {
  readonly kinds: readonly AnyKind[];
  readonly calls?: readonly Call[];
}
