import { randomUUID } from "node:crypto";
import { standard } from "../core/dialects.ts";
import { invalidArgument, notFound, permissionsDenied, preconditionFailed } from "../core/errors.ts";
import { type Answer, type Demand, defineKind, type Service } from "../core/kind.ts";
import type { World } from "../core/world.ts";
import type { Resource } from "../store/store.ts";
import { firstIpv6, reverseName, takePublicIpv4, takePublicIpv6 } from "./public-addresses.ts";

interface MacAddress {
  id: string;
  mac_address: string;
  mac_type: string;
  status: "ready" | "used";
  created_at: string;
  updated_at: string;
  zone: string;
}

interface FlexibleBody {
  id: string;
  /** An address in IPv4, a /64 in IPv6. */
  ip_address: string;
  server_id: string | null;
  mac_address: MacAddress | null;
  reverse: string;
}

type Flexible = Resource<FlexibleBody>;

/** A deleted address is refused as if it were somebody else's (recorded). */
function gone(): Error {
  return permissionsDenied("flexible-ip", "read");
}

function required(world: World, ids: unknown, zone: string): Flexible[] {
  if (!Array.isArray(ids) || ids.length === 0)
    throw invalidArgument("fips_ids", "at least one id", "required");
  return ids.map((id) => world.require<FlexibleBody>("flexibleip.ip", String(id), zone));
}

function answerAll(world: World, held: Flexible[]): Answer {
  return {
    status: 200,
    body: { flexible_ips: held.map((one) => world.show(one)), total_count: held.length },
  };
}

function assign(world: World, address: Flexible, server: string | null): void {
  if (server !== null) world.require("baremetal.server", server, address.locality);
  address.body.server_id = server;
  world.store.unlink(address.id, "server_id");
  if (server !== null) world.store.link(address.id, "server_id", server);
  world.keep(address);
}

function setMac(world: World, address: Flexible, mac: MacAddress | null): Answer {
  address.body.mac_address = mac;
  world.keep(address);
  return { status: 200, body: world.show(address) };
}

function makeMac(world: World, { input }: Demand, address: Flexible): Answer {
  if (address.body.mac_address)
    throw preconditionFailed("mac_already_exists", "the address has a MAC address already");
  const now = standard.time(Date.now());
  const number = world.store.next("flexible mac").toString(16).padStart(6, "0");
  return setMac(world, address, {
    id: randomUUID(),
    mac_address: `52:54:00:${number.replace(/(..)(..)(..)/, "$1:$2:$3")}`,
    mac_type: typeof input.mac_type === "string" ? input.mac_type : "kvm",
    status: "ready",
    created_at: now,
    updated_at: now,
    zone: address.locality,
  });
}

function removeMac(world: World, _demand: Demand, address: Flexible): Answer {
  if (!address.body.mac_address) throw notFound("flexible_ips", address.id);
  setMac(world, address, null);
  return { status: 204 };
}

function moveMac(world: World, { input }: Demand, address: Flexible): Answer {
  const target = world.require<FlexibleBody>("flexibleip.ip", String(input.dst_fip_id), address.locality);
  const mac = address.body.mac_address;
  setMac(world, address, null);
  return setMac(world, target, mac);
}

function copyMac(world: World, { input }: Demand, address: Flexible): Answer {
  const source = world.require<FlexibleBody>(
    "flexibleip.ip",
    String(input.duplicate_from_fip_id),
    address.locality,
  );
  return setMac(world, address, source.body.mac_address);
}

/** Flexible addresses of bare-metal servers (v1alpha1). */
const flexible = defineKind<FlexibleBody>({
  name: "flexibleip.ip",
  dialect: standard,
  collection: "/flexible-ip/v1alpha1/zones/:zone/fips",
  calls: ["create", "list", "get", "patch", "delete"],
  listKey: "flexible_ips",
  localityFields: ["zone"],
  // Attaching takes a while: the first answer shows none of it.
  creationView: () => ({ server_id: null }),
  fields: {
    description: { type: "string" },
    tags: { type: "strings" },
    reverse: { type: "string" },
    is_ipv6: { type: "boolean", argument: true },
    server_id: {
      type: "uuid",
      fixed: true,
      refersTo: { kind: "baremetal.server", onDeletion: "clear" },
    },
  },
  indexed: { server_ids: { role: "server_id" } },
  quotas: [{ quota: "bareMetalFlexibleIps", within: "organization" }],
  missing: gone as never,
  prepare: (world, { id, body, locality }, { input }) => {
    body.ip_address = input.is_ipv6 ? takePublicIpv6(world, locality) : takePublicIpv4(world, locality, id);
    body.mac_address = null;
    if (body.reverse === "") {
      body.reverse = input.is_ipv6 ? "" : reverseName(body.ip_address, "rev.poneytelecom.eu.");
    }
  },
  view: (_world, { body }) => ({
    status: body.server_id === null ? "ready" : "attached",
    mac_address: body.mac_address && {
      ...body.mac_address,
      status: body.server_id === null ? "ready" : "used",
    },
  }),
  actions: [
    { method: "POST", path: "/mac", run: makeMac },
    { method: "DELETE", path: "/mac", run: removeMac },
    { method: "POST", path: "/mac/move", run: moveMac },
    { method: "POST", path: "/mac/duplicate", run: copyMac },
    {
      method: "POST",
      path: "/attach",
      onCollection: true,
      run: (world, { input, locality }) => {
        const held = required(world, input.fips_ids, locality);
        for (const one of held) assign(world, one, String(input.server_id));
        return answerAll(world, held);
      },
    },
    {
      method: "POST",
      path: "/detach",
      onCollection: true,
      run: (world, { input, locality }) => {
        const held = required(world, input.fips_ids, locality);
        for (const one of held) assign(world, one, null);
        return answerAll(world, held);
      },
    },
  ],
});

/** Flexible addresses of a server, sorted. */
export function flexibleAddressesOf(world: World, server: string): string[] {
  return world.store
    .sources(server, "server_id")
    .map((id) => world.store.get<FlexibleBody>(id, "flexibleip.ip"))
    .filter((address) => address !== undefined)
    .map(({ body }) => (body.ip_address.includes(":") ? firstIpv6(body.ip_address) : body.ip_address))
    .sort();
}

export const flexibleIp: Service = { kinds: [flexible] };
