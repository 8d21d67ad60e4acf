/** Connections known to both members: without it a flow that the server drives stays dead after a move (docs/cursed-knowledge.md). */
import type { ZoneKey } from "../estate/estate.ts";
import { zoneKeys } from "../estate/estate.ts";
import { conntrackPort } from "./firewall-rules.ts";
import type { PairSpec } from "./firewalls.ts";
import type { Layout } from "./layout.ts";
import { memberAddress } from "./layout.ts";
import type { HostFile } from "./plan.ts";
import type { ServerSpec } from "./servers.ts";

/** conntrackd.conf: FTFW (reliable) between members, unicast over transit. */
export function conntrackdFile(layout: Layout, server: ServerSpec, pair: PairSpec): HostFile {
  const zone = server.zoneKey as ZoneKey;
  const peer = zoneKeys.find((key) => key !== zone) as ZoneKey;
  const own = pair.networks.map((network) => memberAddress(layout, pair, zone, network));
  const ignored = [
    ...own,
    memberAddress(layout, pair, zone, "transit"),
    memberAddress(layout, pair, zone, "admin"),
  ]
    .map((address) => `            IPv4_address ${address}`)
    .join("\n");
  return {
    path: "/etc/conntrackd/conntrackd.conf",
    mode: "0644",
    kept: "planned",
    content: `Sync {
    Mode FTFW {
        DisableExternalCache Off
    }
    UDP {
        IPv4_address ${memberAddress(layout, pair, zone, "transit")}
        IPv4_Destination_Address ${memberAddress(layout, pair, peer, "transit")}
        Port ${conntrackPort}
        Interface ${layout.interfaceOf("transit")}
        SndSocketBuffer 1249280
        RcvSocketBuffer 1249280
        Checksum on
    }
}
General {
    HashSize 32768
    HashLimit 262144
    Syslog on
    LockFile /var/lock/conntrackd.lock
    UNIX {
        Path /var/run/conntrackd.ctl
    }
    NetlinkBufferSize 2097152
    NetlinkBufferSizeMaxGrowth 8388608
    Filter From Userspace {
        Protocol Accept {
            TCP
            UDP
        }
        Address Ignore {
            IPv4_address 127.0.0.1
${ignored}
        }
    }
}
`,
  };
}
