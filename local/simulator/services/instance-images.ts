import { randomUUID } from "node:crypto";
import { instances } from "../core/dialects.ts";
import { invalidArgument, notFound } from "../core/errors.ts";
import { type Answer, type Call, defineKind } from "../core/kind.ts";
import type { World } from "../core/world.ts";
import type { Body, Resource } from "../store/store.ts";
import { type LocalImage, localImage, stableId } from "./instance-catalogue.ts";

/** The role of the link from an image to the snapshots it is made of. */
export const imageRole = "image of";

/** What a call that takes a while answers about itself. */
function task(zone: string, description: string, from: string, result: string): Body {
  return {
    id: randomUUID(),
    description,
    status: "pending",
    href_from: from,
    href_result: result,
    started_at: instances.time(Date.now()),
    terminated_at: null,
    progress: 0,
    zone,
  };
}

/** Snapshots of local storage (v1). Those of block storage have their own service. */
export const localSnapshot = defineKind<Body>({
  name: "instance.snapshot",
  dialect: instances,
  collection: "/instance/v1/zones/:zone/snapshots",
  calls: ["list", "get", "patch", "delete"],
  listKey: "snapshots",
  wrapper: "snapshot",
  localityFields: ["zone"],
  fields: {
    name: { type: "string" },
    tags: { type: "strings" },
    volume_id: { type: "uuid", argument: true },
    volume_type: { type: "string", argument: true },
  },
  states: { field: "state", path: ["snapshotting", "available"] },
  filters: {
    base_volume_id: ({ body }, value) => (body.base_volume as Body | null)?.id === value,
  },
  missing: (id) => notFound("instance_snapshot", id),
  prepare: (world, draft, { input, locality }) => {
    // Without a volume it is imported from Object Storage: what is in the file is not looked at.
    const volume =
      typeof input.volume_id === "string" && input.volume_id !== ""
        ? world.require<Body>("instance.volume", input.volume_id, locality)
        : undefined;
    if (!volume && typeof input.key !== "string") throw invalidArgument("volume_id", "required", "required");
    Object.assign(draft.body, {
      volume_type: "l_ssd",
      size: volume?.body.size ?? 1_073_741_824,
      base_volume: volume ? { id: volume.id, name: volume.name } : null,
      error_details: null,
    });
  },
  actions: [
    { method: "POST", path: "", onCollection: true, run: (world, demand) => make(world, demand) },
    {
      method: "POST",
      path: "/export",
      run: (_world, { input, locality }, { id }) => ({
        status: 202,
        body: {
          task: task(
            locality,
            "export_snapshot",
            `/snapshots/${id}/export`,
            `https://s3.invalid/${input.bucket}/${input.key}`,
          ),
        },
      }),
    },
  ],
});

function make(world: World, demand: Parameters<Call["run"]>[1]): Answer {
  const made = world.create("instance.snapshot", demand);
  const body = { ...world.show(made), state: "snapshotting" };
  return {
    status: 201,
    body: {
      snapshot: body,
      task: task(demand.locality, "volume_snapshot", "/snapshots", `snapshots/${made.id}`),
    },
  };
}

interface ImageBody {
  id: string;
  name: string;
  arch: string;
  root_volume: Body;
  extra_volumes: Body;
  public: boolean;
  from_server: string;
}

function volumeOf(world: World, image: Resource<object>, id: unknown): Body {
  const snapshot = world.store.get<Body>(String(id));
  const known = snapshot?.kind === "instance.snapshot" || snapshot?.kind === "block.snapshot";
  if (!snapshot || !known || snapshot.locality !== image.locality)
    throw notFound("instance_snapshot", String(id));
  if (snapshot.kind === "block.snapshot")
    return { id: snapshot.id, volume_type: "sbs_snapshot", size: 0, name: "" };
  return { id: snapshot.id, volume_type: "l_ssd", size: snapshot.body.size, name: snapshot.name };
}

function setVolumes(world: World, image: Resource<ImageBody>, root: unknown, extra: unknown): void {
  image.body.root_volume = volumeOf(world, image, root);
  const said = Object.entries((extra ?? {}) as Record<string, { id?: unknown }>);
  image.body.extra_volumes = Object.fromEntries(
    said.map(([key, { id }]) => [key, volumeOf(world, image, id)]),
  );
}

/** Images of a project's own. Those of the Marketplace are in the catalogue. */
export const image = defineKind<ImageBody>({
  name: "instance.image",
  dialect: instances,
  collection: "/instance/v1/zones/:zone/images",
  calls: ["create", "list", "patch", "delete"],
  listKey: "images",
  wrapper: "image",
  localityFields: ["zone"],
  fields: {
    name: { type: "string" },
    arch: { type: "string", initial: "x86_64", values: ["x86_64", "arm64"] },
    tags: { type: "strings" },
    public: { type: "boolean" },
    root_volume: { type: "string", required: true, argument: true },
    extra_volumes: { type: "object", argument: true },
  },
  states: { field: "state", path: ["available"] },
  missing: (id) => notFound("instance_image", id),
  prepare: (world, draft, { input }) => {
    setVolumes(world, draft, input.root_volume, input.extra_volumes);
    draft.body.from_server = "";
  },
  created: link,
  changed: (world, held, { input }) => {
    if (input.extra_volumes) setVolumes(world, held, held.body.root_volume.id, input.extra_volumes);
    link(world, held);
  },
  view: () => ({ default_bootscript: null }),
});

function link(world: World, held: Resource<ImageBody>): void {
  world.store.unlink(held.id, imageRole);
  for (const volume of [held.body.root_volume, ...Object.values(held.body.extra_volumes)]) {
    world.store.link(held.id, imageRole, String((volume as Body).id));
  }
}

/** An image of the Marketplace, as Instances answer it. */
export function marketplaceBody(found: LocalImage): Body {
  const sbs = found.type === "instance_sbs";
  const released = "2026-05-12T15:20:10.934226+00:00";
  return {
    id: found.id,
    name: found.name,
    organization: "51b656e3-4865-41e8-adbc-0c45bdd780db",
    project: "51b656e3-4865-41e8-adbc-0c45bdd780db",
    root_volume: {
      id: stableId("root volume", found.id),
      name: sbs ? "" : found.name,
      volume_type: sbs ? "sbs_snapshot" : "l_ssd",
      size: sbs ? 0 : 10_000_000_000,
    },
    extra_volumes: {},
    public: true,
    arch: found.arch,
    creation_date: released,
    modification_date: released,
    default_bootscript: null,
    from_server: "",
    state: "available",
    tags: [],
    zone: found.zone,
  };
}

/** An image as a server answers it. @throws 404 for one that does not exist */
export function imageBody(world: World, id: string, zone: string): Body {
  const found = localImage(zone, id);
  return found ? marketplaceBody(found) : world.show(world.require("instance.image", id, zone));
}

export const imageCalls: readonly Call[] = [
  {
    method: "GET",
    path: "/instance/v1/zones/:zone/images/:id",
    run: (world, { params, locality }) => ({
      status: 200,
      body: { image: imageBody(world, params.id ?? "", locality) },
    }),
  },
];
