/** Which command configures which machine, and what its kernel is made of by it: rules, interfaces, routes, settings. */
import type { Ruleset } from "../network.ts";
import {
  dayZeroRules,
  isHostCommand,
  isHostScript,
  linksIn,
  mayChangeNetwork,
  readHostScript,
} from "./host-script.ts";
import { type Kernel, readKeepalived, readKernel, unsetKernel } from "./kernel.ts";
import { kindOf } from "./kinds.ts";
import { type Networkd, readNetworkd } from "./networkd.ts";
import { originOf, type Reading } from "./reading.ts";
import { type Resource, textOf } from "./resource.ts";

/** A machine's own part. */
export interface Host {
  readonly rulesets: readonly Ruleset[];
  readonly kernel: Kernel;
  /** Undefined: the machine has whatever its image sets. */
  readonly networkd: Networkd | undefined;
  readonly virtualAddresses: ReadonlyMap<string, readonly string[]>;
  /** VLAN number or MAC address by interface. */
  readonly links: ReadonlyMap<string, string>;
}

/** A machine that nothing configured: as its image is. */
export const imageHost: Host = {
  rulesets: [],
  kernel: unsetKernel,
  networkd: undefined,
  virtualAddresses: new Map(),
  links: new Map(),
};

interface Commands {
  readonly bootstrap: Resource | undefined;
  readonly configure: Resource | undefined;
}

const rulesPath = "/etc/nftables/archipel.json";
const bootstrapPath = "/etc/nftables/bootstrap.json";
/** Where other tools keep what they load at boot. */
const otherRules = /^\/etc\/(nftables\.conf|nftables\/|iptables|ufw|firewalld|netplan|network\/)/;

export class Hosts {
  readonly #reading: Reading;
  readonly #commands: ReadonlyMap<Resource, Commands>;

  constructor(reading: Reading) {
    this.#reading = reading;
    this.#commands = commandsByServer(reading);
  }

  of(server: Resource): Host {
    const key = this.#reading.keyOf(server);
    const dayZero = this.#dayZero(server, key);
    const { bootstrap, configure } = this.#commands.get(server) ?? {};
    const command = configure ?? bootstrap;
    if (command === undefined) return { ...imageHost, rulesets: dayZero };
    const host = this.#configured(command, key);
    return { ...host, rulesets: [...dayZero, ...host.rulesets] };
  }

  #dayZero(server: Resource, key: string): Ruleset[] {
    const fact = textOf(server, "cloudInit");
    if (fact.kind === "missing") return [];
    const text = this.#reading.known(fact, server, "inputs.cloudInit", key);
    if (text === undefined) return [];
    const found = dayZeroRules(text);
    if (found.size === 0 && mayChangeNetwork(text))
      this.#reading.note(server, "inputs.cloudInit", "sets the network in a way that is not understood", key);
    return [...found].map(([path, json]) => ({ origin: originOf(server), path, stage: "day-zero", json }));
  }

  #configured(command: Resource, key: string): Host {
    const note = (property: string, why: string): void => this.#reading.note(command, property, why, key);
    const text = this.#reading.known(textOf(command, "stdin"), command, "inputs.stdin", key) ?? "";
    const create = textOf(command, "create");
    const run = create.kind === "known" ? create.value : "";
    for (const [property, fact] of [
      ["inputs.create", create],
      ["inputs.update", textOf(command, "update")],
    ] as const) {
      if (fact.kind === "known" && !isHostCommand(fact.value))
        note(property, "does more than hand its script to a shell");
    }
    const script = readHostScript(text);
    if (script === undefined && text !== "") note("inputs.stdin", "is no script that is understood");
    const files = script?.files ?? new Map<string, string>();
    for (const line of script?.strange ?? [])
      note("inputs.stdin", `a line that is not understood: ${line.slice(0, 80)}`);
    const networkd = readNetworkd(files);
    for (const { path, why } of networkd.strange) note(path, why);
    const kernel = readKernel(files);
    for (const why of kernel.strange) note("/etc/sysctl.d", why);
    const keepalived = readKeepalived(files.get("/etc/keepalived/keepalived.conf") ?? "");
    for (const line of keepalived.strange) note("/etc/keepalived/keepalived.conf", `not understood: ${line}`);
    return {
      rulesets: this.#rulesets(command, files, note),
      kernel,
      networkd,
      virtualAddresses: keepalived.byInterface,
      links: linksIn(run),
    };
  }

  /** The script loads the rules, then those of the bootstrap where it lays them down; it loads nothing else. */
  #rulesets(
    command: Resource,
    files: ReadonlyMap<string, string>,
    note: (property: string, why: string) => void,
  ): Ruleset[] {
    const origin = originOf(command);
    for (const path of files.keys()) {
      if (otherRules.test(path) && path !== rulesPath && path !== bootstrapPath)
        note(path, "may set the network, and is not understood");
    }
    return (
      [
        [rulesPath, "configured"],
        [bootstrapPath, "bootstrap"],
      ] as const
    ).flatMap(([path, stage]) => {
      const json = files.get(path);
      return json === undefined ? [] : [{ origin, path, stage, json }];
    });
  }
}

