import { randomUUID } from "node:crypto";
import { Bookings } from "../store/bookings.ts";
import type { Seal } from "../store/seal.ts";
import type { Body, Resource, Store } from "../store/store.ts";
import { quotaExceeded, stillInUse } from "./errors.ts";
import { readCreation, readReplacement, readUpdate } from "./fields.ts";
import type { AnyKind, Demand, Service } from "./kind.ts";
import { type Assumptions, granted, type QuotaName, type Quotas } from "./options.ts";
import { reaches, regionOf } from "./places.ts";

export interface WorldOptions {
  readonly organizationId: string;
  /** The project of requests that name none; it exists from the start. */
  readonly projectId: string;
  /** Asked at each use: what is granted may be raised while we run. */
  readonly quotas: () => Quotas;
  readonly assumptions: Assumptions;
  /** CIDR that public IPv4 addresses are taken from, a sixteenth a zone. */
  readonly publicAddresses: string;
  readonly seal: Seal;
}

/** A demand made inside the simulator. */
export function demand(locality: string, input: Body, params: Record<string, string> = {}): Demand {
  return { locality, input, params, query: new URLSearchParams(), text: "" };
}

/**
 * What is done alike for all kinds of resources: creation, change and deletion with their references, owners, times,
 * quotas and dependents. It knows no service: tables say what differs.
 */
export class World {
  readonly store: Store;
  readonly bookings: Bookings;
  readonly options: WorldOptions;
  readonly #kinds = new Map<string, AnyKind>();

  constructor(store: Store, options: WorldOptions, services: readonly Service[]) {
    this.store = store;
    this.bookings = new Bookings(store);
    this.options = options;
    for (const kind of services.flatMap((service) => service.kinds)) this.#kinds.set(kind.name, kind);
  }

  get kinds(): readonly AnyKind[] {
    return [...this.#kinds.values()];
  }

  kind(name: string): AnyKind {
    const kind = this.#kinds.get(name);
    if (!kind) throw new Error(`no table for ${name}`);
    return kind;
  }

  /** A resource that a request names. @throws the kind's own 404, also when it lies in another place. */
  require<B extends object = Body, H extends object = Body>(
    name: string,
    id: string,
    locality: string,
  ): Resource<B, H> {
    const resource = this.store.get<B, H>(id, name);
    if (!resource || !reaches(locality, resource.locality)) throw this.kind(name).missing(id);
    return resource;
  }

  create<B extends object = Body, H extends object = Body>(name: string, request: Demand): Resource<B, H> {
    const kind = this.kind(name);
    const fields = readCreation(kind.fields, request.input);
    const parent = this.#parentOf(kind, request, fields);
    const project = this.#projectOf(kind, request, parent);
    const id = kind.identify?.(this) ?? randomUUID();
    const now = kind.dialect.time(Date.now());
    const body: Body = {
      [kind.idField ?? "id"]: id,
      ...fields,
      ...this.#ownerFields(kind, project),
      ...placeFields(kind, request.locality),
    };
    if (kind.dialect.created) body[kind.dialect.created] = now;
    if (kind.dialect.updated) body[kind.dialect.updated] = now;
    if (kind.states) body[kind.states.field] = kind.states.path.at(-1);
    const draft: Resource = {
      id,
      kind: name,
      locality: request.locality,
      project,
      parent: parent?.id ?? "",
      name: typeof body.name === "string" ? body.name : "",
      body,
      hidden: {},
    };
    for (const rule of kind.quotas ?? []) {
      const selection = rule.within === "parent" ? { kind: name, parent: draft.parent } : { kind: name };
      this.grant(rule.quota, rule.answeredAs ?? name, this.store.count(selection));
    }
    kind.prepare?.(this, draft, request);
    this.store.insert(draft);
    this.#linkFields(kind, draft);
    kind.created?.(this, draft, request);
    return draft as unknown as Resource<B, H>;
  }

  /** Changes what a request says of a resource; with `put`, what it does not say is as at a creation. */
  change(resource: Resource, request: Demand, call: "patch" | "put" = "patch"): Resource {
    const kind = this.kind(resource.kind);
    const before = structuredClone(resource.body);
    const read = call === "put" ? readReplacement : readUpdate;
    Object.assign(resource.body, read(kind.fields, request.input));
    kind.changed?.(this, resource, request, before);
    this.keep(resource);
    return resource;
  }

  /** Keeps a resource whose body was changed, with its time of update and its references. */
  keep(resource: Resource<object, object>): void {
    const kind = this.kind(resource.kind);
    this.#linkFields(kind, resource as Resource);
    const { updated, time } = kind.dialect;
    const body = resource.body as Body;
    if (updated) body[updated] = time(Date.now());
    if (typeof body.name === "string") resource.name = body.name;
    this.store.save(resource);
  }

  /** Deletes a resource and what lives with it. @throws when others depend on it */
  remove(resource: Resource<object, object>, request?: Demand): void {
    const kind = this.kind(resource.kind);
    kind.removing?.(this, resource as Resource, request);
    for (const child of this.kinds) {
      if (child.parent?.kind !== kind.name) continue;
      const children = this.store.list({ kind: child.name, parent: resource.id });
      if (children.length === 0) continue;
      if (child.parent.onDeletion === "refuse") throw refusal(kind, child.name);
      for (const one of children) this.remove(one, request);
    }
    this.#dropReferences(kind, resource);
    this.store.delete(resource);
  }

  /** The answer that shows a resource, without its wrapper. */
  show(resource: Resource<object, object>): Body {
    const kind = this.kind(resource.kind);
    const body = resource.body as Body;
    return kind.view ? { ...body, ...kind.view(this, resource as Resource) } : body;
  }

  granted(quota: QuotaName): number {
    return granted(this.options.quotas(), quota);
  }

  /** @throws quotas_exceeded when one more would be too many */
  grant(quota: QuotaName, resource: string, current: number): void {
    const most = this.granted(quota);
    if (current >= most) throw quotaExceeded(resource.replaceAll(".", "_"), most, current);
  }

  #parentOf(kind: AnyKind, request: Demand, fields: Body): Resource | undefined {
    if (!kind.parent) return undefined;
    const { param, field } = kind.parent;
    const id = param !== undefined ? request.params[param] : fields[field as string];
    return typeof id === "string" ? this.require(kind.parent.kind, id, request.locality) : undefined;
  }

