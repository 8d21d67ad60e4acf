/** Load balancers, gateways and managed services as the calls left them. */
import type { Filter, Leg, Node, Translation, Undetermined } from "../network.ts";
import { plainAddress } from "../read/addresses.ts";
import { type ProductParts, productLeg, productNode } from "../read/product-node.ts";
import type { Properties } from "./entries.ts";
import { listOf, propertiesOf, textOf, textsOf } from "./entries.ts";
import type { Surroundings } from "./machines.ts";
import type { Objects } from "./objects.ts";

export interface Products {
  readonly nodes: readonly Node[];
  readonly undetermined: readonly Undetermined[];
}

const everyPort: readonly [number, number] = [0, 65535];

/** Those of zones that are not lost. */
export function productsOf(around: Surroundings, lost: ReadonlySet<string>): Products {
  const undetermined: Undetermined[] = [];
  const note = (node: Node, why: string): void => {
    undetermined.push({ origin: node.origin, property: "log", why, scope: node.key });
  };
  const there = ([, { zone }]: readonly [string, Properties]): boolean => !lost.has(textOf(zone) ?? "");
  const { objects } = around;
  const balancers = [...objects.of("loadBalancer")].filter(there).map(([id, object]) => {
    const legs = (objects.attachments.get(id) ?? []).flatMap((each) =>
      bookedLeg(around, each.private_network_id, textsOf(each.ipam_ids)),
    );
    const addresses = listOf(object.ip).flatMap(({ ip_address: address }) => textOf(address) ?? []);
    const places = [
      ...(addresses.length === 0 ? [] : ["internet"]),
      ...legs.flatMap((leg) => leg.privateNetwork ?? []),
    ];
    const node = product(around, object, "load-balancer", { legs, addresses, translations: [] });
    const translations = frontendsOf(objects, id).flatMap(([frontend, each]) =>
      translationsOf(objects, frontend, each, places, (why) => note(node, why)),
    );
    if (legs.some(({ addresses: held }) => held.length === 0)) note(node, "its address on a private network");
    return { ...node, translations };
  });
  const gateways = [...objects.of("gateway")].filter(there).map(([id, object]) => {
    const networks = [...objects.of("gatewayNetwork").values()].filter((each) => each.gateway_id === id);
    const legs = networks.flatMap((each) =>
      bookedLeg(around, each.private_network_id, [String(each.ipam_ip_id)]),
    );
    const ip = propertiesOf(object.ipv4);
    const address = textOf(ip.address);
    const node = product(around, object, "gateway", {
      legs,
      addresses: address === undefined ? [] : [plainAddress(address)],
      translations: [...networks.flatMap((each) => masquerade(around, each)), ...forwardsOf(objects, id)],
    });
    if (object.bastion_enabled === true)
      note(node, "its own bastion opens tcp/22 of every host of its networks to every key of the project");
    return node;
  });
  const managed = [...objects.of("cache"), ...objects.of("database")]
    .filter(there)
    .map(([, object]) => managedOf(around, object));
  return { nodes: [...balancers, ...gateways, ...managed], undetermined };
}

function product(
  around: Surroundings,
  object: Properties,
  kind: ProductParts["kind"],
  parts: {
    readonly legs: readonly Leg[];
    readonly addresses: readonly string[];
    readonly translations: readonly Translation[];
  },
): Node {
  const key = around.keyOf(object);
  return productNode({
    key,
    name: key,
    kind,
    origin: { resource: `${kind}::${textOf(object.name) ?? key}`, stack: "" },
    zone: textOf(object.zone) ?? "",
    tags: around.tagsOf(object),
    legs: parts.legs,
    publicAddresses: parts.addresses,
    translations: parts.translations,
  });
}

function bookedLeg(around: Surroundings, id: unknown, bookings: readonly string[]): readonly Leg[] {
  const network = around.networkKey(String(id));
  if (network === undefined) return [];
  const { objects } = around;
  const addresses = bookings.flatMap((each) => textOf(objects.of("booking").get(each)?.address) ?? []);
  return [productLeg({ network, addresses })];
}

