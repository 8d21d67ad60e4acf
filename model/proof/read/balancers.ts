/** Load balancers: frontends lead to the servers of backends, with the load balancer's own address. */
import type { Filter, Node, Translation } from "../network.ts";
import type { Attachment, Attachments } from "./attachments.ts";
import { addressesBehind, product } from "./products.ts";
import { originOf, type Reading } from "./reading.ts";
import { factOf, fieldsOf, knownText, listOf, type Properties, type Resource } from "./resource.ts";
import { standInAddress } from "./stand-ins.ts";

export function readLoadBalancers(reading: Reading, attachments: Attachments): Node[] {
  return reading.of("loadBalancer").map((resource) => {
    const key = reading.keyOf(resource);
    const legs = legsOf(reading, attachments, resource, key);
    const publicAddresses = publicAddressesOf(reading, resource);
    const places = [
      ...(publicAddresses.length === 0 ? [] : ["internet"]),
      ...legs.map(({ network }) => network),
    ];
    return product(reading, resource, "load-balancer", {
      attachments: legs,
      publicAddresses,
      translations: frontendsOf(reading, resource, key).flatMap((frontend) =>
        translationsOf(reading, frontend, places, key),
      ),
    });
  });
}

/** Legs are a list of the load balancer's, or resources of their own. */
function legsOf(reading: Reading, attachments: Attachments, resource: Resource, key: string): Attachment[] {
  const list = listOf(resource, "privateNetworks");
  if (list.kind === "unknown" || list.kind === "secret")
    reading.note(resource, "inputs.privateNetworks", list.kind, key);
  const inline = (list.kind === "known" ? list.value : [])
    .map(fieldsOf)
    .flatMap((entry) =>
      attachments.ofProduct(
        resource,
        "privateNetworks",
        entry.privateNetworkId,
        entry.ipamIds ?? undefined,
        key,
      ),
    );
  const apart = reading
    .of("loadBalancerLeg")
    .filter((leg) => reading.refer(leg, "lbId", leg.inputs.lbId, "loadBalancer", key) === resource)
    .flatMap((leg) =>
      attachments.ofProduct(leg, "privateNetworkId", leg.inputs.privateNetworkId, leg.inputs.ipamIpIds, key),
    );
  const taken = new Set(inline.map(({ network }) => network));
  return [...inline, ...apart.filter(({ network }) => !taken.has(network))];
}

/**
 * Its booked addresses, or the one that Scaleway gives it. `assignFlexibleIp: false` never reaches the API (provider 2.80.0), so only an answer
 * without any address is believed to be none.
 */
function publicAddressesOf(reading: Reading, resource: Resource): string[] {
  const booked = [
    ...addressesBehind(reading, resource, "ipIds", "loadBalancerIp"),
    ...addressesBehind(reading, resource, "ipId", "loadBalancerIp"),
  ];
  if (booked.length > 0) return booked;
  const { ipAddress } = resource.outputs;
  if (ipAddress === "") return [];
  return [knownText(ipAddress) ?? standInAddress("bareMetal", resource)];
}

function frontendsOf(reading: Reading, balancer: Resource, key: string): Resource[] {
  return reading
    .of("frontend")
    .filter((each) => reading.refer(each, "lbId", each.inputs.lbId, "loadBalancer", key) === balancer);
}

function translationsOf(
  reading: Reading,
  frontend: Resource,
  places: readonly string[],
  key: string,
): Translation[] {
  const port = Number(frontend.inputs.inboundPort ?? frontend.outputs.inboundPort);
  if (!Number.isInteger(port)) {
    reading.note(frontend, "inputs.inboundPort", factOf(frontend.inputs.inboundPort).kind, key);
    return [];
  }
  const allowed = filterOf(reading, frontend, key);
  return backendsOf(reading, frontend, key).flatMap((backend) => {
    const targets = targetsOf(reading, backend, key);
    return places.map(
      (from): Translation => ({
        origin: originOf(frontend),
        kind: "balance",
        protocol: "tcp",
        listen: { from, ports: [port, port] },
        targets,
        ...(allowed === undefined ? {} : { allowed }),
      }),
    );
  });
}

/** The frontend's own backend, and those that its routes by name or path lead to. */
function backendsOf(reading: Reading, frontend: Resource, key: string): Resource[] {
  const routed = reading
    .of("frontendRoute")
    .filter(
      (route) => reading.refer(route, "frontendId", route.inputs.frontendId, "frontend", key) === frontend,
    );
  return [frontend, ...routed].flatMap(
    (owner) => reading.refer(owner, "backendId", owner.inputs.backendId, "backend", key) ?? [],
  );
}

function targetsOf(reading: Reading, backend: Resource, key: string): Translation["targets"] {
  const port = Number(backend.inputs.forwardPort ?? backend.outputs.forwardPort);
  const servers = reading.known(listOf(backend, "serverIps"), backend, "inputs.serverIps", key) ?? [];
  if (!Number.isInteger(port))
    reading.note(backend, "inputs.forwardPort", factOf(backend.inputs.forwardPort).kind, key);
  return servers.flatMap((server) => {
    const address = knownText(server);
    if (address !== undefined) return [{ address, ports: [port, port] as const }];
    reading.note(backend, "inputs.serverIps", factOf(server).kind, key);
    return [];
  });
}

/**
 * A frontend's ACLs on source addresses, first match; what matches none is accepted. One that asks for more than the address is taken
 * for what opens the most: an allowance as if it asked for the address alone, a refusal as if it were not there.
 */
function filterOf(reading: Reading, frontend: Resource, key: string): Filter | undefined {
  const inline = listOf(frontend, "acls");
  if (inline.kind === "unknown" || inline.kind === "secret")
    reading.note(frontend, "inputs.acls", inline.kind, key);
  const apart = reading
    .of("frontendAcl")
    .filter((acl) => reading.refer(acl, "frontendId", acl.inputs.frontendId, "frontend", key) === frontend)
    .sort((one, other) => Number(one.inputs.index) - Number(other.inputs.index))
    .map(({ inputs }) => inputs);
  const entries = [...(inline.kind === "known" ? inline.value.map(fieldsOf) : []), ...apart];
  if (entries.length === 0) return undefined;
  return {
    defaultPolicy: "accept",
    rules: entries.flatMap((entry) => aclRules(reading, frontend, entry, key)),
  };
}

function aclRules(reading: Reading, frontend: Resource, acl: Properties, key: string): Filter["rules"] {
  const action = knownText(fieldsOf(acl.action).type);
  const match = fieldsOf(acl.match);
  const list = Array.isArray(match.ipSubnets) ? (match.ipSubnets as readonly unknown[]) : [];
  const subnets = list.flatMap((each) => knownText(each) ?? []);
  const narrower = match.httpFilter !== undefined && knownText(match.httpFilter) !== "acl_http_filter_none";
  if (
    match.invert === true ||
    match.ipsEdgeServices === true ||
    (action !== "allow" && action !== "deny") ||
    subnets.length < list.length
  ) {
    reading.note(frontend, "acls", "an ACL that is not understood", key);
    return [];
  }
  if (action === "deny" && narrower) return [];
  const remotes = subnets.length === 0 ? ["0.0.0.0/0", "::/0"] : subnets;
  return remotes.map((remote) => ({
    action: action === "deny" ? "drop" : "accept",
    protocol: "any",
    remote: remote.includes("/") ? remote : `${remote}/${remote.includes(":") ? 128 : 32}`,
    ports: [0, 65535],
  }));
}
