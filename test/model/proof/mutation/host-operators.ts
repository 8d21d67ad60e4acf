/** What may go wrong with machines: their own rules, where they stand, what their kernels do. */
import type { Node } from "../../../../model/proof/network.ts";
import type { Resource } from "../../../../model/proof/read/resource.ts";
import type { Random } from "../oracle/random.ts";
import type { Base, Operator } from "./base.ts";
import type { Command } from "./edit.ts";
import {
  accept,
  addressesOf,
  drop,
  first,
  incoming,
  match,
  matchOf,
  meta,
  outgoing,
  payload,
  port,
  rule,
  ruleOf,
  withPolicy,
} from "./rules.ts";
import { fleet, simple } from "./simple.ts";

const publicOpened = simple(
  "host: input opened on the public interface",
  (base) => fleet(base, "bare-metal"),
  (edit, { key }, _, random) => {
    const number = random.pick([22, 80, 443, 5432, 8443]);
    const tests = random.pick([
      [port("tcp", number)],
      [match(meta("iifname"), "pn-*", "!="), port("tcp", number)],
      [incoming("eno1"), match(payload("ip", "saddr"), { prefix: { addr: "0.0.0.0", len: 0 } })],
    ]);
    edit.setRules(key, (commands) => first(commands, "input", rule("input", ...tests, accept)));
    return JSON.stringify(tests);
  },
);

const inputAccept = simple(
  "host: input policy accept",
  (base) => fleet(base, "bare-metal"),
  (edit, { key }) => {
    edit.setRules(key, (commands) => withoutWayBack(withPolicy(commands, "input", "accept")));
    return "";
  },
);

/** Sealed bare metal drops what it would not answer by the same interface: with that rule, nothing comes in by the public one. */
function withoutWayBack(commands: readonly Command[]): readonly Command[] {
  return commands.filter((each) => !JSON.stringify(each).includes('"fib"'));
}

const inputAcceptAlone = simple(
  "host: input policy accept, its check of the way back kept",
  (base) => fleet(base, "bare-metal"),
  (edit, { key }) => {
    edit.setRules(key, (commands) => withPolicy(commands, "input", "accept"));
    return "";
  },
  "sealed bare metal has no route by its public interface, and drops what it would not answer by it",
);

const otherFamily = simple(
  "host: the other family forgotten",
  (base) => fleet(base, "bare-metal"),
  (edit, { key }) => {
    edit.setRules(key, (commands) => [
      ...withoutWayBack(withPolicy(commands, "input", "accept")).filter((each) => {
        const parts = ruleOf(each);
        return parts?.chain !== "input" || matchOf(parts, "nfproto") === undefined;
      }),
      rule("input", match(meta("nfproto"), "ipv4"), drop),
    ]);
    return "drops IPv4 alone";
  },
);

/** `sealed`: what could not be answered by the public interface is dropped, and it has no route any more. */
const exceptionLeft = (sealed: boolean): Operator =>
  simple(
    sealed
      ? "host: the exception of its first day left, sealed"
      : "host: the exception of its first day left, not sealed",
    (base) => fleet(base, "bare-metal"),
    (edit, { key }, _, random) => {
      const text = String(edit.resource("remote:Command", `${key}-host-bootstrap`).inputs.stdin);
      const everybody = random.chance(0.5);
      const rules = contentOf(text, "/etc/nftables/bootstrap.json");
      edit.addFile(
        key,
        "/etc/nftables/bootstrap.json",
        everybody
          ? rules.replace(
              /\{"match":\{"op":"==","left":\{"payload":\{"protocol":"ip","field":"saddr"\}\},"right":\{[^}]*\}\}\},/,
              "",
            )
          : rules,
      );
      if (!sealed) edit.setRules(key, withoutWayBack);
      return everybody ? "for everybody" : "for bastions";
    },
    sealed
      ? "sealed bare metal has no route by its public interface, and drops what it would not answer by it"
      : undefined,
  );

