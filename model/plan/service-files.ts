/** What a host runs: units of declared services, proxies, egress services, and the role of a writer. */
import type { Service } from "../estate/estate.ts";
import { egressServices, proxyHealthPort, proxyPort } from "./intents.ts";
import type { Layout } from "./layout.ts";
import { legAddress } from "./layout.ts";
import type { HostFile, Intent } from "./plan.ts";
import type { ServerSpec } from "./servers.ts";

export interface HostServices {
  readonly files: readonly HostFile[];
  /** systemd units, in start order. */
  readonly units: readonly string[];
}

const none: HostServices = { files: [], units: [] };
const file = (path: string, content: string, kept: HostFile["kept"] = "planned"): HostFile => ({
  path,
  mode: "0644",
  kept,
  content,
});

/** Waits for a program and becomes it: it comes with its application, or as a package from the egress cache, after its host. */
const launcher: HostFile = {
  path: "/usr/local/lib/archipel/launch",
  mode: "0755",
  kept: "planned",
  content: `#!/bin/sh
# launch PROGRAM ARGUMENT...
until command -v "$1" >/dev/null 2>&1; do
    sleep 5
done
exec "$@"
`,
};

/** The file that says whether a writer's member writes: `active` or `standby`. Laid down once; later it is the dr stack's. */
export const rolePath = "/etc/archipel/role";

export function servicesOf(layout: Layout, server: ServerSpec, intents: readonly Intent[]): HostServices {
  switch (server.role) {
    case "fleet":
      return fleetServices(layout, server);
    case "proxy":
      return proxyServices(layout, server, intents);
    case "egress":
      return egressUnits(layout);
    default:
      return none;
  }
}

/**
 * A unit a service, for the program that its application delivers as /usr/local/bin/<service>. `X-Listen` is not systemd's: it says what
 * the program listens on, for whoever reads the unit.
 */
function fleetServices(layout: Layout, server: ServerSpec): HostServices {
  const { application } = layout.directory.workload(server.workload ?? "");
  const services = application.services.filter(({ workload }) => workload === server.workload);
  const writes = isWriter(layout, server.workload ?? "");
  const role = server.zoneKey === layout.estate.organisation.activeZone ? "active" : "standby";
  return {
    files: [
      ...(services.length > 0 ? [launcher] : []),
      ...(writes ? [file(rolePath, `${role}\n`, "initial")] : []),
      ...services.map((service) => file(`/etc/systemd/system/${service.name}.service`, serviceUnit(service))),
    ],
    units: services.map(({ name }) => `${name}.service`),
  };
}

/** Whether one zone's member of a workload writes while the other follows: it holds data that one writer owns. */
export function isWriter(layout: Layout, workload: string): boolean {
  const { application } = layout.directory.workload(workload);
  return (
    application.recovery !== "active-active" &&
    application.data.some((data) => data.workload === workload && data.kind !== "bucket")
  );
}

function serviceUnit(service: Service): string {
  return unitText(
    service.name,
    `/usr/local/bin/${service.name}`,
    [`${service.protocol}/${service.port}`],
    `X-Health=${service.health}\n`,
  );
}

function unitText(description: string, command: string, listens: readonly string[], extra = ""): string {
  return `[Unit]
Description=${description}
After=network-online.target nftables.service
[Service]
ExecStart=${launcher.path} ${command}
Restart=always
RestartSec=2
${listens.map((listen) => `X-Listen=${listen}\n`).join("")}${extra}[Install]
WantedBy=multi-user.target
`;
}

function egressUnits(layout: Layout): HostServices {
  const commands: Readonly<Record<keyof typeof egressServices, string>> = {
    proxy: "/usr/sbin/squid --foreground -sYC",
    packages: "/usr/sbin/apt-cacher-ng ForeGround=1",
    resolver: "/usr/sbin/unbound -d -p",
    ntp: "/usr/sbin/chronyd -d",
  };
  const services = [...(layout.estate.platform.egress?.services ?? [])].sort();
  return {
    files: [
      launcher,
      ...services.map((service) => {
        const { unit, listens } = egressServices[service];
        return file(
          `/etc/systemd/system/${unit}.service`,
          unitText(`Egress: ${service}`, commands[service], listens),
        );
      }),
    ],
    units: services.map((service) => `${egressServices[service].unit}.service`),
  };
}

/** TLS ends here, names are looked up in a list, and what is not in it is refused. */
function proxyServices(layout: Layout, server: ServerSpec, intents: readonly Intent[]): HostServices {
  const address = legAddress(layout, server, "ingress");
  const published = layout.estate.applications
    .flatMap(({ services }) => services)
    .filter(({ exposure, protocol }) => exposure === "public" && protocol === "tcp");
  const backends = published.map((service) => {
    const key = `proxies:${service.workload}:tcp:${service.port}`;
    const addresses = intents.find((intent) => intent.key === key)?.to.addresses ?? [];
    const servers = addresses.map(
      (target, index) =>
        `    server member-${index + 1} ${target}:${service.port} check inter 2s fall 2 rise 2\n`,
    );
    return `backend ${service.name}\n    option httpchk GET ${service.health}\n${servers.join("")}`;
  });
  const choices = published.map(
    ({ name, hostname }) =>
      `    use_backend ${name} if { req.hdr(host),host_only -i ${fqdnOf(layout, hostname)} }\n`,
  );
  const configuration = `global
    maxconn 50000
    ssl-default-bind-options ssl-min-ver TLSv1.2
defaults
    mode http
    option forwardfor
    timeout connect 2s
    timeout client 60s
    timeout server 60s
frontend health
    bind ${address}:${proxyHealthPort}
    monitor-uri /health
frontend published
    bind ${address}:${proxyPort} accept-proxy ssl crt /etc/haproxy/certificates/ alpn h2,http/1.1
    http-response set-header strict-transport-security max-age=63072000
${choices.join("")}    http-request deny deny_status 421 unless { req.hdr(host),host_only -i ${published.map(({ hostname }) => fqdnOf(layout, hostname)).join(" ")} }
${backends.join("")}`;
  return {
    files: [
      launcher,
      file("/etc/haproxy/haproxy.cfg", configuration),
      file(
        "/etc/systemd/system/haproxy.service",
        unitText("Proxy of published services", "/usr/sbin/haproxy -Ws -f /etc/haproxy/haproxy.cfg", [
          `tcp/${proxyPort}`,
          `tcp/${proxyHealthPort}`,
        ]),
      ),
    ],
    units: ["haproxy.service"],
  };
}

/** Full name of a label below the organisation's domain. */
export function fqdnOf(layout: Layout, hostname: string): string {
  const { domain } = layout.estate.organisation;
  return hostname === "@" ? domain : `${hostname}.${domain}`;
}
