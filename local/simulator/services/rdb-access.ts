import { alreadyExists, invalidArgument, notFound } from "../core/errors.ts";
import { isBody } from "../core/fields.ts";
import type { Action, Answer, Demand } from "../core/kind.ts";
import type { World } from "../core/world.ts";
import type { Body } from "../store/store.ts";
import type { Database, DatabaseBody, DatabaseHidden } from "./rdb.ts";

type Own = Action<DatabaseBody, DatabaseHidden>;
type Named = Body & { name: string };

/** Bytes of a database that nobody wrote to. */
const emptyBytes = 7_713_583;

function listOf<T extends Body>(
  key: string,
  items: readonly T[],
  query: URLSearchParams,
  names: readonly (keyof T & string)[],
): Answer {
  const found = items.filter((item) =>
    names.every((name) => !query.get(name) || item[name] === query.get(name)),
  );
  return { status: 200, body: { [key]: found, total_count: found.length } };
}

function kept(world: World, held: Database, body: unknown, status = 200): Answer {
  world.store.save(held);
  return status === 204 ? { status } : { status, body };
}

function nameIn({ input }: Demand): string {
  if (typeof input.name !== "string" || input.name === "")
    throw invalidArgument("name", "required", "required");
  return input.name;
}

function find(items: readonly Named[], kind: string, name: string): Named {
  const found = items.find((item) => item.name === name);
  if (!found) throw notFound(kind, name);
  return found;
}

/** Users of an instance; their passwords are not kept. */
const users: readonly Own[] = [
  {
    method: "GET",
    path: "/users",
    run: (_world, { query }, { hidden }) => listOf("users", hidden.users, query, ["name"]),
  },
  {
    method: "POST",
    path: "/users",
    run: (world, demand, held) => {
      const name = nameIn(demand);
      if (held.hidden.users.some((user) => user.name === name))
        throw alreadyExists("user", name, `user ${name} exists already`);
      const made = { name, is_admin: demand.input.is_admin === true };
      held.hidden.users.push(made);
      return kept(world, held, made);
    },
  },
  {
    method: "PATCH",
    path: "/users/:name",
    run: (world, { params, input }, held) => {
      const user = find(held.hidden.users, "user", params.name ?? "");
      if (typeof input.is_admin === "boolean") user.is_admin = input.is_admin;
      return kept(world, held, user);
    },
  },
  {
    method: "DELETE",
    path: "/users/:name",
    run: (world, { params }, held) => {
      const user = find(held.hidden.users, "user", params.name ?? "");
      held.hidden.users = held.hidden.users.filter((one) => one !== user);
      held.hidden.privileges = held.hidden.privileges.filter((one) => one.user_name !== user.name);
      return kept(world, held, undefined, 204);
    },
  },
];

/** Databases of an instance. A new one has no owner yet, and no size. */
const databases: readonly Own[] = [
  {
    method: "GET",
    path: "/databases",
    run: (_world, { query }, { hidden }) => listOf("databases", hidden.databases, query, ["name"]),
  },
  {
    method: "POST",
    path: "/databases",
    run: (world, demand, held) => {
      const name = nameIn(demand);
      if (held.hidden.databases.some((one) => one.name === name))
        throw alreadyExists("database", name, `database ${name} exists already`);
      held.hidden.databases.push({ name, managed: true, owner: "_rdb_superadmin", size: emptyBytes });
      return kept(world, held, { name, managed: true, owner: "", size: 0 });
    },
  },
  {
    method: "DELETE",
    path: "/databases/:name",
    run: (world, { params }, held) => {
      const database = find(held.hidden.databases, "database", params.name ?? "");
      held.hidden.databases = held.hidden.databases.filter((one) => one !== database);
      held.hidden.privileges = held.hidden.privileges.filter((one) => one.database_name !== database.name);
      return kept(world, held, undefined, 204);
    },
  },
];

const permissions = ["readonly", "readwrite", "all", "custom", "none"];

const privileges: readonly Own[] = [
  {
    method: "GET",
    path: "/privileges",
    run: (_world, { query }, { hidden }) =>
      listOf("privileges", hidden.privileges, query, ["database_name", "user_name"]),
  },
  {
    method: "PUT",
    path: "/privileges",
    run: (world, { input }, held) => {
      const [database, user] = [String(input.database_name), String(input.user_name)];
      find(held.hidden.databases, "database", database);
      find(held.hidden.users, "user", user);
      if (!permissions.includes(String(input.permission)))
        throw invalidArgument("permission", `must be one of: ${permissions.join(", ")}`);
      const set = { database_name: database, user_name: user, permission: String(input.permission) };
      const others = held.hidden.privileges.filter(
        (one) => one.database_name !== database || one.user_name !== user,
      );
      held.hidden.privileges = [...others, set];
      return kept(world, held, set);
    },
  },
];

function ruleOf(held: Database, said: Body): Body {
  const [first] = held.body.endpoints;
  return {
    ip: said.ip,
    description: said.description || "IP allowed",
    action: "allow",
    direction: "inbound",
    port: first?.port ?? 5432,
    protocol: "tcp",
  };
}

const rules: readonly Own[] = [
  {
    method: "GET",
    path: "/acls",
    run: (_world, { query }, { hidden }) => listOf("rules", hidden.rules, query, []),
  },
  {
    method: "PUT",
    path: "/acls",
    run: (world, { input }, held) => {
      const said = Array.isArray(input.rules) ? input.rules.filter(isBody) : [];
      held.hidden.rules = said.map((rule) => ruleOf(held, rule));
      return kept(world, held, { rules: held.hidden.rules });
    },
  },
  {
    method: "DELETE",
    path: "/acls",
    run: (world, { input }, held) => {
      const named = Array.isArray(input.acl_rule_ips) ? input.acl_rule_ips : [];
      const gone = held.hidden.rules.filter(({ ip }) => named.includes(ip));
      held.hidden.rules = held.hidden.rules.filter((rule) => !gone.includes(rule));
      return kept(world, held, { rules: gone });
    },
  },
];

/** Who may do what on an instance: users, databases, privileges, allowed addresses. */
export const accessActions: readonly Own[] = [...users, ...databases, ...privileges, ...rules];
