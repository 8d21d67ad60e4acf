import { randomUUID } from "node:crypto";
import { loadBalancerParts, loadBalancers } from "../core/dialects.ts";
import { invalidArgument, plainNotFound, preconditionFailed } from "../core/errors.ts";
import { type Answer, type Demand, defineKind, type Service } from "../core/kind.ts";
import { regionOf } from "../core/places.ts";
import { demand, type World } from "../core/world.ts";
import type { Body, Resource } from "../store/store.ts";
import { addressesOf, attachAddresses, detachAddresses, networkFor } from "./ipam-booking.ts";
import { backend, frontend } from "./lb-ends.ts";
import { acl, certificate, route } from "./lb-rules.ts";
import { firstIpv6, reverseName, takePublicIpv4, takePublicIpv6 } from "./public-addresses.ts";

interface BalancerBody {
  id: string;
  name: string;
  type: string;
  created_at: string;
  updated_at: string;
}

interface BalancerHidden {
  /** The machine that serves it, as answered. */
  instance?: string;
  mac?: string;
}

type Balancer = Resource<BalancerBody, BalancerHidden>;

interface AddressBody {
  id: string;
  ip_address: string;
  lb_id: string | null;
  reverse: string;
}

const types = ["lb-s", "lb-m", "lb-l", "lb-xl", "lb-gp-s", "lb-gp-m", "lb-gp-l", "lb-gp-xl"];

const address = defineKind<AddressBody>({
  name: "lb.ip",
  dialect: { ...loadBalancers, created: undefined, updated: undefined },
  collection: "/lb/v1/zones/:zone/ips",
  calls: ["create", "list", "get", "patch", "delete"],
  listKey: "ips",
  localityFields: ["region", "zone"],
  fields: {
    tags: { type: "strings" },
    reverse: { type: "string" },
    lb_id: { type: "uuid", refersTo: { kind: "lb.lb", onDeletion: "clear" } },
    is_ipv6: { type: "boolean", argument: true },
  },
  filters: {
    ip_address: "ip_address",
    ip_type: ({ body }, value) => value === "all" || body.ip_address.includes(":") === (value === "ipv6"),
  },
  missing: () => plainNotFound("ips not Found"),
  prepare: (world, { id, body, locality }, { input }) => {
    body.ip_address = input.is_ipv6
      ? firstIpv6(takePublicIpv6(world, locality))
      : takePublicIpv4(world, locality, id);
    if (body.reverse === "") {
      body.reverse = input.is_ipv6 ? "" : reverseName(body.ip_address, `lb.${regionOf(locality)}.scw.cloud`);
    }
  },
  removing: (_world, { body }, request) => {
    if (request && body.lb_id !== null)
      throw preconditionFailed("resource_still_in_use", "the IP is attached to a load balancer");
  },
});

function addressesOfBalancer(world: World, balancer: string): Resource<AddressBody>[] {
  return world.store
    .sources(balancer, "lb_id")
    .map((id) => world.store.get<AddressBody>(id, "lb.ip"))
    .filter((held) => held !== undefined)
    .sort(
      (a, b) =>
        Number(a.body.ip_address.includes(":")) - Number(b.body.ip_address.includes(":")) ||
        (a.id < b.id ? -1 : 1),
    );
}

function give(world: World, id: string, balancer: Balancer): void {
  const held = world.require<AddressBody>("lb.ip", id, balancer.locality);
  if (held.body.lb_id !== null && held.body.lb_id !== balancer.id) {
    throw invalidArgument("ip_ids", `IP ${id} is attached to another load balancer`);
  }
  held.body.lb_id = balancer.id;
  world.keep(held);
}

/** The public addresses asked for, or a new IPv4 one unless the request says none. */
function giveAddresses(world: World, balancer: Balancer, { input }: Demand): void {
  const ids = Array.isArray(input.ip_ids) ? input.ip_ids.map(String) : [];
  if (typeof input.ip_id === "string" && input.ip_id !== "") ids.push(input.ip_id);
  const make = (ipv6: boolean) => {
    const made = { is_ipv6: ipv6, project_id: balancer.project };
    ids.push(world.create("lb.ip", demand(balancer.locality, made)).id);
  };
  if (ids.length === 0 && input.assign_flexible_ip !== false) make(false);
  if (input.assign_flexible_ipv6 === true) make(true);
  for (const id of ids) give(world, id, balancer);
}

