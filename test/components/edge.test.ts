import { describe, expect, it } from "vitest";
import { EdgeEntry } from "../../components/edge-entry.ts";
import { EdgeService, type PipelinePlan } from "../../components/edge-service.ts";
import { LoadBalancer } from "../../components/load-balancer.ts";
import { PublicGateway } from "../../components/public-gateway.ts";
import { layOut } from "../helpers/laid-out.ts";
import { foundation, marker } from "./context.ts";
import { loadBalancer } from "./plans.ts";

describe("LoadBalancer", () => {
  const program = () => new LoadBalancer({ plan: loadBalancer, foundation, after: [marker("proxies")] });

  it("has one leg, and the address that was booked for it", async () => {
    const { the } = await layOut(program);
    const { inputs } = the("load-balancer-par-1", "LoadBalancer");
    expect(inputs).toMatchObject({
      zone: "fr-par-1",
      ipIds: ["fr-par-1/public-load-balancer.par-1"],
      privateNetworks: [
        {
          privateNetworkId: "fr-par/network-ingress",
          ipamIds: "fr-par/reservation-ingress.load-balancer-par-1",
        },
      ],
    });
    expect(inputs).not.toHaveProperty("assignFlexibleIp");
  });

  it("checks its proxies every few seconds and tells them who calls", async () => {
    const { the } = await layOut(program);
    expect(the("load-balancer-par-1-backend-https", "Backend").inputs).toMatchObject({
      serverIps: ["10.64.2.10", "10.64.2.20"],
      proxyProtocol: "v2",
      healthCheckPort: 8080,
      healthCheckDelay: "3s",
      healthCheckTimeout: "1s",
      healthCheckMaxRetries: 2,
      onMarkedDownAction: "shutdown_sessions",
    });
  });

  it("lets nobody in before the proxies are configured", async () => {
    const { the } = await layOut(program);
    expect(the("load-balancer-par-1-frontend-https", "Frontend").dependencies).toContain("proxies");
  });
});

describe("PublicGateway", () => {
  it("keeps its own bastion off and pushes no default route", async () => {
    const plan = {
      key: "gateway-par-1",
      name: "small-gateway-par-1",
      zone: "fr-par-1",
      type: "VPC-GW-S",
      publicAddress: "gateway.par-1",
      privateNetwork: "egress",
      reservation: "egress.gateway-par-1",
      tags: [],
    } as const;
    const { the } = await layOut(() => new PublicGateway({ plan, foundation }));
    expect(the("gateway-par-1", "PublicGateway").inputs).toMatchObject({
      bastionEnabled: false,
      ipId: "fr-par-1/public-gateway.par-1",
      zone: "fr-par-1",
    });
    expect(the("gateway-par-1-egress", "GatewayNetwork").inputs).toMatchObject({
      enableMasquerade: true,
      ipamConfigs: [{ pushDefaultRoute: false, ipamIpId: "fr-par/reservation-egress.gateway-par-1" }],
    });
  });
});

const pipeline: PipelinePlan = {
  key: "edge-portal",
  name: "small-edge-portal",
  service: "portal",
  fqdn: "www.small.example",
  waf: "log_only",
  frontends: { "par-1": "https", "par-2": "https" },
};

describe("EdgeService", () => {
  it("has one chain a zone, each on that zone's load balancer", async () => {
    const origin = (zone: "fr-par-1" | "fr-par-2") => ({
      zone,
      loadBalancerId: `lb-${zone}`,
      frontendId: `frontend-${zone}`,
    });
    const { the } = await layOut(
      () =>
        new EdgeService({
          plan: pipeline,
          origins: { "par-1": origin("fr-par-1"), "par-2": origin("fr-par-2") },
          subscription: marker("subscription"),
        }),
    );
    for (const [key, zone] of [
      ["par-1", "fr-par-1"],
      ["par-2", "fr-par-2"],
    ]) {
      expect(the(`edge-portal-${key}-backend`, "BackendStage").inputs.lbBackendConfigs).toEqual([
        {
          lbConfig: {
            id: `lb-${zone}`,
            frontendId: `frontend-${zone}`,
            isSsl: true,
            domainName: pipeline.fqdn,
            zone,
          },
        },
      ]);
      expect(the(`edge-portal-${key}-firewall`, "WafStage").inputs).toMatchObject({
        backendStageId: `id-of-edge-portal-${key}-backend`,
        mode: "log_only",
      });
    }
    expect(the("edge-portal", "Pipeline").dependencies).toContain("subscription");
  });
});

describe("EdgeEntry", () => {
  it("leads the service's name to the pipeline's own, and takes no name outside the zone", async () => {
    const entry = (dnsZone: string) =>
      new EdgeEntry({ plan: pipeline, pipelineId: "the-pipeline", firewallId: "firewall-par-1", dnsZone });
    const { the } = await layOut(() => entry("small.example"));
    expect(the("edge-portal-name", "Record").inputs).toMatchObject({
      name: "www",
      type: "CNAME",
      data: "the-pipeline.svc.edge.scw.cloud.",
    });
    await expect(layOut(() => entry("www.small.example"))).rejects.toThrow(/below www\.small\.example/);
  });

  it("changes one field of one stage when another zone serves", async () => {
    const inputsFor = async (firewallId: string) => {
      const { resources } = await layOut(
        () =>
          new EdgeEntry({ plan: pipeline, pipelineId: "the-pipeline", firewallId, dnsZone: "small.example" }),
      );
      return Object.fromEntries(resources.map(({ name, inputs }) => [name, inputs]));
    };
    const before = await inputsFor("firewall-par-1");
    const after = await inputsFor("firewall-par-2");
    expect(after).toEqual({
      ...before,
      "edge-portal-tls": { ...before["edge-portal-tls"], wafStageId: "firewall-par-2" },
    });
    expect(before["edge-portal-tls"]?.wafStageId).toBe("firewall-par-1");
  });
});
