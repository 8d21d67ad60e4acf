/**
 * How to find, at Scaleway, what an interrupted create may have made: by name where there is one, else by what it belongs to
 * (terraform-provider-scaleway 2.80.0: what each create sends and the id it sets).
 */
import type { Inputs } from "./deployment.ts";
import type { Item, ScalewayApi } from "./scaleway-api.ts";

/** The ids, as the provider writes them, of everything at the API that the inputs describe. */
export type Find = (inputs: Inputs, api: ScalewayApi) => Promise<readonly string[]>;

/**
 * `find`: adopt what is found. `repeat`: forget the operation, because doing it again has the same effect.
 */
export type Finder =
  | { readonly kind: "find"; readonly find: Find }
  | { readonly kind: "repeat"; readonly because: string };

const find = (finder: Find): Finder => ({ kind: "find", find: finder });
const repeat = (because: string): Finder => ({ kind: "repeat", because });

/** `fr-par-1/1111…` → `1111…`. */
function bare(id: unknown): string {
  return String(id ?? "")
    .split("/")
    .at(-1) as string;
}

/** Zone or region: the resource's own, else that of the parent it names, else the default. */
function placeOf(own: unknown, parent: unknown, fallback: string): string {
  if (typeof own === "string" && own !== "") return own;
  const parts = String(parent ?? "").split("/");
  return parts.length > 1 ? (parts[0] as string) : fallback;
}

const regionOf = (inputs: Inputs, api: ScalewayApi, parent?: unknown): string =>
  placeOf(inputs.region, parent, api.region);
const zoneOf = (inputs: Inputs, api: ScalewayApi, parent?: unknown): string =>
  placeOf(inputs.zone, parent, api.zone);

function sameTags(item: Item, inputs: Inputs): boolean {
  const sorted = (tags: unknown): string => JSON.stringify([...((tags ?? []) as string[])].sort());
  return sorted(item.tags) === sorted(inputs.tags);
}

function sameProject(item: Item, inputs: Inputs, api: ScalewayApi): boolean {
  const wanted = inputs.projectId ?? api.projectId;
  const actual = item.project_id ?? item.project;
  return wanted === undefined || actual === undefined || actual === wanted;
}

/** Items of one regional or zonal list with the same name, tags and project. */
function named(path: (place: string) => string, key: string, place: "region" | "zone"): Finder {
  return find(async (inputs, api) => {
    const where = place === "region" ? regionOf(inputs, api) : zoneOf(inputs, api);
    const items = await api.list(path(where), key, { name: String(inputs.name) });
    return items
      .filter((item) => item.name === inputs.name && sameTags(item, inputs) && sameProject(item, inputs, api))
      .map((item) => `${where}/${item.id}`);
  });
}

/** Public addresses have no name: their tags, which name what they are for, tell them apart. */
function tagged(path: (zone: string) => string, key: string): Finder {
  return find(async (inputs, api) => {
    if (((inputs.tags ?? []) as string[]).length === 0) return [];
    const zone = zoneOf(inputs, api);
    const items = await api.list(path(zone), key);
    return items
      .filter((item) => sameTags(item, inputs) && sameProject(item, inputs, api))
      .map((item) => `${zone}/${item.id}`);
  });
}

/** Parts of a load balancer, by name. */
function partOfLoadBalancer(part: "backends" | "frontends"): Finder {
  return find(async (inputs, api) => {
    const zone = zoneOf(inputs, api, inputs.lbId);
    const items = await api.list(`/lb/v1/zones/${zone}/lbs/${bare(inputs.lbId)}/${part}`, part, {
      name: String(inputs.name),
    });
    return items.filter(({ name }) => name === inputs.name).map(({ id }) => `${zone}/${id}`);
  });
}

/** IAM's lists: global, ids without a place. */
function global(
  path: string,
  key: string,
  query: (inputs: Inputs, api: ScalewayApi) => Record<string, string>,
): Finder {
  return find(async (inputs, api) => {
    const items = await api.list(`/iam/v1alpha1/${path}`, key, query(inputs, api));
    return items.filter(({ name }) => name === inputs.name).map(({ id }) => String(id));
  });
}

const ofOrganization =
  (nameKey: string) =>
  (inputs: Inputs, api: ScalewayApi): Record<string, string> => ({
    [nameKey]: String(inputs.name),
    ...(api.organizationId === undefined ? {} : { organization_id: api.organizationId }),
  });

/** Stages of an Edge Services pipeline, which have no name: by what they lead to. */
function stage(path: string, key: string, matches: (item: Item, inputs: Inputs) => boolean): Finder {
  return find(async (inputs, api) => {
    const items = await api.list(`/edge-services/v1beta1/pipelines/${inputs.pipelineId}/${path}`, key);
    return items.filter((item) => matches(item, inputs)).map(({ id }) => String(id));
  });
}