const balancer = defineKind<BalancerBody, BalancerHidden>({
  name: "lb.lb",
  dialect: loadBalancers,
  collection: "/lb/v1/zones/:zone/lbs",
  calls: ["create", "list", "get", "put", "delete"],
  listKey: "lbs",
  localityFields: ["region", "zone"],
  fields: {
    name: { type: "string", required: true },
    description: { type: "string" },
    tags: { type: "strings" },
    type: { type: "string", initial: "lb-s", fixed: true },
    ssl_compatibility_level: { type: "string", initial: "ssl_compatibility_level_intermediate" },
    ip_id: { type: "uuid", argument: true },
    ip_ids: { type: "strings", argument: true },
    assign_flexible_ip: { type: "boolean", argument: true },
    assign_flexible_ipv6: { type: "boolean", argument: true },
  },
  states: { field: "status", path: ["to_create", "creating", "ready"] },
  quotas: [{ quota: "loadBalancers", within: "organization" }],
  missing: () => plainNotFound("lbs not Found"),
  prepare: (world, draft) => {
    draft.body.type = draft.body.type.toLowerCase();
    if (!types.includes(draft.body.type)) throw invalidArgument("type", `one of: ${types.join(", ")}`);
    const number = world.store.next("lb mac").toString(16).padStart(4, "0");
    draft.hidden = {
      instance: randomUUID(),
      mac: `02:00:00:FB:${number.replace(/(..)(..)/, "$1:$2")}`.toUpperCase(),
    };
  },
  created: giveAddresses,
  removing: (world, held, request) => {
    const release = request?.query.get("release_ip") === "true";
    for (const one of addressesOfBalancer(world, held.id)) {
      if (release) world.remove(one);
      else {
        one.body.lb_id = null;
        world.keep(one);
      }
    }
  },
  view: (world, held) => {
    const count = (kind: string) => world.store.count({ kind, parent: held.id });
    return {
      backend_count: count("lb.backend"),
      frontend_count: count("lb.frontend"),
      private_network_count: count("lb.private_network"),
      route_count: count("lb.route"),
      subscriber: null,
      instances: [machine(held)],
      ip: addressesOfBalancer(world, held.id).map((one) => world.show(one)),
    };
  },
  actions: [
    {
      method: "POST",
      path: "/migrate",
      run: (world, { input }, held) => {
        const type = String(input.type).toLowerCase();
        if (!types.includes(type)) throw invalidArgument("type", `one of: ${types.join(", ")}`);
        held.body.type = type;
        world.keep(held);
        return { status: 200, body: world.show(held) };
      },
    },
    { method: "POST", path: "/attach-private-network", run: attach },
    { method: "POST", path: "/detach-private-network", run: detach },
  ],
});

function machine({ body, hidden, locality }: Balancer): Body {
  return {
    id: hidden.instance,
    status: "ready",
    ip_address: "",
    created_at: body.created_at,
    updated_at: body.updated_at,
    region: regionOf(locality),
    zone: locality,
  };
}

interface AttachmentBody {
  private_network_id: string;
}

const attachment = defineKind<AttachmentBody>({
  name: "lb.private_network",
  dialect: loadBalancerParts,
  collection: "/lb/v1/zones/:zone/lbs/:lb/private-networks",
  calls: ["list"],
  listKey: "private_network",
  localityFields: [],
  parent: { kind: "lb.lb", param: "lb", onDeletion: "delete" },
  project: "parent",
  fields: {
    private_network_id: {
      type: "uuid",
      required: true,
      refersTo: { kind: "vpc.private_network", onDeletion: "refuse" },
    },
    ipam_ids: { type: "strings", argument: true },
  },
  states: { field: "status", path: ["pending", "ready"] },
  quotas: [{ quota: "privateNetworksPerLoadBalancer", within: "parent" }],
  missing: () => plainNotFound("privateNetwork not Found"),
  created: (world, draft, { input }) => {
    const held = world.require<BalancerBody, BalancerHidden>("lb.lb", draft.parent, draft.locality);
    const asked = Array.isArray(input.ipam_ids) ? input.ipam_ids.map(String) : [];
    const network = networkFor(world, draft.body.private_network_id, draft.locality);
    const holder = { type: "lb_server", id: held.id, mac_address: held.hidden.mac ?? null, name: held.name };
    attachAddresses(world, network, asked, holder, ["ipv4"]);
  },
  removing: (world, draft) => detachAddresses(world, draft.parent, draft.body.private_network_id),
  view: (world, draft) => {
    const ids = addressesOf(world, draft.parent)
      .filter((held) => held.parent === draft.body.private_network_id)
      .map((held) => held.id);
    const held = world.store.get(draft.parent, "lb.lb");
    return {
      id: undefined,
      lb: held ? world.show(held) : null,
      ipam_ids: ids,
      dhcp_config: { ip_id: ids[0] ?? null },
    };
  },
});

function findAttachment(
  world: World,
  held: Balancer,
  network: unknown,
): Resource<AttachmentBody> | undefined {
  return world.store
    .list<AttachmentBody>({ kind: "lb.private_network", parent: held.id })
    .find((one) => one.body.private_network_id === network);
}

function attach(world: World, { input }: Demand, held: Balancer): Answer {
  if (findAttachment(world, held, input.private_network_id)) {
    throw invalidArgument("private_network_id", "already attached to this load balancer");
  }
  const made = world.create("lb.private_network", demand(held.locality, input, { lb: held.id }));
  return { status: 200, body: world.show(made) };
}

function detach(world: World, { input }: Demand, held: Balancer): Answer {
  const found = findAttachment(world, held, input.private_network_id);
  if (!found) throw plainNotFound("privateNetwork not Found");
  world.remove(found);
  return { status: 204 };
}

// In the order in which the parts of a load balancer go with it: what uses others first.
export const lb: Service = {
  kinds: [balancer, address, attachment, route, frontend, acl, certificate, backend],
};
