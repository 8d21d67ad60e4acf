import type { NetworkState } from "./network/network-state.ts";

/** Addresses, routes and kernel settings of a host as a log last told them, and what is to be told when they are others. */
export class NetworkRecord {
  #links = new Map<string, string>();
  #routes = "[]";
  #settings = new Map<string, string>();

  /** Settings first, then links, then routes. `setting` reads one by its path below /proc/sys. */
  async changes(
    state: NetworkState,
    setting: (path: string) => Promise<string>,
  ): Promise<readonly { kind: "address" | "setting"; detail: Record<string, unknown> }[]> {
    const found: { kind: "address" | "setting"; detail: Record<string, unknown> }[] = [];
    const settings: Record<string, string> = {};
    for (const [path, value] of await this.#readSettings(state, setting)) {
      if (this.#settings.get(path) !== value) settings[path] = value;
      this.#settings.set(path, value);
    }
    if (Object.keys(settings).length > 0) found.push({ kind: "setting", detail: { settings } });
    const links = linkDetails(state);
    for (const [name, detail] of links) {
      const text = JSON.stringify(detail);
      if (this.#links.get(name) !== text) found.push({ kind: "address", detail });
      this.#links.set(name, text);
    }
    for (const name of [...this.#links.keys()]) {
      if (links.has(name)) continue;
      found.push({ kind: "address", detail: { link: name, removed: true } });
      this.#links.delete(name);
    }
    const routes = routesText(state);
    if (this.#routes !== routes) found.push({ kind: "address", detail: { routes: JSON.parse(routes) } });
    this.#routes = routes;
    return found;
  }

  /** A machine that starts has nothing of what it had. */
  forget(): void {
    this.#links = new Map();
    this.#routes = "[]";
    this.#settings = new Map();
  }

  /** Settings that say what the kernel forwards and speaks; of links, those that there are. */
  async #readSettings(
    state: NetworkState,
    setting: (path: string) => Promise<string>,
  ): Promise<ReadonlyMap<string, string>> {
    const names = ["all", "default", ...state.links.map(({ name }) => name)];
    const paths = [
      "net/ipv4/ip_forward",
      ...names.flatMap((name) => [
        `net/ipv4/conf/${name}/forwarding`,
        `net/ipv6/conf/${name}/forwarding`,
        `net/ipv6/conf/${name}/disable_ipv6`,
      ]),
    ];
    const found = new Map<string, string>();
    for (const path of paths) {
      const value = await setting(path);
      // A kernel nobody set has 0 everywhere: only what differs from it, or did, is told.
      if (value !== "" && (value !== "0" || this.#settings.has(path))) found.set(path, value);
    }
    return found;
  }
}

function linkDetails({ links }: NetworkState): ReadonlyMap<string, Record<string, unknown>> {
  return new Map(
    links.map(({ name, kind, mac, up, vlan, parent, addresses }) => {
      const held = (isVirtual: boolean): string[] =>
        addresses
          .filter(({ origin }) => (origin === "vrrp") === isVirtual)
          .map(({ address }) => address)
          .sort();
      const detail = { link: name, kind, mac: mac.toLowerCase(), up, vlan, parent };
      return [name, { ...detail, addresses: held(false), virtual: held(true) }];
    }),
  );
}

function routesText({ routes }: NetworkState): string {
  return JSON.stringify(
    routes.map(({ destination, gateway, link, metric }) => ({ destination, gateway, link, metric })),
  );
}
