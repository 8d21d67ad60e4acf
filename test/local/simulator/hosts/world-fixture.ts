import type { Machine } from "../../../../local/simulator/machines.ts";
import {
  established,
  filterDocument,
  idOf,
  legOf,
  machineOf,
  match,
  meta,
  rule,
} from "./machines-fixture.ts";

const accept = { accept: null };

function indent(text: string): string {
  return text
    .split("\n")
    .map((line) => `      ${line}`)
    .join("\n");
}

/** A #cloud-config that writes files and runs commands. */
export function cloudConfig(files: Record<string, string>, ...commands: string[]): string {
  const entries = Object.entries(files).map(
    ([path, content]) => `  - path: ${path}\n    permissions: "0600"\n    content: |\n${indent(content)}`,
  );
  return `#cloud-config\nwrite_files:\n${entries.join("\n")}\nruncmd:\n${commands.map((command) => `  - ${JSON.stringify(command)}`).join("\n")}\n`;
}

/** Files of systemd-networkd for VLAN links on eno1 with static addresses. */
export function vlanFiles(
  vlans: { name: string; id: number; address: string; more?: string }[],
): Record<string, string> {
  const uplink = `[Match]\nName=eno1\n[Network]\nDHCP=ipv4\n${vlans.map(({ name }) => `VLAN=${name}`).join("\n")}\n`;
  const files: Record<string, string> = { "/etc/systemd/network/10-uplink.network": uplink };
  for (const { name, id, address, more = "" } of vlans) {
    files[`/etc/systemd/network/20-${name}.netdev`] = `[NetDev]\nName=${name}\nKind=vlan\n[VLAN]\nId=${id}\n`;
    files[`/etc/systemd/network/20-${name}.network`] =
      `[Match]\nName=${name}\n[Network]\nAddress=${address}\n${more}\n`;
  }
  return files;
}

export const bastionAddress = "127.64.10.1";
export const bastionPort = 42_222;
export const appPublic = "127.64.10.2";

const admin = "10.0.2.0/24";
const app = "10.0.1.0/24";
const transit = "10.0.3.0/24";

/** A bastion: SSH from anywhere, a leg in admin, the application's network behind the pair's virtual address. */
export function bastion(keys: string[]): Machine {
  const rules = filterDocument(
    rule("input", established, accept),
    rule("input", match("tcp", "dport", bastionPort), accept),
    rule("output", accept),
  );
  const files = {
    "/etc/ssh/sshd_config.d/10-port.conf": `Port ${bastionPort}\nAcceptEnv STEP_*\n`,
    "/etc/nftables.d/rules.json": rules,
    "/etc/systemd/network/10-admin.network": `[Match]\nMACAddress=de:00:00:00:02:05\n[Network]\nAddress=10.0.2.5/24\n[Route]\nDestination=${app}\nGateway=10.0.2.1\n`,
  };
  return machineOf("bastion", {
    kind: "instance",
    publicAddresses: [bastionAddress],
    authorizedKeys: keys,
    legs: [legOf("admin", admin, "10.0.2.5", "de:00:00:00:02:05")],
    securityGroup: {
      id: idOf("group"),
      name: "bastion",
      stateful: true,
      inboundDefault: "drop",
      outboundDefault: "accept",
      rules: [
        {
          direction: "inbound",
          action: "accept",
          protocol: "TCP",
          ipRange: "203.0.113.0/24",
          portFrom: bastionPort,
          portTo: bastionPort,
        },
      ],
    },
    userData: cloudConfig(
      files,
      "nft -j -f /etc/nftables.d/rules.json",
      "networkctl reload",
      "systemctl restart ssh",
    ),
  });
}

/** An application's server on day 0: closed but for SSH from the bastion's public address. */
export function appServer(keys: string[]): Machine {
  const day0 = filterDocument(
    rule("input", established, accept),
    rule("input", match("ip", "saddr", bastionAddress), match("tcp", "dport", 22), accept),
    rule("output", established, accept),
  );
  return machineOf("app", {
    publicAddresses: [appPublic],
    authorizedKeys: keys,
    legs: [legOf("app", app, "10.0.1.9", "de:00:00:00:01:09", 1234)],
    userData: cloudConfig({ "/etc/nftables.d/rules.json": day0 }, "nft -j -f /etc/nftables.d/rules.json"),
  });
}