  #projectOf(kind: AnyKind, request: Demand, parent: Resource | undefined): string {
    if (kind.project === "none") return "";
    if (kind.project === "parent" && parent) return parent.project;
    const asked = request.input.project_id ?? request.input.project;
    const id = typeof asked === "string" && asked !== "" ? asked : this.options.projectId;
    if (!this.store.get(id, "account.project")) throw kind.dialect.unknownProject(id);
    return id;
  }

  #ownerFields(kind: AnyKind, project: string): Body {
    const owner: Body = {};
    if (kind.dialect.organization) owner[kind.dialect.organization] = this.options.organizationId;
    if (kind.dialect.project && project) owner[kind.dialect.project] = project;
    return owner;
  }

  /** Makes the links of all fields that refer to other resources, and checks that those exist within reach. */
  #linkFields(kind: AnyKind, resource: Resource): void {
    for (const [name, field] of Object.entries(kind.fields)) {
      if (!field.refersTo) continue;
      const value = resource.body[field.answeredAs ?? name];
      const wanted = Array.isArray(value) ? value : typeof value === "string" && value !== "" ? [value] : [];
      const held = this.store.targets(resource.id, name);
      if (wanted.length === held.length && wanted.every((id) => held.includes(id))) continue;
      this.store.unlink(resource.id, name);
      for (const id of wanted) {
        this.require(field.refersTo.kind, id, resource.locality);
        this.store.link(resource.id, name, id);
      }
    }
  }

  #dropReferences(kind: AnyKind, resource: Resource<object, object>): void {
    for (const other of this.kinds) {
      for (const [name, field] of Object.entries(other.fields)) {
        if (field.refersTo?.kind !== kind.name) continue;
        for (const id of this.store.sources(resource.id, name)) {
          const source = this.store.get(id, other.name);
          if (!source) continue;
          if (field.refersTo.onDeletion === "refuse") throw refusal(kind, other.name);
          const answered = field.answeredAs ?? name;
          const value = source.body[answered];
          source.body[answered] = Array.isArray(value) ? value.filter((item) => item !== resource.id) : null;
          this.store.save(source);
        }
      }
    }
  }
}

function refusal(kind: AnyKind, dependent: string): Error {
  return kind.inUse?.(dependent) ?? stillInUse(`${kind.name} is still used by ${dependent}`);
}

function placeFields(kind: AnyKind, locality: string): Body {
  return Object.fromEntries(
    kind.localityFields.map((field) => [field, field === "zone" ? locality : regionOf(locality)]),
  );
}
