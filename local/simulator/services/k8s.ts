import { randomBytes, randomUUID } from "node:crypto";
import { standard } from "../core/dialects.ts";
import { invalidArgument, notFound } from "../core/errors.ts";
import { isBody } from "../core/fields.ts";
import { type Answer, type Demand, defineKind, type Service } from "../core/kind.ts";
import type { World } from "../core/world.ts";
import type { Body, Resource } from "../store/store.ts";
import { catalogueCalls, clusterTypeBodies, isVersion } from "./k8s-catalogue.ts";
import { node, type PoolBody, pool } from "./k8s-pools.ts";

interface ClusterBody {
  id: string;
  name: string;
  type: string;
  version: string;
  cni: string;
  autoscaler_config: Body;
  auto_upgrade: Body;
  open_id_connect_config: Body;
}

interface ClusterHidden {
  rules?: Body[];
  token?: string;
}

type Cluster = Resource<ClusterBody, ClusterHidden>;

const autoscaler: Body = {
  scale_down_disabled: false,
  scale_down_delay_after_add: "10m",
  estimator: "binpacking",
  expander: "random",
  ignore_daemonsets_utilization: false,
  balance_similar_node_groups: false,
  expendable_pods_priority_cutoff: 0,
  scale_down_unneeded_time: "10m",
  scale_down_utilization_threshold: 0.5,
  max_graceful_termination_sec: 0,
  skip_nodes_with_local_storage: false,
  log_level: 2,
};

const openId: Body = {
  issuer_url: "",
  client_id: "",
  username_claim: "",
  username_prefix: "",
  groups_claim: [],
  groups_prefix: "",
  required_claim: [],
};

/** What a request says over what is there; null and `unknown_…` say nothing. */
function over(before: Body, said: unknown): Body {
  const merged = { ...before };
  for (const [key, value] of Object.entries(isBody(said) ? said : {})) {
    const silent = value === null || (typeof value === "string" && value.startsWith("unknown_"));
    if (!silent && key in before) merged[key] = value;
  }
  return merged;
}

function configure(body: ClusterBody, input: Body): void {
  body.autoscaler_config = over(body.autoscaler_config, input.autoscaler_config);
  body.open_id_connect_config = over(body.open_id_connect_config, input.open_id_connect_config);
  if (isBody(input.auto_upgrade)) {
    const { enable, maintenance_window: window } = input.auto_upgrade;
    body.auto_upgrade = {
      enabled: typeof enable === "boolean" ? enable : body.auto_upgrade.enabled,
      maintenance_window: over(body.auto_upgrade.maintenance_window as Body, window),
    };
  }
}

function kept(world: World, held: Cluster): Answer {
  world.keep(held);
  return { status: 200, body: { ...world.show(held), status: "updating" } };
}

/** Nothing answers at the cluster's address: certificate and token open no door. */
function kubeconfig({ id, name, locality, hidden }: Cluster): string {
  const authority = Buffer.from(`simulated certificate of ${id}\n`).toString("base64");
  return [
    "apiVersion: v1",
    "clusters:",
    `- name: "${name}"`,
    "  cluster:",
    `    certificate-authority-data: ${authority}`,
    `    server: https://${id}.api.k8s.${locality}.scw.cloud:6443`,
    "contexts:",
    `- name: admin@${name}`,
    "  context:",
    `    cluster: "${name}"`,
    `    user: ${name}-admin`,
    `current-context: admin@${name}`,
    "kind: Config",
    "preferences: {}",
    "users:",
    `- name: ${name}-admin`,
    "  user:",
    `    token: ${hidden.token}`,
    "",
  ].join("\n");
}

function upgrade(world: World, { input }: Demand, held: Cluster): Answer {
  const version = String(input.version);
  if (!isVersion(version)) throw invalidArgument("version", `${version} is not on offer`);
  held.body.version = version;
  if (input.upgrade_pools === true) {
    for (const one of world.store.list<PoolBody>({ kind: "k8s.pool", parent: held.id })) {
      one.body.version = version;
      world.keep(one);
    }
  }
  return kept(world, held);
}

