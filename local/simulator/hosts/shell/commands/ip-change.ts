import type { Host } from "../../host.ts";
import { removeLink, renameLink } from "../../network/configure.ts";
import {
  findLink,
  type Link,
  type NetworkState,
  type Route,
  routeTo,
  subnetOf,
} from "../../network/network-state.ts";
import { type Family, parseAddress } from "../../nftables/packet.ts";

/** A refusal by iproute2 or the kernel; the text is theirs. */
export class IpError extends Error {
  override name = "IpError";
}

function linkOf(state: NetworkState, name: string | undefined): Link {
  const link = name === undefined ? undefined : findLink(state, name);
  if (!link) throw new IpError(`Cannot find device "${name ?? ""}"`);
  return link;
}

/** Values that follow keywords, as in `dev eno1 metric 5`. */
function wordAfter(words: readonly string[], key: string): string | undefined {
  const at = words.indexOf(key);
  return at >= 0 ? words[at + 1] : undefined;
}

function checkedAddress(text: string | undefined): string {
  const [address = "", length] = (text ?? "").split("/");
  try {
    const { family } = parseAddress(address);
    const bits = family === "ip" ? 32 : 128;
    const prefix = length === undefined ? bits : Number(length);
    if (!Number.isInteger(prefix) || prefix < 0 || prefix > bits) throw new RangeError();
    return `${address}/${prefix}`;
  } catch {
    throw new IpError(`Error: any valid prefix is expected rather than "${text ?? ""}".`);
  }
}

async function addLink(host: Host, words: string[]): Promise<void> {
  const { network } = host;
  const name =
    wordAfter(words, "name") ??
    words.find(
      (word, index) =>
        !["link", "type", "dev"].includes(word) && !["link", "type"].includes(words[index - 1] ?? ""),
    );
  const kind = wordAfter(words, "type");
  if (name === undefined || name.length > 15)
    throw new IpError(`Error: argument "${name ?? ""}" is wrong: "name" not a valid ifname`);
  if (findLink(network, name)) throw new IpError("RTNETLINK answers: File exists");
  if (kind === "dummy") {
    network.links.push({ name, kind, mac: "02:00:00:00:00:01", up: false, mtu: 1500, addresses: [] });
  } else if (kind === "vlan") {
    const parent = linkOf(network, wordAfter(words, "link"));
    const vlan = Number(wordAfter(words, "id"));
    if (!(vlan >= 1 && vlan <= 4094)) throw new IpError('Error: argument "id" is wrong: id is invalid');
    const taken = network.links.some((link) => link.parent === parent.name && link.vlan === vlan);
    if (taken) throw new IpError("RTNETLINK answers: File exists");
    network.links.push({
      name,
      kind,
      mac: parent.mac,
      up: false,
      mtu: parent.mtu,
      parent: parent.name,
      vlan,
      addresses: [],
    });
  } else throw new IpError(`Error: link type "${kind ?? ""}" is not likened; known: vlan, dummy`);
  await host.linkAppeared(name);
}

function setLink(state: NetworkState, words: string[]): void {
  const rest = words[0] === "dev" ? words.slice(1) : words;
  const link = linkOf(state, rest[0]);
  for (let at = 1; at < rest.length; at += 1) {
    const word = rest[at];
    if (word === "up" || word === "down") link.up = word === "up";
    else if (word === "mtu") link.mtu = Number(rest[++at]);
    else if (word === "address") link.mac = rest[++at] ?? link.mac;
    else if (word === "name") {
      const name = rest[++at] ?? "";
      if (findLink(state, name)) throw new IpError("RTNETLINK answers: File exists");
      renameLink(state, link.name, name);
    } else if (word === "alias" || word === "txqueuelen" || word === "arp") at += 1;
    else throw new IpError(`Error: "${word}" of ip link set is not likened`);
  }
  // A link that goes down loses the routes over it that were set by hand, as in the kernel.
  if (!link.up)
    state.routes = state.routes.filter((route) => route.link !== link.name || route.origin !== "manual");
}

export async function changeLink(host: Host, verb: string, words: string[]): Promise<void> {
  if ("add".startsWith(verb)) return addLink(host, words);
  if ("set".startsWith(verb)) return setLink(host.network, words);
  if (!["del", "delete"].includes(verb))
    throw new IpError(`Command "${verb}" is unknown, try "ip link help".`);
  const link = linkOf(host.network, words[0] === "dev" ? words[1] : words[0]);
  if (link.kind === "physical" || link.kind === "loopback")
    throw new IpError("RTNETLINK answers: Operation not supported");
  removeLink(host.network, link.name);
}

