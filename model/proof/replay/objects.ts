/**
 * Scaleway's objects as the calls left them. Each call that makes or changes one answers with the whole of it, so that the last answer is
 * the object; the few that answer otherwise (lists of rules, attachments) are read one by one. Field names are those of Scaleway's API.
 */
import type { CallEntry, Properties } from "./entries.ts";
import { isProperties, listOf, propertiesOf, textOf } from "./entries.ts";

export type ObjectKind =
  | "vpc"
  | "privateNetwork"
  | "route"
  | "connector"
  | "booking"
  | "bareMetal"
  | "instance"
  | "nic"
  | "instanceIp"
  | "securityGroup"
  | "flexibleIp"
  | "loadBalancer"
  | "loadBalancerIp"
  | "backend"
  | "frontend"
  | "frontendAcl"
  | "frontendRoute"
  | "gateway"
  | "gatewayIp"
  | "gatewayNetwork"
  | "portForward"
  | "ingressRule"
  | "cache"
  | "database";

export interface Collection {
  readonly kind: ObjectKind;
  /** `*` for a zone or region, and for the id of what holds it. Items are one step below. */
  readonly path: string;
  /** Property of an answer that holds the object. */
  readonly within?: string;
  /** How all of them are listed: the answer's property. Without it they are read elsewhere. */
  readonly list?: string;
  /** The kind whose ids stand in the path. */
  readonly of?: ObjectKind;
  /** Property of each item listed that holds the object. */
  readonly listWithin?: string;
}

/** Where Scaleway keeps what has a part in a packet's way; what holds others stands before them. */
export const collections: readonly Collection[] = [
  { kind: "vpc", path: "/vpc/v2/regions/*/vpcs", list: "vpcs" },
  { kind: "privateNetwork", path: "/vpc/v2/regions/*/private-networks", list: "private_networks" },
  { kind: "route", path: "/vpc/v2/regions/*/routes" },
  {
    kind: "route",
    path: "/vpc/v2/regions/*/routes-with-nexthop",
    list: "routes",
    listWithin: "route",
  },
  { kind: "ingressRule", path: "/vpc/v2/regions/*/ingress-rules", list: "rules" },
  { kind: "connector", path: "/vpc/v2/regions/*/vpc-connectors", list: "vpc_connectors" },
  { kind: "booking", path: "/ipam/v1/regions/*/ips", list: "ips" },
  { kind: "bareMetal", path: "/baremetal/v1/zones/*/servers", list: "servers" },
  { kind: "instance", path: "/instance/v1/zones/*/servers", within: "server", list: "servers" },
  {
    kind: "nic",
    path: "/instance/v1/zones/*/servers/*/private_nics",
    within: "private_nic",
    list: "private_nics",
    of: "instance",
  },
  { kind: "instanceIp", path: "/instance/v1/zones/*/ips", within: "ip", list: "ips" },
  {
    kind: "securityGroup",
    path: "/instance/v1/zones/*/security_groups",
    within: "security_group",
    list: "security_groups",
  },
  { kind: "flexibleIp", path: "/flexible-ip/v1alpha1/zones/*/fips", list: "flexible_ips" },
  { kind: "loadBalancer", path: "/lb/v1/zones/*/lbs", list: "lbs" },
  { kind: "loadBalancerIp", path: "/lb/v1/zones/*/ips", list: "ips" },
  { kind: "backend", path: "/lb/v1/zones/*/lbs/*/backends", list: "backends", of: "loadBalancer" },
  { kind: "backend", path: "/lb/v1/zones/*/backends" },
  { kind: "frontend", path: "/lb/v1/zones/*/lbs/*/frontends", list: "frontends", of: "loadBalancer" },
  { kind: "frontend", path: "/lb/v1/zones/*/frontends" },
  { kind: "frontendAcl", path: "/lb/v1/zones/*/frontends/*/acls", list: "acls", of: "frontend" },
  { kind: "frontendAcl", path: "/lb/v1/zones/*/acls" },
  { kind: "frontendRoute", path: "/lb/v1/zones/*/routes", list: "routes" },
  { kind: "gateway", path: "/vpc-gw/v2/zones/*/gateways", list: "gateways" },
  { kind: "gatewayIp", path: "/vpc-gw/v2/zones/*/ips", list: "ips" },
  { kind: "gatewayNetwork", path: "/vpc-gw/v2/zones/*/gateway-networks", list: "gateway_networks" },
  { kind: "portForward", path: "/vpc-gw/v2/zones/*/pat-rules", list: "pat_rules" },
  { kind: "cache", path: "/redis/v1/zones/*/clusters", list: "clusters" },
  { kind: "database", path: "/rdb/v1/regions/*/instances", list: "instances" },
];