/** Every command by the machine that it runs on. What runs on no machine that can be told, and may set its network, is noted. */
function commandsByServer(reading: Reading): ReadonlyMap<Resource, Commands> {
  const found = new Map<Resource, Commands>();
  for (const command of reading.of("command")) {
    const stdin = textOf(command, "stdin");
    const texts = [stdin, textOf(command, "create"), textOf(command, "update")].flatMap((fact) =>
      fact.kind === "known" ? [fact.value] : [],
    );
    const hidden = stdin.kind === "unknown" || stdin.kind === "secret";
    const isScript = hidden || texts.some(isHostScript);
    const server = serverOf(reading, command);
    if (!isScript || server === undefined) {
      if (isScript || texts.some(mayChangeNetwork))
        reading.note(command, "inputs", "may set a machine's network, and it is not known which or how");
      continue;
    }
    const before = found.get(server) ?? { bootstrap: undefined, configure: undefined };
    const stage = command.name.endsWith("-bootstrap") ? "bootstrap" : "configure";
    if (before[stage] !== undefined)
      reading.note(command, "inputs", "a second command that configures the machine", reading.keyOf(server));
    found.set(server, { ...before, [stage]: command });
  }
  return found;
}

const machines = ["bareMetal", "instance"] as const;

/** The machine whose VLAN numbers or cards the command's text is computed from; else the one under the same component. */
function serverOf(reading: Reading, command: Resource): Resource | undefined {
  const direct = (urns: readonly string[]): ReadonlySet<Resource> =>
    new Set(urns.flatMap((urn) => machineBehind(reading, reading.byUrn(urn)) ?? []));
  const { create = [], update = [] } = command.propertyDependencies;
  const told = direct([...create, ...update]);
  if (told.size === 1) return [...told][0];
  const parents = ancestors(reading, command);
  const under = machines
    .flatMap((kind) => reading.of(kind))
    .filter(({ parent }) => parent !== undefined && parents.has(parent));
  if (under.length === 1) return under[0];
  const depended = direct(command.dependencies);
  return depended.size === 1 ? [...depended][0] : undefined;
}

function machineBehind(reading: Reading, resource: Resource | undefined): Resource | undefined {
  if (resource === undefined) return undefined;
  const kind = kindOf(resource.type);
  if (kind === "bareMetal" || kind === "instance") return resource;
  if (kind !== "privateNic") return undefined;
  const id = resource.inputs.serverId;
  const [computed] = reading.computedFrom(resource, "serverId", "instance");
  return typeof id === "string" ? (reading.byId("instance", id) ?? computed) : computed;
}

/** The component that holds the command's own component; a stack's root holds everything and tells nothing. */
function ancestors(reading: Reading, command: Resource): ReadonlySet<string> {
  const found = new Set<string>();
  let next = command.parent;
  while (next !== undefined && found.size < 2) {
    const component = reading.byUrn(next);
    if (component === undefined || component.type === "pulumi:pulumi:Stack") break;
    found.add(next);
    next = component.parent;
  }
  return found;
}
