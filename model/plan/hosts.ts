/** One host's whole plan: its files, what runs on it, how a bastion reaches it, and the script that makes it so. */

import { sortedBy } from "../estate/order.ts";
import { conntrackdFile } from "./conntrackd.ts";
import { firewallRules } from "./firewall-rules.ts";
import type { IntentIndex } from "./host-rules.ts";
import { bootstrapRule, hostRules } from "./host-rules.ts";
import type { ScriptFacts } from "./host-script.ts";
import { hostScript, unfitReason } from "./host-script.ts";
import { keepalivedFiles } from "./keepalived.ts";
import type { Layout } from "./layout.ts";
import { legAddress, virtualAddress } from "./layout.ts";
import { networkFiles } from "./network-files.ts";
import { bootstrapRulesPath, rulesPath } from "./nft.ts";
import type { HostFile, HostPlan, Intent } from "./plan.ts";
import type { PlanProblem } from "./plan-problems.ts";
import type { ServerSpec } from "./servers.ts";
import { servicesOf } from "./service-files.ts";

/** What host plans are made from, once for all hosts. */
export interface HostContext {
  readonly layout: Layout;
  readonly intents: readonly Intent[];
  readonly index: IntentIndex;
  /** Of the intents that let bastions in, and no others. */
  readonly administration: IntentIndex;
  /** Text of the rules of every firewall member, by server key. */
  readonly firewallRules: ReadonlyMap<string, string>;
  /** How many times each pair's rules have changed. */
  readonly generations: ReadonlyMap<string, number>;
}

/** Rules of every member, wanted before hosts are: a pair's generation counts their changes. */
export function allFirewallRules(layout: Layout, intents: readonly Intent[]): ReadonlyMap<string, string> {
  return new Map(
    layout.inventory.servers.flatMap((server) =>
      server.pair === undefined
        ? []
        : [[server.key, firewallRules(layout, server, server.pair, intents)] as const],
    ),
  );
}

export function hostPlan(context: HostContext, server: ServerSpec): HostPlan {
  const { layout } = context;
  const [first = ""] = server.networks;
  const services = servicesOf(layout, server, context.intents);
  const rules = context.firewallRules.get(server.key) ?? hostRules(layout, server, context.index);
  const files = sortedBy(
    [
      ...commonFiles(layout, server, rules),
      ...networkFiles(layout, server, "sealed"),
      ...services.files,
      ...pairFiles(context, server),
    ],
    ({ path }) => path,
  );
  const units = [...unitsOf(files), ...pairUnits(server, files), ...serviceUnits(services.units, files)];
  const pair = server.pair === undefined && server.role !== "bastion" ? layout.pairOf(first) : undefined;
  return {
    user: "root",
    port: server.role === "bastion" ? layout.estate.platform.bastion.port : 22,
    address: legAddress(layout, server, first),
    through: pair?.key,
    files,
    units: ["systemd-networkd.service", ...units.map(({ name }) => name)],
    bootstrap: server.kind === "bare-metal" ? bootstrapScript(context, server) : undefined,
    configure: hostScript(files, {
      ...factsOf(layout, server),
      units,
      gateway: pair === undefined ? firewallGateway(layout, server) : virtualAddress(layout, pair, first),
    }),
  };
}

/** The private path and who may come over it: bastions. What the host is for comes with its configuration, over that path. */
function bootstrapScript(context: HostContext, server: ServerSpec): string {
  const { layout } = context;
  const rules =
    server.pair === undefined
      ? hostRules(layout, server, context.administration)
      : firewallRules(layout, server, server.pair, []);
  const files = sortedBy(
    [
      ...commonFiles(layout, server, rules),
      file(bootstrapRulesPath, bootstrapRule(), "0600"),
      ...networkFiles(layout, server, "bootstrap"),
    ],
    ({ path }) => path,
  );
  return hostScript(files, { ...factsOf(layout, server), units: unitsOf(files), gateway: undefined });
}

function factsOf(layout: Layout, server: ServerSpec): Pick<ScriptFacts, "programs" | "modules" | "legs"> {
  return {
    programs: server.pair === undefined ? [] : ["keepalived", "conntrackd"],
    modules: modulesOf(server),
    legs: server.networks.map((network) => ({
      interface: layout.interfaceOf(network),
      address: legAddress(layout, server, network),
    })),
  };
}

/** A firewall's one default route, where it has no public address. */
function firewallGateway(layout: Layout, { pair, zoneKey }: ServerSpec): string | undefined {
  if (pair === undefined || zoneKey === undefined || pair.facesInternet) return undefined;
  if (pair.networks.includes("egress")) return layout.addresses.of("egress", `gateway-${zoneKey}`);
  const exit = layout.pairOf("egress");
  return exit === undefined ? undefined : virtualAddress(layout, exit, "transit");
}

type Units = ScriptFacts["units"];

/** Units of every host. */
function unitsOf(files: readonly HostFile[]): Units {
  return [
    { name: "nftables.service", files: [] },
    { name: "ssh.service", files: below(files, "/etc/ssh/") },
  ];
}

