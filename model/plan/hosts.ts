/** One host's whole plan: its files, what runs on it, how a bastion reaches it, and the script that makes it so. */
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
  const files = [
    ...commonFiles(context, server),
    ...networkFiles(layout, server),
    ...services.files,
    ...pairFiles(context, server),
  ];
  const sorted = [...files].sort((a, b) =>
    a.path < b.path ? -1 : a.path > b.path ? 1 : a.stage < b.stage ? -1 : 1,
  );
  const units = unitsOf(server, services.units, sorted);
  const pair = server.pair === undefined && server.role !== "bastion" ? layout.pairOf(first) : undefined;
  return {
    user: "root",
    port: server.role === "bastion" ? layout.estate.platform.bastion.port : 22,
    address: legAddress(layout, server, first),
    through: pair?.key,
    files: sorted,
    units: ["systemd-networkd.service", ...units.map(({ name }) => name)],
    configure: hostScript(sorted, {
      programs: server.pair === undefined ? [] : ["keepalived", "conntrackd"],
      modules: modulesOf(server),
      units,
      legs: server.networks.map((network) => ({
        interface: layout.interfaceOf(network),
        address: legAddress(layout, server, network),
      })),
      gateway: pair === undefined ? firewallGateway(layout, server) : virtualAddress(layout, pair, first),
    }),
  };
}

/** A firewall's one default route, where it has no public address. */
function firewallGateway(layout: Layout, { pair, zoneKey }: ServerSpec): string | undefined {
  if (pair === undefined || zoneKey === undefined || pair.facesInternet) return undefined;
  if (pair.networks.includes("egress")) return layout.addresses.of("egress", `gateway-${zoneKey}`);
  const exit = layout.pairOf("egress");
  return exit === undefined ? undefined : virtualAddress(layout, exit, "transit");
}

function unitsOf(
  server: ServerSpec,
  services: readonly string[],
  files: readonly HostFile[],
): ScriptFacts["units"] {
  const below = (prefix: string): string[] =>
    files
      .filter(({ path, stage }) => path.startsWith(prefix) && stage !== "bootstrap")
      .map(({ path }) => path);
  return [
    { name: "nftables.service", files: [] },
    { name: "ssh.service", files: below("/etc/ssh/") },
    ...(server.pair === undefined
      ? []
      : [
          { name: "conntrackd.service", files: below("/etc/conntrackd/") },
          { name: "archipel-state.socket", files: [] },
          { name: "keepalived.service", files: below("/etc/keepalived/") },
        ]),
    ...services.map((name) => ({
      name,
      files: [
        ...below(`/etc/systemd/system/${name}`),
        ...(name === "haproxy.service" ? below("/etc/haproxy/") : []),
      ],
    })),
  ];
}

function modulesOf(server: ServerSpec): string[] {
  return [...(server.kind === "bare-metal" ? ["8021q"] : []), "nf_conntrack", "nfnetlink_log"];
}

const file = (
  path: string,
  content: string,
  stage: HostFile["stage"] = "always",
  mode = "0644",
): HostFile => ({
  path,
  mode,
  stage,
  content,
});

function commonFiles(context: HostContext, server: ServerSpec): HostFile[] {
  const { layout } = context;
  const rules = context.firewallRules.get(server.key) ?? hostRules(layout, server, context.index);
  return [
    file(rulesPath, rules, "always", "0600"),
    ...(server.kind === "bare-metal" ? [file(bootstrapRulesPath, bootstrapRule(), "bootstrap", "0600")] : []),
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
