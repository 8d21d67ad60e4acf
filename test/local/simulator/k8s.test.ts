import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bench, type Json, startBench } from "./harness.ts";

const base = "/k8s/v1/regions/fr-par";

describe("managed Kubernetes", () => {
  let bench: Bench;
  let cluster: Json;
  let network: Json;
  beforeAll(async () => {
    bench = await startBench();
    network = await bench.ok("POST", "/vpc/v2/regions/fr-par/private-networks", { name: "pods" });
    cluster = await bench.ok("POST", `${base}/clusters`, {
      name: "apps",
      version: "1.35.3",
      cni: "cilium",
      private_network_id: network.id,
      autoscaler_config: { scale_down_disabled: true, estimator: "unknown_estimator" },
    });
  });
  afterAll(() => bench.stop());

  it("asks for a pool, and keeps defaults where a request says nothing", async () => {
    const { status, autoscaler_config } = await bench.ok("GET", `${base}/clusters/${cluster.id}`);
    expect(status).toBe("pool_required");
    expect(autoscaler_config).toMatchObject({ scale_down_disabled: true, estimator: "binpacking" });
    const unknown = await bench.call("POST", `${base}/clusters`, {
      name: "old",
      version: "1.0.0",
      cni: "cilium",
    });
    expect(unknown.status).toBe(400);
  });

  it("gives its nodes addresses, and takes them back when a pool shrinks or goes", async () => {
    const pool = await bench.ok("POST", `${base}/clusters/${cluster.id}/pools`, {
      name: "workers",
      node_type: "PRO2-XXS",
      size: 2,
      root_volume_type: "default_volume_type",
    });
    expect(pool).toMatchObject({ node_type: "pro2_xxs", version: "1.35.3", root_volume_type: "sbs_5k" });
    const nodes = async () =>
      (await bench.ok("GET", `${base}/clusters/${cluster.id}/nodes?pool_id=${pool.id}`)).nodes;
    const addresses = async () =>
      (await bench.ok("GET", `/ipam/v1/regions/fr-par/ips?private_network_id=${network.id}`)).total_count;
    const [first, second] = await nodes();
    const named = await bench.ok("GET", `/ipam/v1/regions/fr-par/ips?resource_name=${first.name}`);
    expect(named.total_count).toBe(2);
    expect(second.name).not.toBe(first.name);
    expect(await addresses()).toBe(4);
    await bench.ok("PATCH", `${base}/pools/${pool.id}`, { size: 1 });
    expect(await nodes()).toHaveLength(1);
    expect(await addresses()).toBe(2);
    await bench.ok("DELETE", `${base}/clusters/${cluster.id}?with_additional_resources=false`);
    expect((await bench.call("GET", `${base}/pools/${pool.id}`)).status).toBe(404);
    expect(await addresses()).toBe(0);
  });
});