const sameStage = (item: Item, inputs: Inputs, ...kinds: readonly string[]): boolean =>
  kinds.every((kind) => (item[`${kind}_stage_id`] ?? undefined) === (inputs[`${kind}StageId`] ?? undefined));

function frontendsOf(item: Item): readonly string[] {
  const lb = item.scaleway_lb as { lbs?: { frontend_id?: string }[] } | undefined;
  return (lb?.lbs ?? []).map(({ frontend_id }) => String(frontend_id)).sort();
}

function wantedFrontends(inputs: Inputs): readonly string[] {
  const configs = (inputs.lbBackendConfigs ?? []) as {
    lbConfigs?: { frontendId?: string }[];
    lbConfig?: { frontendId?: string };
  }[];
  return configs
    .flatMap(({ lbConfigs, lbConfig }) => lbConfigs ?? (lbConfig === undefined ? [] : [lbConfig]))
    .map(({ frontendId }) => bare(frontendId))
    .sort();
}

const reservedAddress = find(async (inputs, api) => {
  const [source] = (inputs.sources ?? []) as { privateNetworkId?: string }[];
  const network = source?.privateNetworkId;
  const region = regionOf(inputs, api, network);
  const items = await api.list(
    `/ipam/v1/regions/${region}/ips`,
    "ips",
    network === undefined ? {} : { private_network_id: bare(network) },
  );
  const address = String(inputs.address ?? "").split("/")[0];
  return items
    .filter((item) =>
      address === "" ? sameTags(item, inputs) : String(item.address).split("/")[0] === address,
    )
    .map(({ id }) => `${region}/${id}`);
});

const privateNic = find(async (inputs, api) => {
  const zone = zoneOf(inputs, api, inputs.serverId);
  const server = bare(inputs.serverId);
  const items = await api.list(`/instance/v1/zones/${zone}/servers/${server}/private_nics`, "private_nics");
  return items
    .filter((item) => item.private_network_id === bare(inputs.privateNetworkId))
    .map(({ id }) => `${zone}/${server}/${id}`);
});

/**
 * An Instance is made switched off, then given its user data, then power. One that is off has never run and holds nothing; adopted, it
 * would be started without its user data, so it is deleted with its volumes, to be made again.
 */
const instance = find(async (inputs, api) => {
  const zone = zoneOf(inputs, api);
  const servers = `/instance/v1/zones/${zone}/servers`;
  const items = await api.list(servers, "servers", { name: String(inputs.name) });
  const found = items.filter(
    (item) => item.name === inputs.name && sameTags(item, inputs) && sameProject(item, inputs, api),
  );
  for (const { id, volumes } of found.filter(({ state }) => state === "stopped")) {
    await api.remove(`${servers}/${id}`);
    for (const volume of Object.values((volumes ?? {}) as Record<string, Item>)) {
      const service = volume.volume_type === "sbs_volume" ? "block" : "instance";
      await api.remove(`/${service}/v1/zones/${zone}/volumes/${volume.id}`);
    }
  }
  return found.filter(({ state }) => state !== "stopped").map(({ id }) => `${zone}/${id}`);
});

const gatewayNetwork = find(async (inputs, api) => {
  const zone = zoneOf(inputs, api, inputs.gatewayId);
  const items = await api.list(`/vpc-gw/v2/zones/${zone}/gateway-networks`, "gateway_networks", {
    gateway_ids: bare(inputs.gatewayId),
    private_network_ids: bare(inputs.privateNetworkId),
  });
  return items
    .filter(
      (item) =>
        item.gateway_id === bare(inputs.gatewayId) &&
        item.private_network_id === bare(inputs.privateNetworkId),
    )
    .map(({ id }) => `${zone}/${id}`);
});

const record = find(async (inputs, api) => {
  const zone = String(inputs.dnsZone);
  const name = String(inputs.name ?? "");
  const items = await api.list(`/domain/v2beta1/dns-zones/${zone}/records`, "records", {
    name,
    type: String(inputs.type),
  });
  return items
    .filter(
      (item) =>
        item.name === name &&
        item.type === inputs.type &&
        String(item.data).replace(/\.$/, "") === String(inputs.data).replace(/\.$/, ""),
    )
    .map(({ id }) => `${zone}/${id}`);
});

