import { notFound } from "../core/errors.ts";
import type { Call } from "../core/kind.ts";
import type { Body } from "../store/store.ts";

/** Versions on offer, the newest first, with the day each came out (its end is two months after a year). */
const versions: readonly (readonly [name: string, released: string])[] = [
  ["1.35.3", "2026-01-19"],
  ["1.35.1", "2026-01-19"],
  ["1.34.6", "2025-09-22"],
  ["1.34.4", "2025-09-22"],
  ["1.33.8", "2025-05-26"],
  ["1.32.12", "2025-01-13"],
];

const kubeletArguments: Body = {
  containerLogMaxFiles: "uint16",
  containerLogMaxSize: "quantity",
  cpuCFSQuota: "bool",
  cpuCFSQuotaPeriod: "duration",
  cpuManagerPolicy: "enum:none|static",
  cpuManagerPolicyOptions: "map[string]string",
  enableDebuggingHandlers: "bool",
  evictionHard: "map[string]string",
  evictionMinimumReclaim: "map[string]string",
  imageGCHighThresholdPercent: "uint32",
  imageGCLowThresholdPercent: "uint32",
  maxParallelImagePulls: "int32",
  maxPods: "uint16",
  registryBurst: "int32",
  registryPullQPS: "int32",
  serializeImagePulls: "bool",
};

function later(day: string, months: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCMonth(date.getUTCMonth() + months);
  return date.toISOString().replace(".000Z", "Z");
}

function versionBody([name, released]: (typeof versions)[number], region: string): Body {
  return {
    region,
    name,
    label: `Kubernetes ${name}`,
    available_cnis: ["cilium", "cilium_native", "calico", "kilo", "none"],
    available_container_runtimes: ["containerd"],
    available_feature_gates: ["HPAScaleToZero", "CPUManagerPolicyAlphaOptions", "MutatingAdmissionPolicy"],
    available_admission_plugins: ["AlwaysPullImages", "PodNodeSelector", "PodTolerationRestriction"],
    available_kubelet_args: kubeletArguments,
    deprecated_at: later(released, 12),
    end_of_life_at: later(released, 14),
    released_at: later(released, 0),
  };
}

export function isVersion(name: string): boolean {
  return versions.some(([known]) => known === name);
}

type ClusterType = readonly [name: string, nodes: number, delay: string, sla: number, gigabytes: number];

const clusterTypes: readonly ClusterType[] = [
  ["kapsule", 150, "0s", 0, 4],
  ["kapsule-dedicated-4", 250, "2592000s", 99.5, 4],
  ["kapsule-dedicated-8", 500, "2592000s", 99.5, 8],
  ["kapsule-dedicated-16", 500, "2592000s", 99.5, 16],
];

/** Types that a cluster can be changed to. */
export function clusterTypeBodies(): Body[] {
  return clusterTypes.map(([name, nodes, delay, sla, gigabytes]) => ({
    name,
    region: "",
    availability: "available",
    max_nodes: nodes,
    commitment_delay: delay,
    sla,
    resiliency: sla > 0 ? "high_availability" : "standard",
    memory: gigabytes * 1e9,
    dedicated: sla > 0,
    audit_logs_supported: sla > 0,
    max_etcd_size: sla > 0 ? 200_000_000 : 55_000_000,
  }));
}

const base = "/k8s/v1/regions/:region";

export const catalogueCalls: readonly Call[] = [
  {
    method: "GET",
    path: `${base}/versions`,
    run: (_world, { locality }) => ({
      status: 200,
      body: { versions: versions.map((version) => versionBody(version, locality)) },
    }),
  },
  {
    method: "GET",
    path: `${base}/versions/:name`,
    run: (_world, { params, locality }) => {
      const found = versions.find(([name]) => name === params.name);
      if (!found) throw notFound("version", params.name ?? "");
      return { status: 200, body: versionBody(found, locality) };
    },
  },
];
