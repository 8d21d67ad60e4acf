/** Exposure: what is published has a way in, and no way in is there for nothing. */
import type { Check, Draft, Report } from "../draft.ts";
import type { Path } from "../problems.ts";
import { registerOf } from "./register.ts";

export const checkExposure: Check = (draft, report) => {
  checkWaysIn(draft, report);
  checkHostnames(draft, report);
  checkUdpPorts(draft, report);
  checkEdgeServices(draft, report);
  if (draft.unread.size === 0) reportIdleParts(draft, report);
};

type Services = readonly {
  readonly file: string;
  readonly path: Path;
  readonly service: Draft["applications"][number]["value"]["services"][number];
}[];

function servicesOf(draft: Draft): Services {
  return draft.applications.flatMap(({ file, value }) =>
    value.services.map((service, index) => ({ file, path: ["services", index], service })),
  );
}

function checkWaysIn(draft: Draft, report: Report): void {
  const { loadBalancer, proxies, firewalls } = draft.platform.value;
  for (const { file, path, service } of servicesOf(draft)) {
    const at = [...path, "exposure"];
    if (
      service.exposure === "public" &&
      service.protocol === "tcp" &&
      (loadBalancer === undefined || proxies === undefined)
    ) {
      const missing = [
        loadBalancer === undefined ? "loadBalancer" : "",
        proxies === undefined ? "proxies" : "",
      ].filter((part) => part !== "");
      report("EXPO-001", file, at, { got: `public, without ${missing.join(" and ")}` });
    }
    if (service.exposure === "public" && service.protocol === "udp" && firewalls.edge === undefined)
      report("EXPO-003", file, at, { got: "public udp, without firewalls.edge" });
    if (service.exposure === "vpn" && firewalls.access === undefined)
      report("EXPO-002", file, at, { got: "vpn, without firewalls.access" });
  }
}

function checkHostnames(draft: Draft, report: Report): void {
  const { domain } = draft.organisation.value;
  const first = new Map<string, string>();
  for (const { file, path, service } of servicesOf(draft)) {
    const hostname = service.hostname ?? service.name;
    const at = service.hostname === undefined ? [...path, "name"] : [...path, "hostname"];
    const other = first.get(hostname);
    if (other !== undefined)
      report("NAME-004", file, at, { got: hostname, allowed: `a host name that ${other} does not have` });
    else first.set(hostname, service.name);
    if (hostname === domain || hostname.endsWith(`.${domain}`)) {
      const below = hostname === domain ? "@" : hostname.slice(0, -domain.length - 1);
      report("NAME-006", file, at, { got: hostname, hint: `write \`${below}\`` });
    }
  }
}

function checkUdpPorts(draft: Draft, report: Report): void {
  const first = new Map<number, string>();
  for (const { file, path, service } of servicesOf(draft)) {
    if (service.exposure !== "public" || service.protocol !== "udp") continue;
    const other = first.get(service.port);
    if (other === undefined) first.set(service.port, service.name);
    else
      report("EXPO-005", file, [...path, "port"], {
        got: service.port,
        allowed: `a port that ${other} does not have`,
      });
  }
}

function checkEdgeServices(draft: Draft, report: Report): void {
  const { services } = registerOf(draft);
  const { file, value } = draft.platform;
  const seen = new Set<string>();
  for (const [index, entry] of value.edgeServices.entries()) {
    const at = ["edgeServices", index, "service"];
    const service = services.get(entry.service)?.service;
    if (service !== undefined && (service.exposure !== "public" || service.protocol !== "tcp")) {
      report("EXPO-004", file, at, { got: `${entry.service}: ${service.exposure} ${service.protocol}` });
    }
    if (seen.has(entry.service))
      report("NAME-001", file, at, { got: entry.service, allowed: "a service once among edgeServices" });
    seen.add(entry.service);
  }
}

/** A way in that nothing needs is an exposure without a reason. */
function reportIdleParts(draft: Draft, report: Report): void {
  const services = servicesOf(draft).map(({ service }) => service);
  const { file, value } = draft.platform;
  const published = services.some(({ exposure, protocol }) => exposure === "public" && protocol === "tcp");
  const byVpn = services.some(({ exposure }) => exposure === "vpn");
  if (value.loadBalancer !== undefined && !published)
    report(
      "UNUSED-007",
      file,
      ["loadBalancer"],
      { got: "a load balancer, and no public TCP service" },
      "key",
    );
  if (value.proxies !== undefined && !published)
    report("UNUSED-007", file, ["proxies"], { got: "proxies, and no public TCP service" }, "key");
  if (value.firewalls.access !== undefined && !byVpn && draft.sites.value.sites.length === 0)
    report(
      "UNUSED-007",
      file,
      ["firewalls", "access"],
      { got: "an access pair, and neither a service for the VPN nor a site" },
      "key",
    );
}
