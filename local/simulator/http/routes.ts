import { TrieRouter } from "hono/router/trie-router";
import type { Action, Answer, AnyKind, Demand, Filter, Service } from "../core/kind.ts";
import { pageAsked } from "../core/pages.ts";
import type { World } from "../core/world.ts";
import type { Body, Resource } from "../store/store.ts";

/** What answers a path. `writes` ones run in a transaction. */
export interface Route {
  readonly writes: boolean;
  readonly run: (world: World, demand: Demand) => Answer;
}

export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/** The paths of all tables. */
export class Routes {
  readonly #router = new TrieRouter<Route>();

  constructor(services: readonly Service[]) {
    for (const { kinds, calls } of services) {
      for (const call of calls ?? []) this.#add(call.method, call.path, call.run);
      for (const kind of kinds) this.#addKind(kind);
    }
  }

  match(method: string, path: string): Match | undefined {
    const [found] = this.#router.match(method, path)[0];
    if (!found) return undefined;
    const params: Record<string, string> = {};
    for (const [name, value] of Object.entries(found[1])) params[name] = decodeURIComponent(String(value));
    return { route: found[0], params };
  }

  #add(method: string, path: string, run: Route["run"]): void {
    this.#router.add(method, path, { writes: method !== "GET", run });
  }

  #addKind(kind: AnyKind): void {
    const item = `${kind.item ?? kind.collection}/:id`;
    for (const action of kind.actions ?? []) this.#addAction(kind, action, item);
    for (const call of kind.calls) {
      if (call === "create")
        this.#add("POST", kind.collection, (world, demand) => create(world, kind, demand));
      if (call === "list") {
        this.#add("GET", kind.collection, (world, demand) => list(world, kind, demand));
        if (kind.listedAt) this.#add("GET", kind.listedAt, (world, demand) => list(world, kind, demand));
      }
      if (call === "get") {
        this.#add("GET", item, (world, demand) => shown(world, kind, find(world, kind, demand)));
      }
      if (call === "patch" || call === "put") {
        this.#add(call.toUpperCase(), item, (world, demand) =>
          shown(world, kind, world.change(find(world, kind, demand), demand, call)),
        );
      }
      if (call === "delete") this.#add("DELETE", item, (world, demand) => remove(world, kind, demand));
    }
  }

  #addAction(kind: AnyKind, action: Action<Body, Body>, item: string): void {
    const base = action.onCollection ? kind.collection : item;
    this.#add(action.method, `${base}${action.path}`, (world, demand) =>
      action.run(world, demand, action.onCollection ? (undefined as never) : find(world, kind, demand)),
    );
  }
}

/** The answer that shows a resource, as its kind wraps it. */
export function shown(world: World, kind: AnyKind, resource: Resource<object, object>, status = 200): Answer {
  const body = world.show(resource);
  return { status, body: kind.wrapper ? { [kind.wrapper]: body } : body };
}

function find(world: World, kind: AnyKind, demand: Demand): Resource {
  const id = demand.params.id ?? "";
  const parent = kind.parent?.param === undefined ? undefined : demand.params[kind.parent.param];
  // A path is followed from its front: what is missing is the first that is.
  if (parent !== undefined && kind.parent) world.require(kind.parent.kind, parent, demand.locality);
  const resource = world.require(kind.name, id, demand.locality);
  if (resource.locality !== demand.locality || (parent !== undefined && parent !== resource.parent)) {
    throw kind.missing(id);
  }
  return resource;
}

function create(world: World, kind: AnyKind, demand: Demand): Answer {
  const resource = world.create(kind.name, demand);
  const body = { ...world.show(resource), ...kind.creationView?.(world, resource, demand) };
  return { status: kind.dialect.creation, body: kind.wrapper ? { [kind.wrapper]: body } : body };
}

function remove(world: World, kind: AnyKind, demand: Demand): Answer {
  const resource = find(world, kind, demand);
  const body = kind.deletion ? { ...world.show(resource), status: kind.deletion.status } : undefined;
  world.remove(resource, demand);
  return body ? { status: 200, body } : { status: 204 };
}

/** Values of a query name, repeated or separated by commas. */
function valuesOf(query: URLSearchParams, name: string): string[] {
  return query
    .getAll(name)
    .flatMap((value) => value.split(","))
    .filter((value) => value !== "");
}

