import { randomUUID } from "node:crypto";
import { projectOnly } from "../core/dialects.ts";
import { invalidArgument, notFound, permissionsDenied, stillInUse } from "../core/errors.ts";
import { isBody } from "../core/fields.ts";
import { defineKind, type Service } from "../core/kind.ts";
import { demand, type World } from "../core/world.ts";
import type { Resource } from "../store/store.ts";
import { isMarketplaceSnapshot } from "./instance-catalogue.ts";

export interface BlockVolumeBody {
  id: string;
  name: string;
  size: number;
  type: "sbs_5k" | "sbs_15k";
  specs: { class: string; perf_iops: number };
  parent_snapshot_id: string | null;
  last_detached_at: string | null;
  updated_at: string;
  tags: string[];
}

/** A reference of a volume: who uses it. Kept apart from what the volume says of itself. */
interface BlockHidden {
  reference?: { id: string; created_at: string };
}

export type BlockVolume = Resource<BlockVolumeBody, BlockHidden>;

/** The role of the link from a volume to the Instance it is attached to. */
export const volumeRole = "volume of";

function setIops(volume: BlockVolume, asked: unknown): void {
  if (asked !== undefined && asked !== null) {
    if (asked !== 5000 && asked !== 15_000) throw invalidArgument("perf_iops", "5000 or 15000");
    volume.body.specs = { class: "sbs", perf_iops: asked };
  }
  volume.body.type = volume.body.specs.perf_iops === 5000 ? "sbs_5k" : "sbs_15k";
}

const volume = defineKind<BlockVolumeBody, BlockHidden>({
  name: "block.volume",
  dialect: projectOnly,
  collection: "/block/v1/zones/:zone/volumes",
  calls: ["create", "list", "get", "patch", "delete"],
  listKey: "volumes",
  localityFields: ["zone"],
  fields: {
    name: { type: "string" },
    tags: { type: "strings" },
    size: { type: "integer" },
    perf_iops: { type: "integer", argument: true },
    from_empty: { type: "object", argument: true },
    from_snapshot: { type: "object", argument: true },
  },
  quotas: [{ quota: "blockVolumes", within: "organization" }],
  missing: (id) => notFound("volume", id),
  inUse: () => stillInUse("the volume has snapshots"),
  prepare: (world, draft, { input, locality }) => {
    draft.body.specs = { class: "sbs", perf_iops: 5000 };
    draft.body.parent_snapshot_id = null;
    draft.body.last_detached_at = null;
    setIops(draft, input.perf_iops);
    const source = isBody(input.from_snapshot) ? input.from_snapshot : undefined;
    const empty = isBody(input.from_empty) ? input.from_empty : undefined;
    if (source) {
      const snapshot = world.require<{ size: number }>(
        "block.snapshot",
        String(source.snapshot_id),
        locality,
      );
      draft.body.parent_snapshot_id = snapshot.id;
      draft.body.size = typeof source.size === "number" ? source.size : snapshot.body.size;
    } else if (typeof empty?.size === "number") draft.body.size = empty.size;
    if (draft.body.size < 1e9) throw invalidArgument("from_empty.size", "at least 1 GB");
  },
  changed: (_world, draft, { input }, before) => {
    if (draft.body.size < before.size) throw invalidArgument("size", "a volume cannot shrink");
    setIops(draft, input.perf_iops);
  },
  removing: (world, draft) => {
    if (world.store.targets(draft.id, volumeRole).length > 0) throw stillInUse("the volume is attached");
  },
  view: (world, { id, hidden }) => {
    const [server] = world.store.targets(id, volumeRole);
    const reference = server !== undefined && hidden.reference;
    return {
      status: server === undefined ? "available" : "in_use",
      kms_key_id: null,
      references: reference
        ? [
            {
              ...reference,
              product_resource_type: "instance_server",
              product_resource_id: server,
              type: "exclusive",
              status: "attached",
            },
          ]
        : [],
    };
  },
});

