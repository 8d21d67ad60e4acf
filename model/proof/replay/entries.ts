/** A simulator's log as the replay reads it: calls of Scaleway's API with their answers, changes on hosts, and zones lost or given back. */

export interface CallEntry {
  readonly sequence: number;
  readonly type: "call";
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly body: unknown;
  /** Of a call that changed something. */
  readonly answer?: unknown;
}

export interface HostEntry {
  readonly sequence: number;
  readonly type: "host";
  readonly machineId: string;
  readonly name: string;
  readonly kind: string;
  readonly detail: Properties;
}

export interface ControlEntry {
  readonly sequence: number;
  readonly type: "control";
  /** `lose refuse`, `restore`, `reset`. */
  readonly action: string;
  readonly locality: string;
}

export type Entry = CallEntry | HostEntry | ControlEntry;

export type Properties = Readonly<Record<string, unknown>>;

export function isProperties(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function propertiesOf(value: unknown): Properties {
  return isProperties(value) ? value : {};
}

export function listOf(value: unknown): readonly Properties[] {
  return Array.isArray(value) ? value.filter(isProperties) : [];
}

export function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

export function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** `key=value` tags. */
export function tagsOf(value: unknown): ReadonlyMap<string, string> {
  return new Map(
    textsOf(value).map((tag): [string, string] => {
      const at = tag.indexOf("=");
      return at < 0 ? [tag, ""] : [tag.slice(0, at), tag.slice(at + 1)];
    }),
  );
}

/** The call or change in a few words. */
export function entryText(entry: Entry): string {
  switch (entry.type) {
    case "call":
      return `${entry.method} ${entry.path}`;
    case "host": {
      const { kind, detail, name } = entry;
      const what = detail.path ?? detail.link ?? detail.power ?? detail.name ?? detail.via ?? "";
      return `${name}: ${kind} ${String(what)}`.trimEnd();
    }
    case "control":
      return `${entry.action} ${entry.locality}`;
  }
}