export function changeAddress(state: NetworkState, verb: string, words: string[]): void {
  const link = linkOf(state, wordAfter(words, "dev"));
  if (verb === "flush") {
    link.addresses = link.addresses.filter(({ origin }) => origin === "vrrp");
    return;
  }
  const address = checkedAddress(words.find((word, index) => word !== "dev" && words[index - 1] !== "dev"));
  const existing = link.addresses.find((held) => held.address === address);
  if (["add", "replace", "change"].includes(verb)) {
    if (existing && verb === "add") throw new IpError("RTNETLINK answers: File exists");
    if (!existing) link.addresses.push({ address, origin: "manual" });
  } else if (["del", "delete"].includes(verb)) {
    if (!existing) throw new IpError("RTNETLINK answers: Cannot assign requested address");
    link.addresses = link.addresses.filter((held) => held !== existing);
  } else throw new IpError(`Command "${verb}" is unknown, try "ip address help".`);
}

function routeOf(state: NetworkState, words: string[], family: Family): Route {
  const [target = ""] = words;
  const gateway = wordAfter(words, "via");
  const isV6 = family === "ip6" || target.includes(":") || (gateway?.includes(":") ?? false);
  const destination = target === "default" ? (isV6 ? "::/0" : "0.0.0.0/0") : subnetOf(checkedAddress(target));
  let link = wordAfter(words, "dev");
  if (gateway !== undefined) {
    checkedAddress(gateway);
    const towards = routeTo(state, gateway, link);
    if ((!towards || towards.gateway !== undefined) && !words.includes("onlink")) {
      throw new IpError("Error: Nexthop has invalid gateway.");
    }
    link ??= towards?.link;
  }
  const { name } = linkOf(state, link);
  const route: Route = {
    destination,
    link: name,
    metric: Number(wordAfter(words, "metric") ?? 0),
    origin: "manual",
  };
  if (gateway !== undefined) route.gateway = gateway;
  return route;
}

export function changeRoute(state: NetworkState, verb: string, words: string[], family: Family): void {
  if (verb === "flush") {
    const link = wordAfter(words, "dev");
    state.routes = state.routes.filter((route) => link !== undefined && route.link !== link);
    return;
  }
  if (["add", "replace", "change", "append"].includes(verb)) {
    const route = routeOf(state, words, family);
    const same = (other: Route): boolean =>
      other.destination === route.destination && other.metric === route.metric;
    if (verb === "add" && state.routes.some(same)) throw new IpError("RTNETLINK answers: File exists");
    state.routes = [...state.routes.filter((other) => verb === "append" || !same(other)), route];
    return;
  }
  if (!["del", "delete"].includes(verb))
    throw new IpError(`Command "${verb}" is unknown, try "ip route help".`);
  const [target = ""] = words;
  const destination =
    target === "default" ? (family === "ip6" ? "::/0" : "0.0.0.0/0") : subnetOf(checkedAddress(target));
  const gateway = wordAfter(words, "via");
  const link = wordAfter(words, "dev");
  const at = state.routes.findIndex(
    (route) =>
      route.destination === destination &&
      (gateway === undefined || route.gateway === gateway) &&
      (link === undefined || route.link === link),
  );
  if (at < 0) throw new IpError("RTNETLINK answers: No such process");
  state.routes.splice(at, 1);
}

export function changeNeighbour(state: NetworkState, verb: string, words: string[]): void {
  const link = linkOf(state, wordAfter(words, "dev")).name;
  const address = words.find(
    (word, index) =>
      !["dev", "lladdr", "nud"].includes(word) && !["dev", "lladdr", "nud"].includes(words[index - 1] ?? ""),
  );
  if (verb === "flush") {
    state.neighbours = state.neighbours.filter((neighbour) => neighbour.link !== link);
    return;
  }
  if (address === undefined) throw new IpError("Error: an address is needed");
  const others = state.neighbours.filter(
    (neighbour) => neighbour.link !== link || neighbour.address !== address,
  );
  if (["del", "delete"].includes(verb)) {
    state.neighbours = others;
    return;
  }
  const mac = wordAfter(words, "lladdr");
  if (mac === undefined || !/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(mac))
    throw new IpError(`Error: "lladdr" value is invalid: ${mac ?? ""}`);
  if (verb === "add" && others.length !== state.neighbours.length)
    throw new IpError("RTNETLINK answers: File exists");
  const entry = wordAfter(words, "nud") === "permanent" || !words.includes("nud") ? "PERMANENT" : "REACHABLE";
  state.neighbours = [...others, { address, mac: mac.toLowerCase(), link, state: entry }];
}