function pairUnits(server: ServerSpec, files: readonly HostFile[]): Units {
  if (server.pair === undefined) return [];
  return [
    { name: "conntrackd.service", files: below(files, "/etc/conntrackd/") },
    { name: "archipel-state.socket", files: [] },
    { name: "keepalived.service", files: below(files, "/etc/keepalived/") },
  ];
}

function serviceUnits(services: readonly string[], files: readonly HostFile[]): Units {
  return services.map((name) => ({
    name,
    files: [
      ...below(files, `/etc/systemd/system/${name}`),
      ...(name === "haproxy.service" ? below(files, "/etc/haproxy/") : []),
    ],
  }));
}

function below(files: readonly HostFile[], prefix: string): string[] {
  return files.map(({ path }) => path).filter((path) => path.startsWith(prefix));
}

function modulesOf(server: ServerSpec): string[] {
  return [...(server.kind === "bare-metal" ? ["8021q"] : []), "nf_conntrack", "nfnetlink_log"];
}

const file = (path: string, content: string, mode = "0644"): HostFile => ({
  path,
  mode,
  kept: "planned",
  content,
});

function commonFiles(layout: Layout, server: ServerSpec, rules: string): HostFile[] {
  return [
    file(rulesPath, rules, "0600"),
    rulesAtBoot,
    file(
      "/etc/modules-load.d/archipel.conf",
      modulesOf(server)
        .map((name) => `${name}\n`)
        .join(""),
    ),
    file("/etc/sysctl.d/90-archipel.conf", settings(server)),
    file("/etc/ssh/sshd_config.d/archipel.conf", sshd(layout, server)),
  ];
}

/** Debian's unit loads nothing of ours; this makes it load these rules before any network is up, and never flush them. */
export const rulesAtBoot = file(
  "/etc/systemd/system/nftables.service.d/archipel.conf",
  `[Service]
ExecStart=
ExecStart=/usr/sbin/nft -j -f ${rulesPath}
ExecStart=/bin/sh -c 'test ! -f ${bootstrapRulesPath} || /usr/sbin/nft -j -f ${bootstrapRulesPath}'
ExecStart=/bin/sh -c 'mkdir -p /run/archipel; test ! -f /etc/archipel/generation || cat /etc/archipel/generation >/run/archipel/generation'
ExecReload=
ExecReload=/usr/sbin/nft -j -f ${rulesPath}
ExecStop=
`,
);

function settings(server: ServerSpec): string {
  const forwards = server.pair === undefined ? 0 : 1;
  // Loose where two default routes are wanted: there the rules' own reverse path test is the exact one.
  const reversePath = server.pair?.facesInternet === true ? 2 : 1;
  const lines = [
    "# Inside there is no IPv6; rules drop it besides.",
    "net.ipv6.conf.all.disable_ipv6 = 1",
    "net.ipv6.conf.default.disable_ipv6 = 1",
    "net.ipv6.conf.all.accept_ra = 0",
    "net.ipv6.conf.default.accept_ra = 0",
    `net.ipv4.ip_forward = ${forwards}`,
    `net.ipv4.conf.all.rp_filter = ${reversePath}`,
    `net.ipv4.conf.default.rp_filter = ${reversePath}`,
    "net.ipv4.conf.all.accept_redirects = 0",
    "net.ipv4.conf.default.accept_redirects = 0",
    "net.ipv4.conf.all.send_redirects = 0",
    "net.ipv4.conf.default.send_redirects = 0",
    "# An address is answered for on its own leg only.",
    "net.ipv4.conf.all.arp_ignore = 1",
    "net.ipv4.conf.all.arp_announce = 2",
    ...(forwards === 0
      ? []
      : [
          "# Connections that moved here from the peer have windows this kernel never saw.",
          "net.netfilter.nf_conntrack_tcp_be_liberal = 1",
        ]),
  ];
  return `${lines.join("\n")}\n`;
}

function sshd(layout: Layout, server: ServerSpec): string {
  const bastion = server.role === "bastion";
  const port = bastion ? `Port ${layout.estate.platform.bastion.port}\n` : "";
  return `${port}PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
AllowAgentForwarding no
AllowTcpForwarding ${bastion ? "yes" : "no"}
X11Forwarding no
PermitTunnel no
`;
}

function pairFiles(context: HostContext, server: ServerSpec): HostFile[] {
  const { pair } = server;
  if (pair === undefined) return [];
  return [
    conntrackdFile(context.layout, server, pair),
    ...keepalivedFiles(context.layout, server, pair, context.generations.get(pair.key) ?? 1),
  ];
}

/** Files that the script could not lay down: a mistake of the planner, told rather than deployed. */
export function unfitFiles(server: string, files: readonly HostFile[]): PlanProblem[] {
  return files.flatMap((candidate) => {
    const reason = unfitReason(candidate);
    if (reason === undefined) return [];
    return [
      {
        code: "PLAN-015" as const,
        where: `${server} ${candidate.path}`,
        got: reason,
        allowed: "lines of text under an absolute path",
        because: "files travel in a shell script on standard input",
        hint: "change the name or text in the estate that this file holds",
      },
    ];
  });
}