/** What step 2 sends to the application's server: its VLAN, its address and rules that let only admin's SSH in. */
export function stepTwo(vlan = 1234): string {
  const rules = filterDocument(
    rule("input", established, accept),
    rule(
      "input",
      meta("iifname", "pn-app"),
      match("ip", "saddr", { prefix: { addr: "10.0.2.0", len: 24 } }),
      match("tcp", "dport", 22),
      accept,
    ),
    rule("input", match("ip", "saddr", bastionAddress), match("tcp", "dport", 22), accept),
    rule("output", established, accept),
    rule("output", match("icmp", "type", "echo-request"), accept),
  );
  const files = vlanFiles([{ name: "pn-app", id: vlan, address: "10.0.1.9/24", more: "Gateway=10.0.1.1" }]);
  const writes = Object.entries({ ...files, "/etc/nftables.d/rules.json": rules }).map(
    ([path, content]) => `cat > ${path} <<'END'\n${content}\nEND`,
  );
  // The route to the bastion stays on the public interface until the private path is proved.
  const keepsPath = `sed -i 's/DHCP=ipv4/DHCP=ipv4\\n[DHCPv4]\\nUseGateway=no\\n[Route]\\nDestination=${bastionAddress}\\/32\\nGateway=62.210.0.1\\nGatewayOnLink=yes\\n[Network]/' /etc/systemd/network/10-uplink.network`;
  return [
    "set -eu",
    ...writes,
    keepsPath,
    "networkctl reload",
    "nft -j -f /etc/nftables.d/rules.json",
    "echo sealed",
  ].join("\n");
}

function keepalivedFile(own: string, peer: string, priority: number): string {
  return `vrrp_script generation {
  script "/usr/bin/test -e /etc/firewall-ready"
  interval 2
}
vrrp_instance pair {
  state BACKUP
  nopreempt
  version 3
  interface transit
  virtual_router_id 51
  priority ${priority}
  unicast_src_ip ${own}
  unicast_peer {
    ${peer}
  }
  track_script {
    generation
  }
  virtual_ipaddress {
    10.0.1.1/24 dev pn-app
    10.0.2.1/24 dev admin
  }
  notify_master "/usr/bin/touch /run/is-master"
}
`;
}

/** One member of a firewall pair, in a zone of its own; `number` 1 has the higher priority. */
export function firewall(number: 1 | 2, hearsPeer = true): Machine {
  const peer = number === 1 ? 2 : 1;
  const rules = filterDocument(
    rule("input", established, accept),
    ...(hearsPeer ? [rule("input", meta("iifname", "transit"), meta("l4proto", "vrrp"), accept)] : []),
    rule("forward", established, accept),
    rule(
      "forward",
      meta("iifname", "admin"),
      meta("oifname", "pn-app"),
      match("tcp", "dport", 22),
      { counter: null },
      accept,
    ),
    rule("output", accept),
  );
  const vlans = vlanFiles([
    { name: "transit", id: 100 + number, address: `10.0.3.${10 + number}/24` },
    { name: "pn-app", id: 200 + number, address: `10.0.1.${10 + number}/24` },
    { name: "admin", id: 300 + number, address: `10.0.2.${10 + number}/24` },
  ]);
  const files = {
    ...vlans,
    "/etc/firewall-ready": "",
    "/etc/keepalived/keepalived.conf": keepalivedFile(
      `10.0.3.${10 + number}`,
      `10.0.3.${10 + peer}`,
      number === 1 ? 150 : 100,
    ),
    "/etc/nftables.d/rules.json": rules,
    "/etc/sysctl.d/10-forward.conf": "net.ipv4.ip_forward = 1\n",
    "/etc/systemd/system/rules.service":
      "[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/usr/sbin/nft -j -f /etc/nftables.d/rules.json\n[Install]\nWantedBy=sysinit.target\n",
  };
  const mac = (network: string): string => `de:00:00:00:0${network}:1${number}`;
  return machineOf(`firewall-${number}`, {
    zone: `fr-par-${number}`,
    publicAddresses: [`127.64.10.1${number}`],
    legs: [
      legOf("transit", transit, `10.0.3.${10 + number}`, mac("3"), 100 + number),
      legOf("app", app, `10.0.1.${10 + number}`, mac("1"), 200 + number),
      legOf("admin", admin, `10.0.2.${10 + number}`, mac("2"), 300 + number),
    ],
    userData: cloudConfig(
      files,
      "systemctl enable --now rules",
      "sysctl --system",
      "networkctl reload",
      "keepalived -t",
      "systemctl enable --now keepalived",
    ),
  });
}
