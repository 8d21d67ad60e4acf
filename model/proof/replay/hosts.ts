/** Machines as their own changes left them: power, links, addresses, routes, kernel settings, rules, networkd's files. */
import type { Family, Ruleset } from "../network.ts";
import { readKeepalived } from "../read/kernel.ts";
import type { Networkd } from "../read/networkd.ts";
import { readNetworkd } from "../read/networkd.ts";
import type { HostEntry, Properties } from "./entries.ts";
import { listOf, propertiesOf, textOf, textsOf } from "./entries.ts";

export interface Link {
  readonly name: string;
  readonly kind: string;
  readonly mac: string;
  readonly up: boolean;
  readonly vlan: number | undefined;
  readonly addresses: readonly string[];
  /** Held by VRRP at this instant. */
  readonly virtual: readonly string[];
}

export interface LiveRoute {
  readonly destination: string;
  readonly gateway: string | undefined;
  readonly link: string;
  readonly metric: number;
}

/**
 * One machine. It is `on` once its cloud-init has had its first word (or its boot has ended without one): between the kernel's network and
 * that word no service of it runs, so that nothing answers but the kernel itself.
 */
export class LiveHost {
  on = false;
  name = "";
  /** Identifies the disk: another one is another machine in its place. */
  installation = "";
  rulesets: readonly Ruleset[] = [];
  readonly links = new Map<string, Link>();
  routes: readonly LiveRoute[] = [];
  networkd: Networkd = readNetworkd(new Map());
  /** What was told of it and is not understood. */
  readonly unread = new Set<string>();
  readonly #settings = new Map<string, string>();
  readonly #files = new Map<string, string>();

  /** Whether packets could notice. */
  apply(entry: HostEntry): boolean {
    const { kind, detail } = entry;
    this.name = entry.name;
    switch (kind) {
      case "boot":
        return this.#power(detail);
      case "command":
        if (this.on || !String(detail.via).startsWith("cloud-init")) return false;
        this.on = true;
        return true;
      case "rules":
        return this.#rules(entry);
      case "address":
        return this.#address(detail);
      case "setting":
        for (const [path, value] of Object.entries(propertiesOf(detail.settings)))
          this.#settings.set(path, String(value));
        return true;
      case "file":
        return this.#file(detail);
      case "service":
        return false;
      default:
        this.unread.add(`a change of the kind ${kind}`);
        return true;
    }
  }

  /** Addresses that VRRP may bring, by interface, whether or not they are here now. */
  get mayHold(): ReadonlyMap<string, readonly string[]> {
    return readKeepalived(this.#files.get(keepalived) ?? "").byInterface;
  }

  /** One interface that forwards, or speaks IPv6, is enough. */
  get forwards(): Readonly<Record<Family, boolean>> {
    const on = (pattern: RegExp): boolean =>
      [...this.#settings].some(([path, value]) => pattern.test(path) && value !== "0");
    return {
      4: on(/^net\/ipv4\/(ip_forward|conf\/[^/]+\/forwarding)$/),
      6: on(/^net\/ipv6\/conf\/[^/]+\/forwarding$/),
    };
  }

  /** Whether any of the links named has IPv6. */
  speaks6(links: readonly string[]): boolean {
    return links.some((link) => this.#settings.get(`net/ipv6/conf/${link}/disable_ipv6`) !== "1");
  }

  #power({ power, installation }: Properties): boolean {
    if (power === "starting") {
      this.#forget();
      this.on = false;
      const disk = textOf(installation) ?? "";
      if (disk !== this.installation) this.#files.clear();
      this.installation = disk;
      this.networkd = readNetworkd(this.#files);
      return true;
    }
    const before = this.on;
    this.on = power === undefined;
    if (power !== undefined) this.#forget();
    return before !== this.on;
  }

  #forget(): void {
    this.rulesets = [];
    this.links.clear();
    this.routes = [];
    this.#settings.clear();
  }

  #rules({ machineId, detail }: HostEntry): boolean {
    const document = textOf(detail.document);
    if (document === undefined) {
      this.unread.add("rules that are not in the log");
      return true;
    }
    const loaded: Ruleset = {
      origin: { resource: `host::${this.name}`, stack: "" },
      path: `rules of ${machineId}`,
      stage: "configured",
      json: document,
    };
    this.rulesets = startsAnew(document, textsOf(detail.tables)) ? [loaded] : [...this.rulesets, loaded];
    return true;
  }

  #address(detail: Properties): boolean {
    if (detail.routes !== undefined) {
      this.routes = listOf(detail.routes).map(({ destination, gateway, link, metric }) => ({
        destination: String(destination),
        gateway: textOf(gateway),
        link: String(link),
        metric: Number(metric ?? 0),
      }));
      return true;
    }
    const name = textOf(detail.link);
    if (name === undefined || name === "lo") return false;
    if (detail.removed === true) return this.links.delete(name);
    this.links.set(name, {
      name,
      kind: textOf(detail.kind) ?? "",
      mac: textOf(detail.mac) ?? "",
      up: detail.up === true,
      vlan: typeof detail.vlan === "number" ? detail.vlan : undefined,
      addresses: textsOf(detail.addresses),
      virtual: textsOf(detail.virtual),
    });
    return true;
  }

  #file({ path, action, content }: Properties): boolean {
    const name = textOf(path) ?? "";
    if (name === keepalived) {
      // What it asks for is done when VRRP does it.
      this.#files.set(name, action === "removed" ? "" : (textOf(content) ?? ""));
      return false;
    }
    if (!name.startsWith("/etc/systemd/network/")) return false;
    if (action === "removed") this.#files.delete(name);
    else if (typeof content === "string") this.#files.set(name, content);
    else if (action === "written") this.unread.add(`${name}: its text is not in the log`);
    this.networkd = readNetworkd(this.#files);
    return true;
  }
}

const keepalived = "/etc/keepalived/keepalived.conf";

/** Whether nothing of what was loaded before is left: the document takes away first whatever tables there are after it. */
function startsAnew(document: string, after: readonly string[]): boolean {
  const taken = new Set<string>();
  for (const command of commandsOf(document)) {
    if ("metainfo" in command) continue;
    const removal = propertiesOf(command.flush ?? command.delete ?? command.destroy);
    if (command.flush !== undefined && "ruleset" in removal) return true;
    const table = propertiesOf(command.flush === undefined ? removal.table : undefined);
    if (textOf(table.name) !== undefined) taken.add(`${String(table.family)} ${String(table.name)}`);
    // A table is added so that it can be deleted whether or not it was there.
    else if (!("table" in propertiesOf(command.add))) break;
  }
  return after.length > 0 && after.every((name) => taken.has(name));
}

function commandsOf(document: string): readonly Properties[] {
  try {
    return listOf(propertiesOf(JSON.parse(document)).nftables);
  } catch {
    return [];
  }
}