const patterns = collections.map(({ kind, path, within }) => ({
  kind,
  within,
  pattern: new RegExp(`^${path.replaceAll("*", "[^/]+")}(?:/([^/]+))?$`),
}));

/** Services without a part in any packet's way, and calls whose effect the hosts' own changes tell. */
const harmless = [
  /^\/(account|block|domain|edge-services|iam|marketplace|secret-manager)\//,
  /^\/instance\/v[^/]+\/zones\/[^/]+\/(volumes|snapshots|placement[_-]groups|images)(\/|$)/,
  /^\/instance\/v1\/zones\/[^/]+\/servers\/[^/]+\/(user_data|attach-volume|detach-volume)(\/|$)/,
  /^\/baremetal\/v1\/zones\/[^/]+\/servers\/[^/]+\/(options|install|start|stop|reboot)(\/|$)/,
  /^\/lb\/v1\/zones\/[^/]+\/(lbs\/[^/]+\/certificates|certificates|backends\/[^/]+\/healthcheck|lbs\/[^/]+\/migrate)(\/|$)/,
  /^\/vpc\/v2\/regions\/[^/]+\/(vpcs|private-networks)\/[^/]+\/enable-/,
  /^\/redis\/v1\/zones\/[^/]+\/clusters\/[^/]+\/(acls|settings)$/,
  /^\/ipam\/v1\/regions\/[^/]+\/ips\/[^/]+\/(attach|detach|move)$/,
];

/** What a call did: nothing that packets could notice, something, or something that is not understood. */
export type Effect = "none" | "changed" | { readonly unread: string };

export class Objects {
  readonly #byKind = new Map<ObjectKind, Map<string, Properties>>();
  /** Access control lists by `<vpc> <family>`. */
  readonly acls = new Map<string, Properties>();
  /** Rules by security group. */
  readonly rules = new Map<string, readonly Properties[]>();
  /** Attachments of bare metal by server, of load balancers by load balancer; each has its `private_network_id`. */
  readonly attachments = new Map<string, readonly Properties[]>();

  of(kind: ObjectKind): ReadonlyMap<string, Properties> {
    return this.#byKind.get(kind) ?? new Map();
  }

  /** How many there are of all kinds. */
  get size(): number {
    return [...this.#byKind.values()].reduce((sum, all) => sum + all.size, 0);
  }

  apply(entry: CallEntry): Effect {
    const { method, path, status } = entry;
    if (method === "GET" || status < 200 || status > 299 || harmless.some((each) => each.test(path)))
      return "none";
    if (method !== "DELETE" && status !== 204 && !isProperties(entry.answer))
      return { unread: `the answer of ${method} ${path} is not in the log` };
    return this.#special(entry) ?? this.#item(entry) ?? { unread: `the call ${method} ${path}` };
  }

  #item({ method, path, answer }: CallEntry): Effect | undefined {
    for (const { kind, within, pattern } of patterns) {
      const match = pattern.exec(path);
      if (match === null) continue;
      const [, id] = match;
      if (method === "DELETE") {
        if (id === undefined) return undefined;
        this.#byKind.get(kind)?.delete(id);
        return "changed";
      }
      const object = within === undefined ? answer : propertiesOf(answer)[within];
      return this.keep(kind, object) ? "changed" : { unread: `the answer of ${method} ${path}` };
    }
    return undefined;
  }

  /** Whether it is an object at all. */
  keep(kind: ObjectKind, object: unknown): boolean {
    const id = textOf(propertiesOf(object).id);
    if (id === undefined) return false;
    const all = this.#byKind.get(kind) ?? new Map<string, Properties>();
    this.#byKind.set(kind, all.set(id, propertiesOf(object)));
    return true;
  }