const snapshot = defineKind<{
  id: string;
  size: number;
  volume_id?: string;
  parent_volume: { id: string; name: string; type: string };
}>({
  name: "block.snapshot",
  dialect: projectOnly,
  collection: "/block/v1/zones/:zone/snapshots",
  calls: ["create", "list", "get", "patch", "delete"],
  listKey: "snapshots",
  localityFields: ["zone"],
  fields: {
    name: { type: "string" },
    tags: { type: "strings" },
    volume_id: { type: "uuid", required: true, argument: true },
    public: { type: "boolean" },
  },
  states: { field: "status", path: ["creating", "available"] },
  missing: (id) =>
    isMarketplaceSnapshot(id) ? permissionsDenied("snapshot", "read") : notFound("snapshot", id),
  prepare: (world, draft, { input, locality }) => {
    const parent = world.require<BlockVolumeBody>("block.volume", String(input.volume_id), locality);
    draft.body.size = parent.body.size;
    draft.body.parent_volume = { id: parent.id, name: parent.name, type: parent.body.type };
  },
  filters: { volume_id: ({ body }, value) => body.parent_volume.id === value },
  view: (world, { id, body, locality }) => {
    const images = world.store.sources(id, "image of");
    const attached = world.store.targets(body.parent_volume.id, volumeRole).length > 0;
    return {
      class: "sbs",
      status: images.length > 0 ? "in_use" : "available",
      parent_volume: { ...body.parent_volume, status: attached ? "in_use" : "available" },
      references: images.map((image) => ({
        id: image,
        product_resource_type: "instance_image",
        product_resource_id: image,
        created_at: projectOnly.time(Date.now()),
        type: "link",
        status: "attached",
      })),
      zone: locality,
    };
  },
  actions: [
    {
      method: "POST",
      path: "/export-to-object-storage",
      run: (world, _demand, held) => ({ status: 200, body: { ...world.show(held), status: "exporting" } }),
    },
  ],
});

/** Attaches a volume to an Instance. @throws 412 when another one holds it */
export function attachVolume(world: World, held: BlockVolume, server: string): void {
  const [holder] = world.store.targets(held.id, volumeRole);
  if (holder !== undefined && holder !== server) throw stillInUse("the volume is attached to another server");
  if (holder === server) return;
  held.hidden.reference = { id: randomUUID(), created_at: projectOnly.time(Date.now()) };
  world.store.link(held.id, volumeRole, server);
  world.store.save(held);
}

export function detachVolume(world: World, held: BlockVolume): void {
  world.store.unlink(held.id, volumeRole);
  held.body.last_detached_at = projectOnly.time(Date.now());
  world.store.save(held);
}

/** A new volume for the root of an Instance. */
export function rootVolume(
  world: World,
  zone: string,
  project: string,
  name: string,
  bytes: number,
  imageSnapshot: string | null,
): BlockVolume {
  const input = { name, project_id: project, from_empty: { size: bytes } };
  const made = world.create<BlockVolumeBody, BlockHidden>("block.volume", demand(zone, input));
  // The image's own snapshot is Scaleway's: the volume names it, and nobody can ask for it.
  made.body.parent_snapshot_id = imageSnapshot;
  world.store.save(made);
  return made;
}

const volumeTypes = [5000, 15_000].map((iops) => ({
  type: iops === 5000 ? "sbs_5k" : "sbs_15k",
  pricing: { currency_code: "EUR", units: 0, nanos: iops === 5000 ? 118_000 : 177_000 },
  snapshot_pricing: { currency_code: "EUR", units: 0, nanos: 40_000 },
  specs: { perf_iops: iops, class: "sbs" },
}));

export const block: Service = {
  kinds: [volume, snapshot],
  calls: [
    {
      method: "GET",
      path: "/block/v1/zones/:zone/volume-types",
      run: () => ({ status: 200, body: { volume_types: volumeTypes, total_count: volumeTypes.length } }),
    },
  ],
};