/** Of a file that a script lays down. */
function contentOf(text: string, path: string): string {
  const start = text.indexOf("\n", text.indexOf(` ${path} <<`)) + 1;
  return text.slice(start, text.indexOf("ARCHIPEL_EOF\n", start));
}

const ruleRemoved = simple(
  "host rule: removed where a flow needs it",
  (base) => [...fleet(base, "bare-metal"), ...fleet(base, "instance")],
  (edit, { key }, base, random) => {
    const needed = edit.rules(key).filter((each) => {
      const parts = ruleOf(each);
      return (
        parts?.chain === "input" &&
        parts.expr.some((one) => one.accept !== undefined) &&
        typeof matchOf(parts, "dport")?.right === "number" &&
        addressesOf(parts, "saddr").some(
          (address) => base.at(address)?.role === "fleet" || base.at(address)?.kind === "guest",
        )
      );
    });
    if (needed.length === 0) return undefined;
    const gone = random.pick(needed);
    edit.setRules(key, (commands) =>
      commands.filter((each) => JSON.stringify(each) !== JSON.stringify(gone)),
    );
    return JSON.stringify(addressesOf(ruleOf(gone) as never, "saddr"));
  },
);

const hypervisorForwards = simple(
  "hypervisor: forwarding on",
  (base) => base.network.nodes.filter(({ role }) => role === "hypervisor"),
  (edit, { key }, _, random) => {
    const setting = random.pick([
      "net.ipv4.ip_forward = 1",
      "net.ipv6.conf.all.forwarding = 1",
      "net.ipv4.conf.all.forwarding = 1",
    ]);
    edit.setSettings(key, [setting]);
    return setting;
  },
);

const outwards = simple(
  "egress server: output opened",
  (base) => base.network.nodes.filter(({ role }) => role === "egress"),
  (edit, { key }, _, random) => {
    if (random.chance(0.5)) edit.setRules(key, (commands) => withPolicy(commands, "output", "accept"));
    else
      edit.setRules(key, (commands) =>
        first(commands, "output", rule("output", port("tcp", random.pick([21, 22, 25, 3389])), accept)),
      );
    return "";
  },
  "what the egress servers may send is held at the edge pair, which lets the same ports through",
);

const hostOutput = simple(
  "host: output policy accept",
  (base) => fleet(base, "instance"),
  (edit, { key }) => {
    edit.setRules(key, (commands) => withPolicy(commands, "output", "accept"));
    return "";
  },
  "a lost host is root on itself: what it sends is held by others alone, and its own rules count for nothing",
);

const hostInput = simple(
  "host without a public address: input policy accept",
  (base) => fleet(base, "instance"),
  (edit, { key }) => {
    edit.setRules(key, (commands) => withPolicy(commands, "input", "accept"));
    return "";
  },
  "firewalls still drop what comes from other networks, and neighbours reach each other anyway",
);

/** Another private network, with guests or machines on it. */
function elsewhere(base: Base, random: Random, node: Node): Resource {
  const own = node.legs.map(({ privateNetwork }) => privateNetwork);
  const others = base.network.privateNetworks.filter(
    ({ key }) => !own.includes(key) && base.hosts(key).length > 0,
  );
  return base.edit().resource("network/privateNetwork:PrivateNetwork", random.pick(others).name);
}

const secondLeg = simple(
  "server: a second leg on another network",
  (base) => fleet(base, "bare-metal"),
  (edit, node, base, random) => {
    const server = edit.resource("elasticmetal/server:Server", node.key);
    const other = elsewhere(base, random, node);
    const extra = (list: unknown): unknown => [...(list as unknown[]), { id: other.id, vlan: 1999 }];
    edit.set(server, { privateNetworks: extra(server.inputs.privateNetworks) });
    return other.name;
  },
);

