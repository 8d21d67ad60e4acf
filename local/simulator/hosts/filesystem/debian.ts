import type { Machine } from "../../machines.ts";
import type { HostFilesystem } from "./host-filesystem.ts";

const release = `PRETTY_NAME="Debian GNU/Linux 13 (trixie)"
NAME="Debian GNU/Linux"
VERSION_ID="13"
VERSION="13 (trixie)"
VERSION_CODENAME=trixie
ID=debian
HOME_URL="https://www.debian.org/"
`;
const sshdConfig = `Include /etc/ssh/sshd_config.d/*.conf
KbdInteractiveAuthentication no
UsePAM yes
PrintMotd no
AcceptEnv LANG LC_*
Subsystem sftp /usr/lib/openssh/sftp-server
`;

function simpleUnit(description: string, command: string, reload = true): string {
  const lines = [
    "[Unit]",
    `Description=${description}`,
    "After=network.target",
    "",
    "[Service]",
    "Type=simple",
    `ExecStart=${command}`,
    ...(reload ? ["ExecReload=/bin/kill -HUP $MAINPID"] : []),
    "",
    "[Install]",
    "WantedBy=multi-user.target",
  ];
  return `${lines.join("\n")}\n`;
}

const nftablesUnit = `[Unit]
Description=nftables
Wants=network-pre.target
Before=network-pre.target
DefaultDependencies=no

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/sbin/nft -f /etc/nftables.conf
ExecReload=/usr/sbin/nft -f /etc/nftables.conf
ExecStop=/usr/sbin/nft flush ruleset

[Install]
WantedBy=sysinit.target
`;

/** Programs Debian keeps in /usr/sbin; scripts and units may call them by that path. */
const sbin = [
  "conntrackd",
  "ip",
  "keepalived",
  "modprobe",
  "nft",
  "reboot",
  "service",
  "shutdown",
  "sshd",
  "sysctl",
  "useradd",
  "userdel",
  "usermod",
  "groupadd",
];

function files(machine: Machine): Record<string, string> {
  const users = ["root:x:0:0:root:/root:/bin/bash", "sshd:x:102:65534::/run/sshd:/usr/sbin/nologin"];
  // Scaleway's Debian images for bare metal have a user of the distribution's name; Instances log in as root.
  if (machine.kind === "bare-metal") users.push("debian:x:1000:1000::/home/debian:/bin/bash");
  return {
    "/etc/debian_version": "13.2\n",
    "/etc/group": "root:x:0:\nsudo:x:27:debian\n",
    "/etc/hostname": `${machine.name}\n`,
    "/etc/hosts": `127.0.0.1 localhost\n127.0.1.1 ${machine.name}\n`,
    "/etc/machine-id": `${machine.installation.replaceAll("-", "").slice(0, 32)}\n`,
    "/etc/nftables.conf": "#!/usr/sbin/nft -f\n\nflush ruleset\n",
    "/etc/os-release": release,
    "/etc/passwd": `${users.join("\n")}\n`,
    "/etc/resolv.conf": "nameserver 127.0.0.53\n",
    "/etc/ssh/sshd_config": sshdConfig,
    "/usr/lib/systemd/system/conntrackd.service": simpleUnit(
      "Conntrack Daemon",
      "/usr/sbin/conntrackd -C /etc/conntrackd/conntrackd.conf",
    ),
    "/usr/lib/systemd/system/keepalived.service": simpleUnit(
      "Keepalive Daemon",
      "/usr/sbin/keepalived --dont-fork",
    ),
    "/usr/lib/systemd/system/nftables.service": nftablesUnit,
    "/usr/lib/systemd/system/ssh.service": simpleUnit("OpenBSD Secure Shell server", "/usr/sbin/sshd -D"),
    "/usr/lib/systemd/system/systemd-networkd.service": simpleUnit(
      "Network Configuration",
      "/usr/lib/systemd/systemd-networkd",
    ),
    "/usr/lib/systemd/systemd-networkd": "",
    "/usr/lib/openssh/sftp-server": "",
  };
}

const folders = [
  "/etc/conntrackd",
  "/etc/keepalived",
  "/etc/modules-load.d",
  "/etc/nftables.d",
  "/etc/ssh/sshd_config.d",
  "/etc/sysctl.d",
  "/etc/systemd/network",
  "/etc/systemd/system/multi-user.target.wants",
  "/etc/systemd/system/sysinit.target.wants",
  "/home",
  "/opt",
  "/root",
  "/srv",
  "/usr/local/bin",
  "/usr/local/sbin",
  "/var/lib",
  "/var/log",
];