/** A database's or cache's endpoints: on private networks, and on the internet. Its own access rules are not counted on. */
function managedOf(around: Surroundings, object: Properties): Node {
  const endpoints = listOf(object.endpoints);
  const legs = endpoints.flatMap((endpoint) => {
    const own = propertiesOf(endpoint.private_network);
    const network = around.networkKey(String(own.private_network_id ?? own.id));
    const addresses = [
      ...textsOf(own.service_ips),
      ...(textOf(own.service_ip) === undefined ? [] : [own.service_ip]),
    ];
    return network === undefined ? [] : [productLeg({ network, addresses: textsOf(addresses) })];
  });
  const addresses = endpoints
    .filter((endpoint) => endpoint.private_network === undefined || endpoint.private_network === null)
    .flatMap(({ ip, ips }) => [...textsOf(ips), ...textsOf([ip])]);
  return product(around, object, "managed", { legs, addresses, translations: [] });
}

function frontendsOf(objects: Objects, balancer: string): readonly (readonly [string, Properties])[] {
  return [...objects.of("frontend")].filter(([, { lb }]) => propertiesOf(lb).id === balancer);
}

function translationsOf(
  objects: Objects,
  id: string,
  frontend: Properties,
  places: readonly string[],
  note: (why: string) => void,
): readonly Translation[] {
  const port = Number(frontend.inbound_port);
  const routed = [...objects.of("frontendRoute").values()].filter((each) => each.frontend_id === id);
  const backends = [
    textOf(propertiesOf(frontend.backend).id),
    ...routed.map((each) => textOf(each.backend_id)),
  ].map((each) => objects.of("backend").get(each ?? ""));
  const allowed = filterOf(objects, id, note);
  return backends.flatMap((backend) => {
    if (backend === undefined) {
      note("a frontend whose backend the log does not tell");
      return [];
    }
    const to = Number(backend.forward_port);
    return places.map(
      (from): Translation => ({
        origin: { resource: `frontend::${textOf(frontend.name) ?? id}`, stack: "" },
        kind: "balance",
        protocol: "tcp",
        listen: { from, ports: [port, port] },
        targets: textsOf(backend.pool).map((address) => ({ address, ports: [to, to] as const })),
        ...(allowed === undefined ? {} : { allowed }),
      }),
    );
  });
}

/** As a frontend's ACLs are read from resources: what asks for more than an address is taken for what opens the most. */
function filterOf(objects: Objects, frontend: string, note: (why: string) => void): Filter | undefined {
  const acls = [...objects.of("frontendAcl").values()]
    .filter((acl) => propertiesOf(acl.frontend).id === frontend)
    .sort((one, other) => Number(one.index) - Number(other.index));
  if (acls.length === 0) return undefined;
  const rules = acls.flatMap((acl): Filter["rules"] => {
    const match = propertiesOf(acl.match);
    const action = propertiesOf(acl.action).type;
    const http = textOf(match.http_filter) ?? "acl_http_filter_none";
    if (
      match.invert === true ||
      match.ips_edge_services === true ||
      (action !== "allow" && action !== "deny")
    ) {
      note("an access rule of a frontend that is not understood");
      return [];
    }
    if (action === "deny" && http !== "acl_http_filter_none") return [];
    const subnets = textsOf(match.ip_subnet);
    return (subnets.length === 0 ? ["0.0.0.0/0", "::/0"] : subnets).map((remote) => ({
      action: action === "deny" ? "drop" : "accept",
      protocol: "any",
      remote: remote.includes("/") ? remote : `${remote}/${remote.includes(":") ? 128 : 32}`,
      ports: everyPort,
    }));
  });
  return { defaultPolicy: "accept", rules };
}

function masquerade(around: Surroundings, network: Properties): readonly Translation[] {
  const from = around.networkKey(String(network.private_network_id));
  if (from === undefined || network.masquerade_enabled === false) return [];
  return [
    {
      origin: { resource: `gateway-network::${String(network.id)}`, stack: "" },
      kind: "masquerade",
      protocol: "any",
      listen: { from, ports: everyPort },
      targets: [],
    },
  ];
}

function forwardsOf(objects: Objects, gateway: string): readonly Translation[] {
  return [...objects.of("portForward")].flatMap(([id, rule]): Translation[] => {
    const address = textOf(rule.private_ip);
    if (rule.gateway_id !== gateway || address === undefined) return [];
    const [from, to] = [Number(rule.public_port), Number(rule.private_port)];
    return (["tcp", "udp"] as const)
      .filter((each) => rule.protocol === each || (rule.protocol !== "tcp" && rule.protocol !== "udp"))
      .map((protocol) => ({
        origin: { resource: `port-forward::${id}`, stack: "" },
        kind: "port-forward",
        protocol,
        listen: { from: "internet", ports: [from, from] },
        targets: [{ address, ports: [to, to] }],
      }));
  });
}
