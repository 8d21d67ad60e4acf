/**
 * One VRRP instance a pair (VRRPv3, unicast over transit) holds all its virtual addresses: they move as one, or a stateful firewall
 * would see half of a connection. A member stays in FAULT until its rules are loaded and at least as new as its peer's; the one that
 * comes back does not take over (`nopreempt`): going back is a decision.
 */
import type { ZoneKey } from "../estate/estate.ts";
import { zoneKeys } from "../estate/estate.ts";
import { statePort } from "./firewall-rules.ts";
import type { PairSpec } from "./firewalls.ts";
import type { Layout } from "./layout.ts";
import { memberAddress, virtualAddress } from "./layout.ts";
import type { HostFile } from "./plan.ts";
import type { ServerSpec } from "./servers.ts";

const checkPath = "/etc/archipel/check-member";
const notifyPath = "/etc/archipel/notify-state";

/** The organisation's active zone holds the addresses when both members come up together. */
function priorityOf(layout: Layout, zone: ZoneKey): number {
  return layout.estate.organisation.activeZone === zone ? 150 : 100;
}

export function keepalivedFiles(
  layout: Layout,
  server: ServerSpec,
  pair: PairSpec,
  generation: number,
): HostFile[] {
  const zone = server.zoneKey as ZoneKey;
  const peer = zoneKeys.find((key) => key !== zone) as ZoneKey;
  const peerOnAdmin = memberAddress(layout, pair, peer, "admin");
  const lower = priorityOf(layout, zone) < priorityOf(layout, peer);
  const file = (path: string, mode: string, content: string): HostFile => ({
    path,
    mode,
    kept: "planned",
    content,
  });
  return [
    file("/etc/keepalived/keepalived.conf", "0644", configuration(layout, pair, zone, peer)),
    file("/etc/archipel/generation", "0644", `${generation}\n`),
    file(checkPath, "0755", checkScript(peerOnAdmin, lower ? "yields" : "stays")),
    file(notifyPath, "0755", notifyScript),
    file(
      "/etc/systemd/system/archipel-state.socket",
      "0644",
      stateSocket(memberAddress(layout, pair, zone, "admin")),
    ),
    file("/etc/systemd/system/archipel-state@.service", "0644", stateService),
  ];
}

function configuration(layout: Layout, pair: PairSpec, zone: ZoneKey, peer: ZoneKey): string {
  const transit = layout.interfaceOf("transit");
  const lines = (networks: readonly string[]): string =>
    networks
      .map(
        (network) => `        ${virtualAddress(layout, pair, network)}/32 dev ${layout.interfaceOf(network)}`,
      )
      .join("\n");
  const tracked = ["admin", ...pair.networks]
    .map((network) => `        ${layout.interfaceOf(network)}`)
    .join("\n");
  return `global_defs {
    router_id ${pair.members[zone]}
    vrrp_version 3
    enable_script_security
    script_user root
}

vrrp_script member {
    script "${checkPath}"
    interval 1
    timeout 2
    fall 2
    rise 2
    init_fail
}

vrrp_instance ${pair.key} {
    state BACKUP
    nopreempt
    interface ${transit}
    virtual_router_id ${pair.vrid}
    priority ${priorityOf(layout, zone)}
    advert_int 0.5
    unicast_src_ip ${memberAddress(layout, pair, zone, "transit")}
    unicast_peer {
        ${memberAddress(layout, pair, peer, "transit")}
    }
    virtual_ipaddress {
${lines(["transit"])}
    }
    virtual_ipaddress_excluded {
${lines(["admin", ...pair.networks])}
    }
    garp_master_delay 1
    garp_master_refresh 30
    track_interface {
${tracked}
    }
    track_script {
        member
    }
    notify_master "${notifyPath} MASTER"
    notify_backup "${notifyPath} BACKUP"
    notify_fault "${notifyPath} FAULT"
}
`;
}

/**
 * The peer answers one line, its rules' generation and its state, on admin. A silent peer is a lost one: then this member serves.
 * A member that does not serve and is behind its peer waits for its rules; one that serves goes on, or every change of rules would move
 * the pair. Both masters means that the heartbeat on transit is lost while the rest is not: the lower priority yields, and says so.
 */
function checkScript(peer: string, onTwoMasters: "yields" | "stays"): string {
  const two =
    onTwoMasters === "stays"
      ? ""
      : `    if [ "$theirs" = MASTER ]; then
        logger -p daemon.alert -t archipel "two masters: yielding to ${peer}"
        exit 1
    fi
`;
  const read = onTwoMasters === "stays" ? "" : `theirs=\${answer##* }\n`;
  return `#!/bin/sh
# Exit 0: this member may hold the pair's addresses.
own=$(cat /run/archipel/generation 2>/dev/null) || exit 1
[ "$own" = "$(cat /etc/archipel/generation)" ] || exit 1
answer=$(timeout 0.5 bash -c 'cat </dev/tcp/${peer}/${statePort}' 2>/dev/null) || exit 0
generation=\${answer%% *}
${read}case $generation in
'' | *[!0-9]*) exit 0 ;;
esac
if [ "$(cat /run/archipel/state 2>/dev/null)" = MASTER ]; then
${two}    exit 0
fi
[ "$own" -ge "$generation" ]
`;
}

const notifyScript = `#!/bin/sh
# Called by keepalived with the state that this member enters.
install -d -m 0755 /run/archipel
printf '%s\\n' "$1" >/run/archipel/state
case $1 in
MASTER)
    # The connections that the peer followed become this kernel's own, then the peer gets all of them.
    conntrackd -c
    conntrackd -f
    conntrackd -R
    conntrackd -B
    ;;
*)
    conntrackd -t
    conntrackd -n
    ;;
esac
exit 0
`;

function stateSocket(address: string): string {
  return `[Unit]
Description=What this member tells its peer: generation of its rules, and its state
[Socket]
ListenStream=${address}:${statePort}
Accept=yes
FreeBind=yes
MaxConnections=8
[Install]
WantedBy=sockets.target
`;
}

const stateService = `[Unit]
Description=What this member tells its peer
[Service]
ExecStart=/bin/sh -c 'echo "$(cat /run/archipel/generation 2>/dev/null) $(cat /run/archipel/state 2>/dev/null)"'
StandardInput=null
StandardOutput=socket
DynamicUser=yes
`;
