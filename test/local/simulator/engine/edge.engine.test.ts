import { expect, test } from "vitest";
import { judge, nothingLeft } from "./judge.ts";

const balancer = (tag: string, delay: string, servers: string) => `
  const pn = new network.PrivateNetwork("pn", { name: "pn", ipv4Subnet: { subnet: "10.0.0.0/24" } });
  const other = new network.PrivateNetwork("other", { name: "other" });
  const reserved = new ipam.Ip("reserved", { address: "10.0.0.9", sources: [{ privateNetworkId: pn.id }] });
  const ip = new lb.Ip("ip", { zone: "fr-par-1", tags: ["${tag}"] });
  const first = new lb.LoadBalancer("lb", {
    name: "lb", zone: "fr-par-1", type: "LB-S", ipIds: [ip.id], tags: ["${tag}"], description: "${tag}",
    privateNetworks: [{ privateNetworkId: pn.id, ipamIds: [reserved.id] }],
  });
  const second = new lb.LoadBalancer("second", { name: "second", zone: "fr-par-1", type: "LB-L", assignFlexibleIp: false, externalPrivateNetworks: true });
  new lb.PrivateNetwork("leg", { lbId: second.id, privateNetworkId: other.id, zone: "fr-par-1" });
  const backend = new lb.Backend("backend", {
    name: "backend", lbId: first.id, forwardProtocol: "tcp", forwardPort: 443, proxyProtocol: "v2", serverIps: ${servers},
    healthCheckDelay: "${delay}", healthCheckTimeout: "1s", healthCheckMaxRetries: 2, healthCheckPort: 8443, healthCheckTcp: {},
    onMarkedDownAction: "shutdown_sessions",
  });
  const http = new lb.Backend("http", {
    name: "http", lbId: first.id, forwardProtocol: "http", forwardPort: 80, serverIps: ["10.0.0.20"], failoverHost: "failover.example.net",
    healthCheckHttp: { uri: "/health", method: "GET", code: 200, hostHeader: "x.example" }, healthCheckDelay: "5s", healthCheckTimeout: "2s",
    stickySessions: "cookie", stickySessionsCookieName: "${tag}",
  });
  const certificate = new lb.Certificate("certificate", { name: "certificate", lbId: first.id, letsencrypt: { commonName: "x.example" } });
  new lb.Frontend("frontend", {
    name: "frontend", lbId: first.id, backendId: backend.id, inboundPort: 443, timeoutClient: "${delay}",
    acls: [
      { name: "${tag}", action: { type: "allow" }, match: { ipSubnets: ["192.0.2.0/24"] } },
      { name: "rest", action: { type: "deny" }, match: { ipSubnets: ["0.0.0.0/0"], invert: false } },
    ],
  });
  const plain = new lb.Frontend("plain", { name: "plain", lbId: first.id, backendId: http.id, inboundPort: 80, externalAcls: true });
  new lb.Frontend("tls", { name: "tls", lbId: first.id, backendId: http.id, inboundPort: 8443, certificateIds: [certificate.id] });
  new lb.Acl("acl", { name: "acl", frontendId: plain.id, index: 1, description: "${tag}", action: { type: "deny" }, match: { ipSubnets: ["203.0.113.0/24"] } });
  new lb.Route("route", { frontendId: plain.id, backendId: http.id, matchHostHeader: "${tag}.example" });
`;

test("load balancers", async () => {
  const verdict = await judge(
    balancer("one", "2s", `["10.0.0.11"]`),
    balancer("two", "3s", `["10.0.0.11", "10.0.0.12"]`),
  );
  expect(verdict.secondPreview).toEqual([]);
  expect(verdict.drift).toBe("");
  expect(verdict.change).toEqual([
    "update acl",
    "update backend",
    "update frontend",
    "update http",
    "update ip",
    "update lb",
    "update route",
  ]);
  expect(verdict.previewAfterChange).toEqual([]);
  expect(verdict.refused).toEqual([]);
  // The bridged provider does not say `assignFlexibleIp: false`: the second one got an address, which outlives it.
  expect(verdict.left).toEqual({ ...nothingLeft, "lb.ip": 1, "vpc.vpc": 1 });
});