/** Every type of resource that the stacks declare. One that is missing here stops a recovery rather than risk a duplicate. */
export const finders: Readonly<Record<string, Finder>> = {
  "command:remote:Command": repeat("the same script applied twice changes nothing"),
  "pulumi:pulumi:StackReference": repeat("it is only read"),
  "random:index/randomPassword:RandomPassword": repeat("nothing outside the state keeps it"),
  "scaleway:domain/record:Record": record,
  "scaleway:domain/zone:Zone": find(async (inputs, api) => {
    const name = [inputs.subdomain, inputs.domain]
      .filter((part) => part !== undefined && part !== "")
      .join(".");
    const items = await api.list("/domain/v2beta1/dns-zones", "dns_zones", { domain: String(inputs.domain) });
    return items
      .filter((item) => [item.subdomain, item.domain].filter(Boolean).join(".") === name)
      .map(() => name);
  }),
  "scaleway:edgeservices/backendStage:BackendStage": stage("backend-stages", "stages", (item, inputs) => {
    return JSON.stringify(frontendsOf(item)) === JSON.stringify(wantedFrontends(inputs));
  }),
  "scaleway:edgeservices/cacheStage:CacheStage": stage("cache-stages", "stages", (item, inputs) =>
    sameStage(item, inputs, "backend", "waf", "route"),
  ),
  "scaleway:edgeservices/dnsStage:DnsStage": stage("dns-stages", "stages", (item, inputs) =>
    sameStage(item, inputs, "backend", "cache", "tls"),
  ),
  "scaleway:edgeservices/headStage:HeadStage": repeat("the head of a pipeline is set, not made"),
  "scaleway:edgeservices/pipeline:Pipeline": find(async (inputs, api) => {
    const items = await api.list("/edge-services/v1beta1/pipelines", "pipelines", {
      name: String(inputs.name),
    });
    return items
      .filter((item) => item.name === inputs.name && sameProject(item, inputs, api))
      .map(({ id }) => String(id));
  }),
  "scaleway:edgeservices/plan:Plan": repeat("a plan is chosen, not made"),
  "scaleway:edgeservices/tlsStage:TlsStage": stage("tls-stages", "stages", (item, inputs) =>
    sameStage(item, inputs, "backend", "cache", "waf", "route"),
  ),
  "scaleway:edgeservices/wafStage:WafStage": stage("waf-stages", "stages", (item, inputs) =>
    sameStage(item, inputs, "backend"),
  ),
  "scaleway:elasticmetal/server:Server": named(
    (zone) => `/baremetal/v1/zones/${zone}/servers`,
    "servers",
    "zone",
  ),
  "scaleway:iam/application:Application": global("applications", "applications", ofOrganization("name")),
  "scaleway:iam/policy:Policy": global("policies", "policies", ofOrganization("policy_name")),
  "scaleway:iam/sshKey:SshKey": global("ssh-keys", "ssh_keys", ({ name }) => ({ name: String(name) })),
  "scaleway:instance/ip:Ip": tagged((zone) => `/instance/v1/zones/${zone}/ips`, "ips"),
  "scaleway:instance/privateNic:PrivateNic": privateNic,
  "scaleway:instance/securityGroup:SecurityGroup": named(
    (zone) => `/instance/v1/zones/${zone}/security_groups`,
    "security_groups",
    "zone",
  ),
  "scaleway:instance/securityGroupRules:SecurityGroupRules": repeat("rules are set as a whole"),
  "scaleway:instance/server:Server": instance,
  "scaleway:ipam/ip:Ip": reservedAddress,
  "scaleway:loadbalancers/backend:Backend": partOfLoadBalancer("backends"),
  "scaleway:loadbalancers/frontend:Frontend": partOfLoadBalancer("frontends"),
  "scaleway:loadbalancers/ip:Ip": tagged((zone) => `/lb/v1/zones/${zone}/ips`, "ips"),
  "scaleway:loadbalancers/loadBalancer:LoadBalancer": named(
    (zone) => `/lb/v1/zones/${zone}/lbs`,
    "lbs",
    "zone",
  ),
  "scaleway:network/acl:Acl": repeat("a VPC's rules are set as a whole"),
  "scaleway:network/gatewayNetwork:GatewayNetwork": gatewayNetwork,
  "scaleway:network/privateNetwork:PrivateNetwork": named(
    (region) => `/vpc/v2/regions/${region}/private-networks`,
    "private_networks",
    "region",
  ),
  "scaleway:network/publicGateway:PublicGateway": named(
    (zone) => `/vpc-gw/v2/zones/${zone}/gateways`,
    "gateways",
    "zone",
  ),
  "scaleway:network/publicGatewayIp:PublicGatewayIp": tagged((zone) => `/vpc-gw/v2/zones/${zone}/ips`, "ips"),
  "scaleway:network/vpc:Vpc": named((region) => `/vpc/v2/regions/${region}/vpcs`, "vpcs", "region"),
  "scaleway:secrets/secret:Secret": named(
    (region) => `/secret-manager/v1beta1/regions/${region}/secrets`,
    "secrets",
    "region",
  ),
};
