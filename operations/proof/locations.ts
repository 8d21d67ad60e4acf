/** Where the estate declares what a finding is of: a file and a line, for tools that show a finding beside the text. */
import { existsSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import type { Position } from "../../model/estate/index.ts";
import { parsePortRange } from "../../model/estate/ports.ts";
import { access, application, defaults, sites } from "../../model/estate/schema/application.ts";
import { hypervisors } from "../../model/estate/schema/platform.ts";
import type { Source } from "../../model/estate/source.ts";
import { readSource } from "../../model/estate/source.ts";
import { estateFolder, readEstateFiles } from "../estates.ts";

/** Of what the platform has, by the name of its place or of its servers: the key of platform.yaml that asks for it. */
const platformKeys: Readonly<Record<string, string>> = {
  admin: "bastion",
  bastion: "bastion",
  egress: "egress",
  firewall: "firewalls",
  gateway: "gateway",
  ingress: "proxies",
  "load-balancer": "loadBalancer",
  proxy: "proxies",
  transit: "firewalls",
  vpn: "bastion",
  witness: "witness",
};

/** The estate as a whole; for what none of its entities explains. */
const wholeEstate = "organisation.yaml";

/** Positions have files relative to the root of the repository, with `/`. */
export class Locations {
  readonly #flows = new Map<string, Position>();
  readonly #services = new Map<string, Position>();
  readonly #names = new Map<string, Position>();
  readonly #whole: Position;

  /** `files` are an estate's, without mistakes, by their paths in its folder; `folder` is its path in the repository. */
  constructor(files: ReadonlyMap<string, string>, folder: string) {
    const under = (file: string): string => (folder === "" ? file : `${folder}/${file}`);
    this.#whole = { file: under(wholeEstate), line: 1, column: 1 };
    for (const [file, text] of files) {
      const { source } = readSource(under(file), text);
      if (source === undefined) continue;
      if (file.startsWith("applications/")) this.#readApplication(source);
      else if (file.startsWith("hypervisors/")) this.#readHypervisors(source);
      else if (file === "defaults.yaml") this.#readDefaults(source);
      else if (file === "access.yaml") this.#readAccess(source);
      else if (file === "sites.yaml") this.#readSites(source);
      else if (file === "platform.yaml") this.#readPlatform(source);
    }
  }

  /** A declared flow by its key, `payroll-app → payroll-db tcp/5432`: the flow or the published service that asks for it. */
  declaration(declaredBy: string, key: string): Position | undefined {
    return (
      this.#flows.get(`${declaredBy}: ${key}`) ??
      this.#services.get(`${declaredBy}: ${key.slice(key.indexOf("→"))}`)
    );
  }

  /**
   * The first of `names` that something of the estate explains: a place, a server or another resource, whose names begin with that of
   * what they are made for. The estate as a whole where none does, since what has no place is not shown.
   */
  of(...names: readonly string[]): Position {
    for (const name of names) {
      for (let part = name; part !== ""; part = part.slice(0, Math.max(0, part.search(/[.-][^.-]*$/)))) {
        const found = this.#names.get(part);
        if (found !== undefined) return found;
      }
    }
    return this.#whole;
  }

  #readApplication(source: Source): void {
    const { application: name, networks, workloads, services, flows } = application.parse(source.value);
    const only = networks[0]?.name ?? name;
    for (const [index, each] of networks.entries()) this.#name(each.name, source, ["networks", index]);
    for (const [index, each] of workloads.entries()) this.#name(each.name, source, ["workloads", index]);
    this.#name(name, source, ["application"]);
    for (const [index, { from = only, to, protocol, ports }] of flows.entries()) {
      for (const port of ports) {
        const key = `${name}: ${from} → ${to} ${protocol}/${textOf(port)}`;
        keep(this.#flows, key, source.locate(["flows", index]));
      }
    }
    for (const [index, { workload, protocol, port }] of services.entries()) {
      keep(this.#services, `${name}: → ${workload} ${protocol}/${port}`, source.locate(["services", index]));
    }
  }

  #readHypervisors(source: Source): void {
    const { hypervisors: name, network } = hypervisors.parse(source.value);
    this.#name(name, source, ["hypervisors"]);
    this.#name(network, source, ["network"]);
  }

  /** Baseline flows come from every network. */
  #readDefaults(source: Source): void {
    for (const [index, { to, protocol, ports }] of defaults.parse(source.value).flows.entries()) {
      for (const port of ports) {
        const key = `defaults: → ${to} ${protocol}/${textOf(port)}`;
        keep(this.#services, key, source.locate(["flows", index]));
      }
    }
  }

  #readAccess(source: Source): void {
    for (const [index, { name }] of access.parse(source.value).groups.entries()) {
      this.#name(name, source, ["groups", index]);
    }
  }

  #readSites(source: Source): void {
    for (const [index, { name }] of sites.parse(source.value).sites.entries()) {
      this.#name(name, source, ["sites", index]);
    }
  }

  #readPlatform(source: Source): void {
    for (const [name, key] of Object.entries(platformKeys)) this.#name(name, source, [key], "key");
  }

  #name(name: string, source: Source, path: readonly (string | number)[], on?: "key"): void {
    keep(this.#names, name, source.locate(path, on));
  }
}

/** Positions of an estate in the repository that it lies in; of one that lies in none, in its own folder. */
export function locationsOf(reference: string): Locations {
  const folder = estateFolder(reference);
  const root = repositoryOf(folder) ?? folder;
  return new Locations(readEstateFiles(folder), relative(root, folder).split(sep).join("/"));
}

function repositoryOf(folder: string): string | undefined {
  if (existsSync(join(folder, ".git"))) return folder;
  const above = dirname(folder);
  return above === folder ? undefined : repositoryOf(above);
}

/** What is declared twice is shown where it is first. */
function keep(positions: Map<string, Position>, key: string, position: Position): void {
  if (!positions.has(key)) positions.set(key, position);
}

/** As permissions write it: `443`, `1000-1010`. */
function textOf(port: number | string): string {
  const { first, last } = parsePortRange(port);
  return first === last ? `${first}` : `${first}-${last}`;
}
