/** Changes to the resources of a deployed estate: inputs of a resource, and the rules and files inside a host's command. */
import type { Documents } from "../../../../model/proof/read/index.ts";
import type { Properties, Resource } from "../../../../model/proof/read/resource.ts";

export type Json = Readonly<Record<string, unknown>>;
/** One command of libnftables JSON. */
export type Command = Json;

const rulesFile = "/etc/nftables/archipel.json";
const settingsFile = "/etc/sysctl.d/90-archipel.conf";
const mark = "ARCHIPEL_EOF";

export class Edit {
  readonly #base: Documents;
  readonly #changed = new Map<string, Resource | undefined>();
  readonly #added: Resource[] = [];

  constructor(base: Documents) {
    this.#base = base;
  }

  get documents(): Documents {
    const kept = this.#base.resources.flatMap((resource) =>
      this.#changed.has(resource.urn) ? (this.#changed.get(resource.urn) ?? []) : [resource],
    );
    return { resources: [...kept, ...this.#added], undetermined: this.#base.undetermined };
  }

  /** The resource as it is now; `type` is the end of its type token. Throws when there is none. */
  resource(type: string, name: string): Resource {
    const found = this.#base.resources.find((each) => each.name === name && each.type.endsWith(type));
    const now = found === undefined ? undefined : this.#changed.get(found.urn);
    if (found === undefined) throw new Error(`no ${type} is called ${name}`);
    return now ?? found;
  }

  all(type: string): readonly Resource[] {
    return this.#base.resources.filter((each) => each.type.endsWith(type));
  }

  /** Inputs, and outputs that say the same. */
  set(resource: Resource, inputs: Properties): void {
    const outputs = { ...resource.outputs, ...inputs };
    this.#changed.set(resource.urn, { ...resource, inputs: { ...resource.inputs, ...inputs }, outputs });
  }

  remove(resource: Resource): void {
    this.#changed.set(resource.urn, undefined);
  }

  add(like: Resource, name: string, type: string, inputs: Properties, outputs: Properties = inputs): void {
    const urn = `urn:pulumi:${like.stack}::archipel::${type}::${name}`;
    const id = `fr-par-1/id-of-${name}`;
    const own = { parent: undefined, dependencies: [], propertyDependencies: {} };
    this.#added.push({ ...own, urn, type, name, stack: like.stack, id, inputs, outputs });
  }

  /** The text that configures a machine. */
  script(machine: string): string {
    return String(this.#configure(machine).inputs.stdin);
  }

  setScript(machine: string, change: (text: string) => string): void {
    const command = this.#configure(machine);
    const before = String(command.inputs.stdin);
    const after = change(before);
    if (after === before) throw new Error(`the script of ${machine} did not change`);
    this.set(command, { stdin: after });
  }

  rules(machine: string): readonly Command[] {
    return readRules(this.script(machine));
  }

  setRules(machine: string, change: (commands: readonly Command[]) => readonly Command[]): void {
    this.setScript(machine, (text) => {
      const [start, end] = fileIn(text, rulesFile);
      const commands = change(readRules(text)).map((each) => `  ${JSON.stringify(each)}`);
      return `${text.slice(0, start)}{ "nftables": [\n${commands.join(",\n")}\n] }\n${text.slice(end)}`;
    });
  }

  /** Sets sysctls, in the file that the estate uses. */
  setSettings(machine: string, settings: readonly string[]): void {
    this.setScript(machine, (text) => {
      const [, end] = fileIn(text, settingsFile);
      return `${text.slice(0, end)}${settings.join("\n")}\n${text.slice(end)}`;
    });
  }

  /** Lays down one more file. */
  addFile(machine: string, path: string, content: string): void {
    this.setScript(machine, (text) => {
      const at = text.indexOf(`file 0600 ${rulesFile}`);
      return `${text.slice(0, at)}file 0644 ${path} <<'${mark}'\n${content}${mark}\n${text.slice(at)}`;
    });
  }

  #configure(machine: string): Resource {
    return this.resource("remote:Command", `${machine}-host-configure`);
  }
}

/** Where a file's content begins and ends in a script. */
function fileIn(text: string, path: string): readonly [number, number] {
  const heading = text.indexOf(` ${path} <<'${mark}'\n`);
  if (heading < 0) throw new Error(`the script lays down no ${path}`);
  const start = text.indexOf("\n", heading) + 1;
  return [start, text.indexOf(`${mark}\n`, start)];
}

function readRules(text: string): readonly Command[] {
  const [start, end] = fileIn(text, rulesFile);
  return (JSON.parse(text.slice(start, end)) as { readonly nftables: readonly Command[] }).nftables;
}