function passes(world: World, filter: Filter<Body>, resource: Resource, values: string[]): boolean {
  if (typeof filter === "function") return values.some((value) => filter(resource, value, world));
  const held = resource.body[filter];
  return values.some((value) => (Array.isArray(held) ? held.includes(value) : String(held ?? "") === value));
}

function tests(world: World, kind: AnyKind, query: URLSearchParams): ((resource: Resource) => boolean)[] {
  const found: ((resource: Resource) => boolean)[] = [];
  for (const [name, filter] of Object.entries(kind.filters ?? {})) {
    const values = valuesOf(query, name);
    if (values.length > 0) found.push((resource) => passes(world, filter, resource, values));
  }
  const name = query.get("name");
  if (name && !kind.filters?.name) found.push((resource) => resource.name.includes(name));
  const tags = valuesOf(query, "tags");
  if (tags.length > 0) {
    found.push((resource) =>
      tags.every((tag) => (resource.body.tags as string[] | undefined)?.includes(tag)),
    );
  }
  const organization = query.get("organization_id") ?? query.get("organization");
  if (organization && organization !== world.options.organizationId) found.push(() => false);
  return found;
}

function parentAsked(kind: AnyKind, query: URLSearchParams): string | undefined {
  for (const [name, index] of Object.entries(kind.indexed ?? {})) {
    const value = query.get(name);
    if (value && "parent" in index) return value;
  }
  return undefined;
}

/** Ids that an indexed query name selects, or undefined when none is given. */
function linkedIds(world: World, kind: AnyKind, query: URLSearchParams): string[] | undefined {
  let found: string[] | undefined;
  for (const [name, index] of Object.entries(kind.indexed ?? {})) {
    const values = valuesOf(query, name);
    if (values.length === 0 || "parent" in index) continue;
    const ids = "id" in index ? values : values.flatMap((value) => world.store.sources(value, index.role));
    found = found === undefined ? ids : found.filter((id) => ids.includes(id));
  }
  return found;
}

function list(world: World, kind: AnyKind, demand: Demand): Answer {
  const { query } = demand;
  const project = query.get("project_id") ?? query.get("project") ?? undefined;
  const inPath = kind.parent?.param === undefined ? undefined : demand.params[kind.parent.param];
  if (inPath !== undefined && kind.parent) world.require(kind.parent.kind, inPath, demand.locality);
  const parent = inPath ?? parentAsked(kind, query);
  const selection = {
    kind: kind.name,
    locality: demand.locality,
    project: kind.project === "none" || !project ? undefined : project,
    parent,
  };
  const { size, offset } = pageAsked(query, kind.dialect);
  const order = query.get("order_by") ?? "";
  const filters = tests(world, kind, query);
  const linked = linkedIds(world, kind, query);
  let total: number;
  let page: Resource[];
  if (linked) {
    const all = linked
      .map((id) => world.store.get(id, kind.name))
      .filter((resource) => resource !== undefined)
      .filter(
        ({ locality, project: owner }) =>
          locality === demand.locality && (selection.project === undefined || owner === selection.project),
      )
      .filter((resource) => filters.every((test) => test(resource)));
    total = all.length;
    page = all.slice(offset, offset + size);
  } else if (filters.length === 0 && !order.startsWith("name")) {
    total = world.store.count(selection);
    page = world.store.list(selection, { limit: size, offset, descending: order.endsWith("_desc") });
  } else {
    const all = world.store
      .list(selection, { limit: -1, offset: 0, descending: order.endsWith("_desc") })
      .filter((resource) => filters.every((test) => test(resource)));
    if (order.startsWith("name")) {
      all.sort((a, b) =>
        order.endsWith("_desc") ? b.name.localeCompare(a.name) : a.name.localeCompare(b.name),
      );
    }
    total = all.length;
    page = all.slice(offset, offset + size);
  }
  const items = page.map((resource) => world.show(resource));
  if (kind.dialect.countsInHeader) {
    return { status: 200, body: { [kind.listKey]: items }, headers: { "X-Total-Count": String(total) } };
  }
  return { status: 200, body: { [kind.listKey]: items, total_count: total } };
}
