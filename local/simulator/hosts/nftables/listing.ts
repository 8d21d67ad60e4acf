import type { Chain, Json, JsonObject, NamedSet, Ruleset, Table } from "./ruleset.ts";

/** The ruleset as `nft -j list ruleset` prints it: a document that loads again. */
export function listJson(ruleset: Ruleset, tables: readonly Table[] = ruleset.tables): string {
  const objects: Json[] = [
    { metainfo: { version: "1.1.3", release_name: "Commodore Bullmoose #4", json_schema_version: 1 } },
  ];
  for (const table of tables) {
    const { family } = table;
    objects.push({ table: { family, name: table.name, handle: table.handle } });
    for (const { name, handle, packets, bytes } of table.counters) {
      objects.push({ counter: { family, name, table: table.name, handle, packets, bytes } });
    }
    for (const chain of table.chains) {
      objects.push({
        chain: { family, table: table.name, name: chain.name, handle: chain.handle, ...chain.base },
      });
    }
    for (const set of table.sets) {
      const { name, handle, flags, map } = set;
      const type = set.type.length === 1 ? (set.type[0] ?? null) : set.type;
      const body: JsonObject = { family, name, table: table.name, type, handle, ...set.properties };
      if (map !== undefined) body.map = map;
      if (flags.length > 0) body.flags = flags;
      if (set.elements.length > 0) body.elem = set.elements;
      objects.push({ [map === undefined ? "set" : "map"]: body });
    }
    for (const chain of table.chains) {
      for (const rule of chain.rules) {
        const body: JsonObject = {
          family,
          table: table.name,
          chain: chain.name,
          handle: rule.handle,
          expr: rule.expr,
        };
        if (rule.comment !== undefined) body.comment = rule.comment;
        objects.push({ rule: body });
      }
    }
  }
  return `${JSON.stringify({ nftables: objects })}\n`;
}

function value(json: Json): string {
  if (json === null || typeof json !== "object") return String(json);
  if (Array.isArray(json)) return json.map(value).join(",");
  const [kind, body] = Object.entries(json)[0] ?? ["", null];
  const object = (
    body !== null && typeof body === "object" && !Array.isArray(body) ? body : {}
  ) as JsonObject;
  switch (kind) {
    case "prefix":
      return `${value(object.addr ?? "")}/${value(object.len ?? "")}`;
    case "range":
      return Array.isArray(body) ? body.map(value).join("-") : "";
    case "concat":
      return Array.isArray(body) ? body.map(value).join(" . ") : "";
    case "set":
      return `{ ${Array.isArray(body) ? body.map(element).join(", ") : value(body)} }`;
    case "meta":
      return ["iifname", "oifname", "iif", "oif", "mark"].includes(String(object.key))
        ? String(object.key)
        : `meta ${value(object.key ?? "")}`;
    case "payload":
      return `${value(object.protocol ?? "")} ${value(object.field ?? "")}`;
    case "ct":
      return `ct ${value(object.key ?? "")}`;
    case "fib":
      return `fib ${Array.isArray(object.flags) ? object.flags.join(" . ") : value(object.flags ?? "")} ${value(object.result ?? "")}`;
    case "jump":
    case "goto":
      return `${kind} ${value(object.target ?? "")}`;
    default:
      return body === null ? kind : `${kind} ${JSON.stringify(body)}`;
  }
}

function element(json: Json): string {
  return Array.isArray(json) && json.length === 2 ? json.map(value).join(" : ") : value(json);
}

function statement(json: JsonObject): string {
  const [kind, body] = Object.entries(json)[0] ?? ["", null];
  const object = (
    body !== null && typeof body === "object" && !Array.isArray(body) ? body : {}
  ) as JsonObject;
  switch (kind) {
    case "match": {
      const operator =
        object.op === "==" || object.op === "in" || object.op === undefined ? "" : `${String(object.op)} `;
      return `${value(object.left ?? null)} ${operator}${value(object.right ?? null)}`;
    }
    case "vmap":
      return `${value(object.key ?? null)} vmap ${value(object.data ?? null)}`;
    case "counter":
      return typeof body === "string"
        ? `counter name "${body}"`
        : `counter packets ${object.packets ?? 0} bytes ${object.bytes ?? 0}`;
    case "log":
      return object.prefix === undefined ? "log" : `log prefix "${String(object.prefix)}"`;
    case "snat":
    case "dnat":
      return `${kind} to ${value(object.addr ?? "")}${object.port === undefined ? "" : `:${value(object.port)}`}`;
    default:
      return value(json);
  }
}

function chainText(chain: Chain): string[] {
  const lines = [`\tchain ${chain.name} {`];
  if (chain.base) {
    const { type, hook, prio, policy } = chain.base;
    lines.push(`\t\ttype ${type} hook ${hook} priority ${prio === 0 ? "filter" : prio}; policy ${policy};`);
  }
  for (const rule of chain.rules) {
    const comment = rule.comment === undefined ? "" : ` comment "${rule.comment}"`;
    lines.push(`\t\t${rule.expr.map(statement).join(" ")}${comment}`);
  }
  return [...lines, "\t}"];
}

function setText(set: NamedSet): string[] {
  const target = set.map === undefined ? "" : ` : ${set.map}`;
  const lines = [
    `\t${set.map === undefined ? "set" : "map"} ${set.name} {`,
    `\t\ttype ${set.type.join(" . ")}${target}`,
  ];
  if (set.flags.length > 0) lines.push(`\t\tflags ${set.flags.join(",")}`);
  if (set.elements.length > 0) lines.push(`\t\telements = { ${set.elements.map(element).join(", ")} }`);
  return [...lines, "\t}"];
}

/** The ruleset as `nft list ruleset` prints it, for a reader; it is not meant to be loaded. */
export function listText(tables: readonly Table[]): string {
  const lines = tables.flatMap((table) => [
    `table ${table.family} ${table.name} {`,
    ...table.counters.map(
      ({ name, packets, bytes }) => `\tcounter ${name} { packets ${packets} bytes ${bytes} }`,
    ),
    ...table.sets.flatMap(setText),
    ...table.chains.flatMap(chainText),
    "}",
  ]);
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}
