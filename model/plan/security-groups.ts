/** An Instance's security group: it sees the public interface alone and drops what these rules do not name. */
import { tunnelPorts } from "./firewall-rules.ts";
import type { Layout } from "./layout.ts";
import type { Intent, SecurityGroupPlan, SecurityRulePlan } from "./plan.ts";
import type { ServerSpec } from "./servers.ts";

const anywhere = "0.0.0.0/0";
const rule = (protocol: SecurityRulePlan["protocol"], portRange: string): SecurityRulePlan => ({
  protocol,
  portRange,
  ipRange: anywhere,
});

export function securityGroup(
  layout: Layout,
  server: ServerSpec,
  intents: readonly Intent[],
  tags: readonly string[],
): SecurityGroupPlan {
  const { inbound, outbound } = rulesOf(layout, server, intents);
  const key = `${server.key}-security-group`;
  return { key, name: `${layout.estate.organisation.organisation}-${key}`, inbound, outbound, tags };
}

function rulesOf(
  layout: Layout,
  server: ServerSpec,
  intents: readonly Intent[],
): Pick<SecurityGroupPlan, "inbound" | "outbound"> {
  if (server.role === "bastion") {
    return {
      inbound: [rule("TCP", String(layout.estate.platform.bastion.port))],
      // New bare metal, once, on a public address that is known only when it is there.
      outbound: [rule("TCP", "22")],
    };
  }
  if (server.pair?.kind === "access") {
    return { inbound: Object.values(tunnelPorts).map((port) => rule("UDP", String(port))), outbound: [] };
  }
  if (server.pair?.kind === "edge" && server.pair.facesInternet) {
    const datagrams = intents.filter(({ from }) => from.privateNetwork === "internet");
    const ports = [...new Set(datagrams.flatMap((intent) => intent.ports))].sort();
    return { inbound: ports.map((range) => rule("UDP", range)), outbound: [] };
  }
  return { inbound: [], outbound: [] };
}
