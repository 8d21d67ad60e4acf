/** Rules of every host that forwards nothing: in and out by intents alone, and nothing else on any interface. */
import type { Layout } from "./layout.ts";
import { bastionAddresses, legAddress } from "./layout.ts";
import type { Chain, Rule } from "./nft.ts";
import {
  accept,
  addition,
  connection,
  counter,
  destination,
  drop,
  dropped,
  inFrom,
  isIpv6,
  log,
  notInFrom,
  notNew,
  notOutTo,
  noWayBack,
  outTo,
  portFrom,
  portsTo,
  source,
  transaction,
} from "./nft.ts";
import type { Intent } from "./plan.ts";
import type { ServerSpec } from "./servers.ts";
import { permissionsOf, sourcesOf } from "./translation.ts";

/** Intents by each address that they name, so that a host finds its own at once. */
export interface IntentIndex {
  readonly from: ReadonlyMap<string, readonly Intent[]>;
  readonly to: ReadonlyMap<string, readonly Intent[]>;
}

export function indexIntents(intents: readonly Intent[]): IntentIndex {
  const by = (end: "from" | "to"): ReadonlyMap<string, readonly Intent[]> => {
    const map = new Map<string, Intent[]>();
    for (const intent of intents) {
      for (const address of intent[end].addresses) {
        const place = `${intent[end].privateNetwork} ${address}`;
        const list = map.get(place);
        if (list === undefined) map.set(place, [intent]);
        else list.push(intent);
      }
    }
    return map;
  };
  return { from: by("from"), to: by("to") };
}

/** Anything but a private network's interface: the public one, whatever the machine calls it. */
export const privateInterfaces = "pn-*";

/** What every chain begins with. IPv6 is off inside, and dropped should it ever come back. */
export const preamble: readonly Rule[] = [
  [isIpv6, counter, drop],
  [connection("established", "related"), accept],
  [notNew, counter, drop],
];

export const noForwarding: Chain = {
  name: "forward",
  base: { type: "filter", hook: "forward", prio: 0, policy: "drop" },
  rules: dropped("forward"),
};

/** The rules of a fleet member, hypervisor, proxy, egress server, witness or bastion. */
export function hostRules(layout: Layout, server: ServerSpec, index: IntentIndex): string {
  const legs = server.networks.map((network) => ({
    network,
    name: layout.interfaceOf(network),
    address: legAddress(layout, server, network),
  }));
  const inbound = legs.flatMap(({ network, name, address }) =>
    permissionsOf(index.to.get(`${network} ${address}`) ?? []).map(
      (permission): Rule => [
        inFrom(name),
        source(sourcesOf(layout, permission)),
        portsTo(permission.intent.protocol, permission.intent.ports),
        counter,
        log(permission.group),
        accept,
      ],
    ),
  );
  const outbound = legs.flatMap(({ network, name, address }) =>
    (index.from.get(`${network} ${address}`) ?? []).map(
      (intent): Rule => [
        outTo(name),
        destination(intent.to.addresses),
        portsTo(intent.protocol, intent.ports),
        counter,
        accept,
      ],
    ),
  );
  const { input, output } = server.role === "bastion" ? bastionExtras(layout) : { input: [], output: [] };
  return transaction([
    {
      name: "input",
      base: { type: "filter", hook: "input", prio: 0, policy: "drop" },
      rules: [
        [inFrom("lo"), accept],
        ...preamble,
        [noWayBack, counter, drop],
        ...input,
        ...inbound,
        ...dropped("input"),
      ],
    },
    noForwarding,
    {
      name: "output",
      base: { type: "filter", hook: "output", prio: 0, policy: "drop" },
      rules: [[outTo("lo"), accept], ...preamble, ...output, ...outbound, ...dropped("output")],
    },
  ]);
}

/** People come to a bastion's public port by key; it reaches new bare metal on its public address, whose own rules know the bastions. */
function bastionExtras(layout: Layout): {
  readonly input: readonly Rule[];
  readonly output: readonly Rule[];
} {
  const port = String(layout.estate.platform.bastion.port);
  return {
    input: [[notInFrom(privateInterfaces), portsTo("tcp", [port]), counter, log("people:bastion"), accept]],
    output: [
      [notOutTo(privateInterfaces), portsTo("tcp", ["22"]), counter, log("bastion:bootstrap"), accept],
    ],
  };
}

/** Bastions' public addresses, as tokens. */
const bastionTokens = ["{{address:bastion.par-1}}", "{{address:bastion.par-2}}"] as const;

/** The day-0 exception of bare metal, kept until the private path is proved: administration over the public interface, from bastions alone. */
export function bootstrapRule(): string {
  return addition("input", [
    notInFrom(privateInterfaces),
    source(bastionTokens),
    portsTo("tcp", ["22"]),
    counter,
    log("bastions:bootstrap"),
    accept,
  ]);
}

/** First boot: administration from the bastions and not one packet more, in either direction. */
export function dayZeroRules(layout: Layout, server: ServerSpec): string {
  const people = server.role === "bastion";
  const port = people ? layout.estate.platform.bastion.port : 22;
  const from = server.kind === "bare-metal" ? bastionTokens : bastionAddresses(layout);
  const only = people ? [] : [source(from)];
  const back = people ? [] : [destination(from)];
  return transaction([
    {
      name: "input",
      base: { type: "filter", hook: "input", prio: 0, policy: "drop" },
      rules: [
        [inFrom("lo"), accept],
        [isIpv6, counter, drop],
        [...only, portsTo("tcp", [String(port)]), connection("new", "established"), counter, accept],
      ],
    },
    { ...noForwarding, rules: [] },
    {
      name: "output",
      base: { type: "filter", hook: "output", prio: 0, policy: "drop" },
      rules: [
        [outTo("lo"), accept],
        [isIpv6, counter, drop],
        [...back, portFrom("tcp", port), connection("established"), counter, accept],
      ],
    },
  ]);
}