  #special(entry: CallEntry): Effect | undefined {
    const { method, path, body } = entry;
    const answer = propertiesOf(entry.answer);
    const asked = propertiesOf(body);
    const is = (pattern: RegExp): string | undefined => pattern.exec(path)?.[1];
    const vpc = is(/^\/vpc\/v2\/regions\/[^/]+\/vpcs\/([^/]+)\/acl-rules$/);
    if (vpc !== undefined) {
      this.acls.set(`${vpc} ${asked.is_ipv6 === true ? 6 : 4}`, answer);
      return "changed";
    }
    const group = is(/^\/instance\/v1\/zones\/[^/]+\/security_groups\/([^/]+)\/rules(?:\/[^/]+)?$/);
    if (group !== undefined) {
      if (method !== "PUT") return { unread: `the call ${method} ${path}` };
      this.rules.set(group, listOf(answer.rules));
      return "changed";
    }
    const powered = is(/^\/instance\/v1\/zones\/[^/]+\/servers\/([^/]+)\/action$/);
    if (powered !== undefined) {
      // Power itself is told by the machine's own changes.
      if (asked.action === "terminate") this.#byKind.get("instance")?.delete(powered);
      return "changed";
    }
    return this.#attachment(entry, answer, asked) ?? this.#inside(entry, answer);
  }

  #attachment({ method, path }: CallEntry, answer: Properties, asked: Properties): Effect | undefined {
    const metal = /^\/baremetal\/v3\/zones\/[^/]+\/servers\/([^/]+)\/private-networks(?:\/([^/]+))?$/.exec(
      path,
    );
    if (metal !== null) {
      const [, server = "", network] = metal;
      if (method === "PUT") this.attachments.set(server, listOf(answer.server_private_networks));
      else if (method === "POST") this.#attach(server, answer);
      else this.#detach(server, network);
      return "changed";
    }
    const balancer = /^\/lb\/v1\/zones\/[^/]+\/lbs\/([^/]+)\/(attach|detach)-private-network$/.exec(path);
    if (balancer !== null) {
      const [, id = "", verb] = balancer;
      if (verb === "detach") this.#detach(id, textOf(asked.private_network_id));
      else this.#attach(id, { ...asked, ...answer });
      return "changed";
    }
    return undefined;
  }

  #attach(holder: string, attachment: Properties): void {
    this.#detach(holder, textOf(attachment.private_network_id));
    this.attachments.set(holder, [...(this.attachments.get(holder) ?? []), attachment]);
  }

  #detach(holder: string, network: string | undefined): void {
    const left = this.attachments.get(holder) ?? [];
    this.attachments.set(
      holder,
      left.filter((each) => each.private_network_id !== network),
    );
  }

  /** Calls below an object, or on several, that answer with the objects. */
  #inside({ method, path }: CallEntry, answer: Properties): Effect | undefined {
    if (/\/backends\/[^/]+\/servers$/.test(path)) return this.keep("backend", answer) ? "changed" : undefined;
    if (/\/fips\/(attach|detach)$/.test(path)) {
      for (const each of listOf(answer.flexible_ips)) this.keep("flexibleIp", each);
      return "changed";
    }
    const cache = /^\/redis\/v1\/zones\/[^/]+\/clusters\/([^/]+)\/(?:endpoints|migrate)$/.exec(path)?.[1];
    if (cache !== undefined) {
      const { endpoints } = answer;
      return this.keep("cache", { ...this.of("cache").get(cache), id: cache, endpoints })
        ? "changed"
        : undefined;
    }
    const frontend = /\/frontends\/([^/]+)\/acls$/.exec(path)?.[1];
    if (frontend !== undefined && method === "PUT") {
      const all = this.#byKind.get("frontendAcl");
      for (const [id, each] of all ?? []) if (propertiesOf(each.frontend).id === frontend) all?.delete(id);
      for (const each of listOf(answer.acls)) this.keep("frontendAcl", each);
      return "changed";
    }
    return undefined;
  }
}
