/**
 * Day 0: what a machine reads at its first boot. It installs nothing and closes everything but administration from the bastions.
 * On bare metal a later change is stored and takes a reboot, on an Instance it is never read again: so nothing here depends on flows.
 */
import { stringify } from "yaml";
import { dayZeroRules } from "./host-rules.ts";
import { rulesAtBoot } from "./hosts.ts";
import type { Layout } from "./layout.ts";
import { dayZeroNetwork, publicOfInstance } from "./network-files.ts";
import { rulesPath } from "./nft.ts";
import type { HostFile } from "./plan.ts";
import { routesOf } from "./routes.ts";
import type { ServerSpec } from "./servers.ts";

/** Longest user data that Scaleway takes. */
export const longestCloudInit = 127_998;

export function cloudInit(layout: Layout, server: ServerSpec): string {
  const files = [rulesAtBoot, ...(server.kind === "instance" ? instanceFiles(layout, server) : [])];
  const config = {
    // bootcmd comes before anything else that cloud-init does, at every boot; later rules are the configured ones and stay.
    bootcmd: [["sh", "-c", closeAtOnce(dayZeroRules(layout, server))]],
    disable_root: false,
    ssh_pwauth: false,
    write_files: files.map(({ path, mode, content }) => ({ path, permissions: mode, content })),
    runcmd: [
      ["systemctl", "daemon-reload"],
      ["systemctl", "enable", "nftables.service"],
      ...(server.kind === "instance"
        ? [
            ["systemctl", "enable", "--now", "systemd-networkd.service"],
            ["networkctl", "reload"],
          ]
        : []),
      ...(server.role === "bastion" ? [["systemctl", "restart", "ssh.service"]] : []),
    ],
  };
  return `#cloud-config\n${stringify(config, { lineWidth: 0 })}`;
}

function closeAtOnce(rules: string): string {
  return `[ -e ${rulesPath} ] || {
mkdir -p ${rulesPath.slice(0, rulesPath.lastIndexOf("/"))}
cat >${rulesPath} <<'ARCHIPEL_EOF'
${rules}ARCHIPEL_EOF
nft -j -f ${rulesPath}
}
`;
}

const file = (path: string, content: string): HostFile => ({ path, mode: "0644", kept: "planned", content });

/** Private cards take their booked address from DHCP and no route; one leg has its default route at once, so that bastions are answered. */
function instanceFiles(layout: Layout, server: ServerSpec): HostFile[] {
  const single =
    server.networks.length === 1 ? (routesOf(layout, server).get(server.networks[0] ?? "") ?? []) : [];
  const routes = single
    .map(({ destination, gateway }) => `[Route]\nDestination=${destination}\nGateway=${gateway}\n`)
    .join("");
  const publicCard = publicOfInstance(server);
  return [
    file(
      dayZeroNetwork,
      `[Match]\nName=en* eth*\n[Network]\nDHCP=ipv4\nLinkLocalAddressing=no\nIPv6AcceptRA=no\n[DHCPv4]\nUseRoutes=no\nUseGateway=no\nUseDNS=no\n${routes}`,
    ),
    // Before it in order: the first card is the public one, whether or not it has an address.
    file(publicCard.path, publicCard.content.replace("Name=en* eth*", "Name=ens2 eth0")),
    ...(server.role === "bastion"
      ? [
          file(
            "/etc/ssh/sshd_config.d/archipel.conf",
            `Port ${layout.estate.platform.bastion.port}\nPasswordAuthentication no\n`,
          ),
        ]
      : []),
  ];
}
