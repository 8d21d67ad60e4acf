import { randomUUID } from "node:crypto";
import { invalidArgument, notFound } from "../core/errors.ts";
import { isBody } from "../core/fields.ts";
import type { Answer, Demand } from "../core/kind.ts";
import { zonesByRegion } from "../core/places.ts";
import type { World } from "../core/world.ts";
import type { Body, Resource } from "../store/store.ts";
import { attachAddresses, detachAddresses, networkFor } from "./ipam-booking.ts";
import { takePublicIpv4 } from "./public-addresses.ts";

/** Whatever answers on endpoints: an instance or a read replica. */
export type Answering = Resource<{ endpoints: Body[] }, object>;

/** The role of the link to the private networks that it answers on. */
const networkRole = "private_network_id";

const privatePort = 5432;

function firstZone(region: string): string {
  return zonesByRegion[region]?.[0] as string;
}

/** Public ports are not those of the engine: they are drawn from a wide range. */
function publicEndpoint(world: World, held: Answering, kind: "load_balancer" | "direct_access"): Body {
  const port =
    kind === "direct_access" ? privatePort : 1024 + ((world.store.next("rdb port") * 7919) % 30_000);
  const ip = takePublicIpv4(world, firstZone(held.locality), held.id);
  return { id: randomUUID(), ip, name: null, port, [kind]: {} };
}

function privateEndpoint(world: World, held: Answering, asked: Body): Body {
  const network = networkFor(world, String(asked.private_network_id), held.locality);
  const given = typeof asked.service_ip === "string" ? asked.service_ip.replace(/\/.*/, "") : undefined;
  const number = world.store.next("rdb mac").toString(16).padStart(4, "0");
  const holder = {
    type: "rdb_instance",
    id: held.id,
    mac_address: `02:00:00:FC:${number.replace(/(..)(..)/, "$1:$2")}`.toUpperCase(),
    name: held.name,
  };
  const [booked] = attachAddresses(world, network, [], holder, ["ipv4"], given);
  world.store.link(held.id, networkRole, network.id);
  const cidr = booked?.body.address ?? "";
  return {
    id: randomUUID(),
    ip: cidr.replace(/\/.*/, ""),
    name: null,
    port: privatePort,
    private_network: {
      private_network_id: network.id,
      provisioning_mode: given === undefined ? "ipam" : "static",
      service_ip: cidr,
      zone: firstZone(held.locality),
    },
  };
}

/** Makes the endpoints that are asked for, besides those there. @throws 400 for one of no known kind */
export function addEndpoints(world: World, held: Answering, specs: readonly unknown[]): Body[] {
  const made = specs.filter(isBody).map((spec) => {
    if (isBody(spec.private_network)) return privateEndpoint(world, held, spec.private_network);
    if (isBody(spec.direct_access)) return publicEndpoint(world, held, "direct_access");
    if (isBody(spec.load_balancer)) return publicEndpoint(world, held, "load_balancer");
    throw invalidArgument("endpoint_spec", "load_balancer, private_network or direct_access", "required");
  });
  held.body.endpoints.push(...made);
  return made;
}

export function isPrivate(endpoint: Body): boolean {
  return isBody(endpoint.private_network);
}

/** Releases all addresses of something that goes. */
export function dropEndpoints(world: World, held: Answering): void {
  detachAddresses(world, held.id);
  world.bookings.release(held.id);
}

/** `DELETE …/endpoints/ID`: of whatever has it. */
export function removeEndpoint(world: World, { params, locality }: Demand): Answer {
  const id = params.endpoint ?? "";
  const held = ["rdb.instance", "rdb.read_replica"]
    .flatMap((kind) => world.store.list<{ endpoints: Body[] }>({ kind, locality }))
    .find(({ body }) => body.endpoints.some((endpoint) => endpoint.id === id));
  if (!held) throw notFound("endpoint", id);
  const gone = held.body.endpoints.find((endpoint) => endpoint.id === id) as Body;
  held.body.endpoints = held.body.endpoints.filter((endpoint) => endpoint !== gone);
  if (isBody(gone.private_network)) {
    detachAddresses(world, held.id, String(gone.private_network.private_network_id));
    world.store.unlink(held.id, networkRole);
    for (const left of held.body.endpoints) {
      if (isBody(left.private_network))
        world.store.link(held.id, networkRole, String(left.private_network.private_network_id));
    }
  } else world.bookings.release(held.id);
  world.keep(held);
  return { status: 204 };
}
