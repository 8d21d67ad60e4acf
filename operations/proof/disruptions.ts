/** What an update would replace, or stop for a while: told by the engine's preview, step by step. */
import { fieldsOf, isRecord } from "../../model/proof/read/resource.ts";
import { nameOf } from "../engine/engine.ts";

export interface Disruption {
  /** `replaced`: a new one in its place. `reinstalled`: the same machine, its disks anew. `rebooted`: stopped and started. */
  readonly kind: "replaced" | "reinstalled" | "rebooted";
  readonly resource: string;
  /** `instance/server`. */
  readonly type: string;
  /** Properties that change, sorted; none of what follows another in being replaced. */
  readonly because: readonly string[];
}

/** Properties whose update in place the provider (2.80) does by an installation, or by a stop and a start. */
const servers: Readonly<
  Record<
    string,
    {
      readonly kind: Disruption["kind"];
      readonly always: readonly string[];
      /** Only of a server that says `reinstallOnConfigChanges`. */
      readonly onRequest: readonly string[];
    }
  >
> = {
  "instance/server": { kind: "rebooted", always: ["type", "state"], onRequest: [] },
  "elasticmetal/server": {
    kind: "reinstalled",
    always: ["os"],
    onRequest: [
      "sshKeyIds",
      "user",
      "password",
      "passwordWoVersion",
      "servicePassword",
      "servicePasswordWoVersion",
      "reinstallOnConfigChanges",
    ],
  },
};

/** Of `pulumi preview --json`, in the order of its steps. */
export function disruptionsOf(preview: unknown): readonly Disruption[] {
  const { steps } = fieldsOf(preview);
  return (Array.isArray(steps) ? steps : []).filter(isRecord).flatMap(ofStep);
}

/** Machines first, then by name. */
export function inOrder(disruptions: readonly Disruption[]): readonly Disruption[] {
  const keyOf = ({ resource, type }: Disruption): string => `${type in servers ? 0 : 1} ${resource}`;
  return [...disruptions].sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

function ofStep(step: Readonly<Record<string, unknown>>): readonly Disruption[] {
  const { op, urn, newState } = step;
  const state = fieldsOf(newState);
  const type = typeOf(String(state.type ?? ""));
  const common = { resource: nameOf(String(urn)), type };
  // A replacement is several steps: its deletion, its creation, and this one.
  if (op === "replace") return [{ kind: "replaced", ...common, because: propertiesOf(step) }];
  const server = op === "update" ? servers[type] : undefined;
  if (server === undefined) return [];
  const asked = fieldsOf(state.inputs).reinstallOnConfigChanges === true ? server.onRequest : [];
  const because = propertiesOf(step).filter((property) => [...server.always, ...asked].includes(property));
  return because.length === 0 ? [] : [{ kind: server.kind, ...common, because }];
}

/** Of paths such as `options[0].id`, the properties. `__meta` is the bridged provider's own. */
function propertiesOf({ detailedDiff, diffReasons }: Readonly<Record<string, unknown>>): readonly string[] {
  const paths = isRecord(detailedDiff) ? Object.keys(detailedDiff) : textsOf(diffReasons);
  const properties = new Set(paths.map((path) => path.split(/[.[]/, 1)[0] ?? path));
  return [...properties].filter((property) => !property.startsWith("__")).sort();
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

/** `scaleway:instance/server:Server` is told by its middle; another provider's type with the provider, `command/remote`. */
function typeOf(token: string): string {
  const [provider, middle] = token.split(":");
  if (middle === undefined) return token;
  return provider === "scaleway" ? middle : `${provider}/${middle}`;
}