/** Lays down what a fresh Debian 13 install of Scaleway has, as far as scripts look at it. keepalived, conntrackd and nftables are on the image. */
export async function installDebian(filesystem: HostFilesystem, machine: Machine): Promise<void> {
  for (const folder of folders) await filesystem.mkdir(folder, { recursive: true });
  for (const [path, content] of Object.entries(files(machine))) {
    filesystem.writeFileSync(path, content);
  }
  for (const name of sbin) {
    const path = `/usr/sbin/${name}`;
    filesystem.writeFileSync(path, `#!/bin/sh\n${name} "$@"\n`, undefined, { mode: 0o755 });
  }
  await filesystem.chmod("/root", 0o700);
  for (const name of ["ssh", "systemd-networkd"]) {
    const unit = `/usr/lib/systemd/system/${name}.service`;
    await filesystem.symlink(unit, `/etc/systemd/system/multi-user.target.wants/${name}.service`);
  }
  await filesystem.settle();
}

/** Kernel settings of a fresh boot that scripts read or set. */
const sysctlDefaults: Readonly<Record<string, string>> = {
  "fs/file-max": "9223372036854775807",
  "kernel/hostname": "",
  "kernel/panic": "0",
  "net/core/rmem_max": "212992",
  "net/core/somaxconn": "4096",
  "net/core/wmem_max": "212992",
  "net/ipv4/ip_forward": "0",
  "net/ipv4/ip_nonlocal_bind": "0",
  "net/ipv4/tcp_syncookies": "1",
  "net/ipv6/bindv6only": "0",
  "net/netfilter/nf_conntrack_max": "262144",
  "net/netfilter/nf_conntrack_tcp_be_liberal": "0",
  "net/netfilter/nf_conntrack_tcp_loose": "1",
  "vm/overcommit_memory": "0",
  "vm/swappiness": "60",
};
const ipv4PerInterface: Readonly<Record<string, string>> = {
  accept_redirects: "1",
  accept_source_route: "0",
  arp_announce: "0",
  arp_filter: "0",
  arp_ignore: "0",
  forwarding: "0",
  log_martians: "0",
  proxy_arp: "0",
  rp_filter: "0",
  secure_redirects: "1",
  send_redirects: "1",
};
const ipv6PerInterface: Readonly<Record<string, string>> = {
  accept_ra: "1",
  accept_redirects: "1",
  addr_gen_mode: "0",
  autoconf: "1",
  disable_ipv6: "0",
  forwarding: "0",
};

/** Writes a kernel setting as the kernel itself does. */
function writeSetting(filesystem: HostFilesystem, name: string, value: string): void {
  filesystem.writeFileSync(`/proc/sys/${name}`, `${value}\n`);
}

/** Makes the per-interface settings appear; those of `default` are what a new interface starts with. */
export async function addInterfaceSettings(filesystem: HostFilesystem, name: string): Promise<void> {
  for (const [family, settings] of [
    ["ipv4", ipv4PerInterface],
    ["ipv6", ipv6PerInterface],
  ] as const) {
    if (await filesystem.exists(`/proc/sys/net/${family}/conf/${name}`)) continue;
    for (const [key, value] of Object.entries(settings)) {
      const inherited = await filesystem.textOf(`/proc/sys/net/${family}/conf/default/${key}`);
      writeSetting(filesystem, `net/${family}/conf/${name}/${key}`, inherited?.trim() ?? value);
    }
  }
}

/** A fresh /proc/sys, /run and /tmp, as each boot gives. */
export async function mountVolatile(filesystem: HostFilesystem, machine: Machine): Promise<void> {
  for (const folder of ["/run", "/tmp", "/proc/sys"]) {
    await filesystem.rm(folder, { recursive: true, force: true });
    await filesystem.mkdir(folder, { recursive: true });
  }
  await filesystem.mkdir("/run/lock", { recursive: true });
  for (const [name, value] of Object.entries(sysctlDefaults)) {
    writeSetting(filesystem, name, name === "kernel/hostname" ? machine.name : value);
  }
  for (const name of ["all", "default", "lo"]) await addInterfaceSettings(filesystem, name);
}
