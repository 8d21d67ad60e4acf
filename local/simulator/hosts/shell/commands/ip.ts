import type { NetworkState } from "../../network/network-state.ts";
import { parseAddress } from "../../nftables/packet.ts";
import { type CommandContext, type CommandOutput, type CommandTable, failure, open } from "../command.ts";
import { changeAddress, changeLink, changeNeighbour, changeRoute, IpError } from "./ip-change.ts";
import {
  routeGet,
  type ShowOptions,
  showAddresses,
  showLinks,
  showNeighbours,
  showRoutes,
} from "./ip-show.ts";

const objects = ["link", "address", "route", "neighbour", "rule"];
const showing = ["show", "list", "ls", "lst", "get"];

/** Objects and verbs may be shortened, as in `ip a s` and `ip r`. */
function expand(word: string, names: readonly string[]): string | undefined {
  return names.find((name) => name.startsWith(word));
}

function show(object: string, words: string[], options: ShowOptions, state: NetworkState): CommandOutput {
  const devAt = words.indexOf("dev");
  const scopeAt = words.indexOf("scope");
  const scope = scopeAt >= 0 ? words[scopeAt + 1] : undefined;
  const valued = ["dev", "type", "scope"];
  const plain = words.find(
    (word, index) => ![...valued, "to", "up"].includes(word) && !valued.includes(words[index - 1] ?? ""),
  );
  const link =
    devAt >= 0 ? words[devAt + 1] : object === "route" || object === "neighbour" ? undefined : plain;
  if (link !== undefined && !state.links.some(({ name }) => name === link))
    return failure(`Device "${link}" does not exist.`);
  const typeAt = words.indexOf("type");
  const kind = typeAt >= 0 ? words[typeAt + 1] : undefined;
  if (object === "link") return { stdout: showLinks(state, options, link, kind) };
  if (object === "address") return { stdout: showAddresses(state, options, link, scope) };
  if (object === "route") return { stdout: showRoutes(state, options, link, plain) };
  if (object === "neighbour") return { stdout: showNeighbours(state, options, link) };
  return {
    stdout: "0:\tfrom all lookup local\n32766:\tfrom all lookup main\n32767:\tfrom all lookup default\n",
  };
}

async function ip(args: string[], { host, session }: CommandContext): Promise<CommandOutput> {
  const options: ShowOptions = { json: false, brief: false, family: undefined };
  const rest = [...args];
  while (rest[0]?.startsWith("-")) {
    const option = rest.shift() ?? "";
    if (option === "-4" || option === "-6") options.family = option === "-4" ? "ip" : "ip6";
    else if (/^-(j|json)$/.test(option)) options.json = true;
    else if (/^-(br|brief|o|oneline)$/.test(option)) options.brief = true;
    else if (!/^-(d|details|p|pretty|s|stats|c|color)$/.test(option))
      return failure(`Option "${option}" is unknown, try "ip -help".`, 255);
  }
  const [word = "", verb = "show", ...words] = rest;
  const object = word === "" ? undefined : expand(word, objects);
  if (object === undefined) return failure(`Object "${word}" is unknown, try "ip help".`, 1);
  const { network } = host;
  if (object === "route" && verb === "get") {
    const target = words.find((candidate) => candidate !== "to") ?? "";
    try {
      parseAddress(target);
    } catch {
      return failure(`Error: any valid prefix is expected rather than "${target}".`, 1);
    }
    const found = routeGet(network, target, options);
    return found === undefined ? failure("RTNETLINK answers: Network is unreachable", 2) : { stdout: found };
  }
  if (expand(verb, showing) !== undefined) return show(object, words, options, network);
  if (session.user !== "root" && session.elevations === 0)
    return failure("RTNETLINK answers: Operation not permitted", 2);
  try {
    if (object === "link") await changeLink(host, verb, words);
    else if (object === "address") changeAddress(network, verb, words);
    else if (object === "route") changeRoute(network, verb, words, options.family ?? "ip");
    else if (object === "neighbour") changeNeighbour(network, verb, words);
    else return failure("ip rule: only showing is likened", 255);
    return {};
  } catch (error) {
    if (error instanceof IpError) return failure(error.message, 2);
    throw error;
  }
}

/** iproute2. */
export const ipCommands: CommandTable = { ip: open(ip) };