const records = (active: string, other: string, ttl: number) => `
  const zone = new domain.Zone("zone", { domain: "small.example", subdomain: "" });
  const sub = new domain.Zone("sub", { domain: "small.example", subdomain: "sub" }, { dependsOn: zone });
  new domain.Record("service", {
    dnsZone: zone.id, name: "www", type: "A", data: "${other}", ttl: ${ttl},
    httpService: { ips: ["${active}"], mustContain: "up", strategy: "all", url: "http://www.small.example/health", userAgent: "probe" },
  });
  new domain.Record("plain", { dnsZone: sub.id, name: "mail", type: "A", data: "${active}", ttl: ${ttl} });
  new domain.Record("text", { dnsZone: zone.id, name: "txt", type: "TXT", data: "v=spf1 -all", ttl: ${ttl} });
  new domain.Record("alias", { dnsZone: zone.id, name: "alias", type: "CNAME", data: "www.small.example.", ttl: ${ttl} });
  new domain.Record("sip", { dnsZone: zone.id, name: "_sip._udp", type: "SRV", data: "10 0 5060 sip.other.example.", ttl: ${ttl} });
  new domain.Record("apex", { dnsZone: zone.id, name: "", type: "A", data: "${active}", ttl: ${ttl} });
`;

test("DNS", async () => {
  const verdict = await judge(
    records("127.65.0.1", "127.69.0.1", 60),
    records("127.69.0.1", "127.65.0.1", 120),
  );
  expect(verdict.secondPreview).toEqual([]);
  expect(verdict.drift).toBe("");
  expect(verdict.change).toEqual(
    ["alias", "apex", "plain", "service", "sip", "text"].map((name) => `update ${name}`),
  );
  expect(verdict.previewAfterChange).toEqual([]);
  // A root zone stays, with its name servers: the provider takes the refusal for an answer.
  expect(verdict.refused).toEqual(["403 DELETE /domain/v2beta1/dns-zones/small.example"]);
  expect(verdict.left).toEqual({ ...nothingLeft, "domain.record": 2, "domain.zone": 1 });
});

const services = (level: number, balancer: string) => `
  const names = ["a", "b"];
  const [a, b] = names.map((name) => {
    const made = new lb.LoadBalancer(name, { name, zone: "fr-par-1", type: "LB-S", assignFlexibleIp: true });
    const backend = new lb.Backend(name, { name, lbId: made.id, forwardProtocol: "http", forwardPort: 80 });
    const frontend = new lb.Frontend(name, { name, lbId: made.id, backendId: backend.id, inboundPort: 443 });
    return { id: made.id, frontendId: frontend.id, isSsl: true, zone: "fr-par-1" };
  });
  const plan = new edge.Plan("plan", { name: "starter" });
  const pipeline = new edge.Pipeline("pipeline", { name: "pipeline", description: "level ${level}" }, { dependsOn: plan });
  const backend = new edge.BackendStage("backend", { pipelineId: pipeline.id, lbBackendConfigs: [{ lbConfig: ${balancer} }] });
  const s3 = new edge.BackendStage("s3", { pipelineId: pipeline.id, s3BackendConfig: { bucketName: "assets", bucketRegion: "fr-par" } });
  const waf = new edge.WafStage("waf", { pipelineId: pipeline.id, mode: "log_only", paranoiaLevel: ${level}, backendStageId: backend.id });
  const route = new edge.RouteStage("route", { pipelineId: pipeline.id, wafStageId: waf.id, rules: [{
    backendStageId: s3.id, ruleHttpMatch: { methodFilters: ["get"], pathFilter: { pathFilterType: "regex", value: "/assets/.*" } },
  }] });
  const cache = new edge.CacheStage("cache", { pipelineId: pipeline.id, fallbackTtl: ${level * 60}, routeStageId: route.id });
  const tls = new edge.TlsStage("tls", { pipelineId: pipeline.id, managedCertificate: true, cacheStageId: cache.id });
  const dns = new edge.DnsStage("dns", { pipelineId: pipeline.id, fqdns: ["portal.small.example"], tlsStageId: tls.id });
  new edge.HeadStage("head", { pipelineId: pipeline.id, headStageId: dns.id });
`;

test("Edge Services", async () => {
  const verdict = await judge(services(1, "a"), services(2, "b"));
  expect(verdict.secondPreview).toEqual([]);
  expect(verdict.drift).toBe("");
  expect(verdict.change).toEqual(["update backend", "update cache", "update pipeline", "update waf"]);
  expect(verdict.previewAfterChange).toEqual([]);
  expect(verdict.refused).toEqual([]);
  // Public addresses that a load balancer was given by itself outlive it.
  expect(verdict.left).toEqual({ ...nothingLeft, "lb.ip": 2 });
});