/** Managed Kubernetes. Clusters have pools and nodes with addresses; no container runs. */
const cluster = defineKind<ClusterBody, ClusterHidden>({
  name: "k8s.cluster",
  dialect: standard,
  collection: "/k8s/v1/regions/:region/clusters",
  calls: ["create", "list", "get", "patch", "delete"],
  listKey: "clusters",
  localityFields: ["region"],
  fields: {
    name: { type: "string", required: true },
    type: { type: "string", fixed: true },
    description: { type: "string" },
    tags: { type: "strings" },
    version: { type: "string", required: true, fixed: true },
    cni: { type: "string", required: true, fixed: true },
    feature_gates: { type: "strings" },
    admission_plugins: { type: "strings" },
    apiserver_cert_sans: { type: "strings" },
    private_network_id: {
      type: "uuid",
      fixed: true,
      refersTo: { kind: "vpc.private_network", onDeletion: "refuse" },
    },
    pod_cidr: { type: "string", initial: "100.64.0.0/15", fixed: true },
    service_cidr: { type: "string", initial: "10.32.0.0/20", fixed: true },
    service_dns_ip: { type: "string", initial: "10.32.0.10", fixed: true },
    autoscaler_config: { type: "object", argument: true },
    auto_upgrade: { type: "object", argument: true },
    open_id_connect_config: { type: "object", argument: true },
    pools: { type: "list", argument: true },
  },
  filters: { type: "type" },
  quotas: [{ quota: "kubernetesClusters", within: "organization" }],
  missing: (id) => notFound("cluster", id),
  deletion: { status: "deleting" },
  prepare: (_world, draft, { input }) => {
    const { body } = draft;
    if (!isVersion(body.version)) throw invalidArgument("version", `${body.version} is not on offer`);
    body.type ||= "kapsule";
    body.autoscaler_config = autoscaler;
    body.auto_upgrade = { enabled: false, maintenance_window: { start_hour: 0, day: "any" } };
    body.open_id_connect_config = openId;
    configure(body, input);
    Object.assign(body, {
      commitment_ends_at: standard.time(Date.now()),
      iam_nodes_group_id: randomUUID(),
      acl_available: true,
      upgrade_available: false,
      new_images_enabled: false,
    });
    draft.hidden = { rules: [], token: randomBytes(24).toString("base64url") };
  },
  changed: (_world, { body }, { input }) => configure(body, input),
  creationView: () => ({ status: "creating", iam_nodes_group_id: "" }),
  view: (world, { id, body, locality }) => ({
    // Clusters over several clouds wait for no pool.
    status:
      body.type.startsWith("multicloud") || world.store.count({ kind: "k8s.pool", parent: id }) > 0
        ? "ready"
        : "pool_required",
    cluster_url: `https://${id}.api.k8s.${locality}.scw.cloud:6443`,
    dns_wildcard: `*.${id}.nodes.k8s.${locality}.scw.cloud`,
  }),
  actions: [
    { method: "POST", path: "/upgrade", run: upgrade },
    {
      method: "POST",
      path: "/set-type",
      run: (world, { input }, held) => {
        held.body.type = String(input.type);
        return kept(world, held);
      },
    },
    {
      method: "GET",
      path: "/available-types",
      run: () => {
        const types = clusterTypeBodies();
        return { status: 200, body: { cluster_types: types, total_count: types.length } };
      },
    },
    {
      method: "GET",
      path: "/kubeconfig",
      run: (_world, _demand, held) => ({
        status: 200,
        body: {
          name: "kubeconfig",
          content_type: "application/octet-stream",
          content: Buffer.from(kubeconfig(held)).toString("base64"),
        },
      }),
    },
    {
      method: "GET",
      path: "/nodes",
      run: (world, { query }, held) => {
        const wanted = query.get("pool_id");
        const nodes = world.store
          .list({ kind: "k8s.pool", parent: held.id })
          .filter(({ id }) => wanted === null || id === wanted)
          .flatMap(({ id }) => world.store.list({ kind: "k8s.node", parent: id }));
        return {
          status: 200,
          body: { total_count: nodes.length, nodes: nodes.map((one) => world.show(one)) },
        };
      },
    },
    {
      method: "GET",
      path: "/acls",
      run: (_world, _demand, { hidden }) => {
        const rules = hidden.rules ?? [];
        return { status: 200, body: { rules, total_count: rules.length } };
      },
    },
    {
      method: "PUT",
      path: "/acls",
      run: (world, { input }, held) => {
        held.hidden.rules = (Array.isArray(input.acls) ? input.acls : []).filter(isBody).map((rule) => ({
          id: randomUUID(),
          region: "",
          ...(rule.scaleway_ranges === true ? { scaleway_ranges: true } : { ip: rule.ip }),
          description: rule.description ?? "",
        }));
        world.store.save(held);
        return { status: 200, body: { rules: held.hidden.rules } };
      },
    },
  ],
});

export const k8s: Service = { kinds: [cluster, pool, node], calls: catalogueCalls };