const secondNic = simple(
  "instance: a second card on another network",
  (base) => fleet(base, "instance"),
  (edit, node, base, random) => {
    const server = edit.resource("instance/server:Server", node.key);
    const other = elsewhere(base, random, node);
    const inputs = { privateNetworkId: other.id, serverId: server.id, ipamIpIds: [], zone: node.zone };
    const address = base.privateNetwork(other.name).prefixes[0]?.replace(/\d+\/\d+$/, "60");
    edit.add(server, `${node.key}-added`, "scaleway:instance/privateNic:PrivateNic", inputs, {
      ...inputs,
      macAddress: "de:00:00:00:00:99",
      privateIps: [{ address }],
    });
    return other.name;
  },
);

const moved = simple(
  "server: moved to another network",
  (base) => [...fleet(base, "bare-metal"), ...fleet(base, "instance")],
  (edit, node, base, random) => {
    const other = elsewhere(base, random, node);
    if (node.kind === "bare-metal") {
      const server = edit.resource("elasticmetal/server:Server", node.key);
      const [leg] = server.inputs.privateNetworks as { readonly id: string }[];
      edit.set(server, { privateNetworks: [{ ...leg, id: other.id, vlan: 1201 }] });
    } else {
      const own = edit
        .all("instance/privateNic:PrivateNic")
        .find(({ inputs }) => String(inputs.serverId).endsWith(`id-of-${node.key}`));
      if (own === undefined) return undefined;
      edit.set(own, { privateNetworkId: other.id });
    }
    return `to ${other.name}`;
  },
);

const guestMoved = simple(
  "guest: moved to another network",
  (base) => base.guests,
  (edit, node, base, random) => {
    const network = node.legs[0]?.privateNetwork ?? "";
    const own = edit.resource("ipam/ip:Ip", `${network}.${node.key}`);
    const other = elsewhere(base, random, node);
    edit.set(own, { sources: [{ privateNetworkId: other.id }] });
    return `to ${other.name}`;
  },
);

/** A firewall reaches a network of another pair's directly, and lets its own networks through. */
const otherClass: Operator = {
  name: "firewall: a leg on a network of another pair, and rules for it",
  make: (base, random) => {
    const firewall = random.pick(base.inner);
    const other = elsewhere(base, random, firewall);
    const from = random.pick(base.networksOf(firewall));
    if (!base.hasGuests(other.name)) return undefined;
    const [prefix = "", length] = (base.privateNetwork(other.name).prefixes[0] ?? "").split("/");
    const address = prefix.replace(/\d+$/, (last) => String(Number(last) + 50));
    const edit = base.edit();
    const server = edit.resource("elasticmetal/server:Server", firewall.key);
    edit.set(server, {
      privateNetworks: [...(server.inputs.privateNetworks as unknown[]), { id: other.id, vlan: 1999 }],
    });
    edit.addFile(
      firewall.key,
      "/etc/systemd/network/10-pn-added.netdev",
      "[NetDev]\nName=pn-added\nKind=vlan\n[VLAN]\nId=1999\n",
    );
    edit.addFile(
      firewall.key,
      "/etc/systemd/network/20-pn-added.network",
      `[Match]\nName=pn-added\n[Network]\nAddress=${address}/${length}\nLinkLocalAddressing=no\nIPv6AcceptRA=no\n`,
    );
    edit.setRules(firewall.key, (commands) =>
      first(commands, "forward", rule("forward", incoming(from.name), outgoing("pn-added"), accept)),
    );
    return { where: `${firewall.key}, ${from.network} to ${other.name}`, edit };
  },
};

const gatewayLost = simple(
  "host: its route to the firewall lost",
  (base) => [...fleet(base, "bare-metal"), ...fleet(base, "instance")],
  (edit, { key }) => {
    edit.setScript(key, (text) => text.replace(/^Gateway=\S+\n/gm, "Gateway=10.64.255.254\n"));
    return "";
  },
);

export const hostOperators: readonly Operator[] = [
  publicOpened,
  inputAccept,
  inputAcceptAlone,
  otherFamily,
  exceptionLeft(false),
  exceptionLeft(true),
  ruleRemoved,
  hypervisorForwards,
  outwards,
  hostOutput,
  hostInput,
  secondLeg,
  secondNic,
  moved,
  guestMoved,
  otherClass,
  gatewayLost,
];
