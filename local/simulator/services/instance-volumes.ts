import { instances } from "../core/dialects.ts";
import { conflict, invalidArgument, notFound } from "../core/errors.ts";
import { isBody } from "../core/fields.ts";
import { defineKind } from "../core/kind.ts";
import { demand, type World } from "../core/world.ts";
import type { Body, Resource } from "../store/store.ts";
import { attachVolume, type BlockVolume, detachVolume, rootVolume, volumeRole } from "./block.ts";
import type { Server } from "./instance-server.ts";

/** Local storage (v1). Block storage has its own service. */
export const localVolume = defineKind<{ size: number; volume_type: string }>({
  name: "instance.volume",
  dialect: instances,
  collection: "/instance/v1/zones/:zone/volumes",
  calls: ["create", "list", "get", "patch", "delete"],
  listKey: "volumes",
  wrapper: "volume",
  localityFields: ["zone"],
  fields: {
    name: { type: "string" },
    tags: { type: "strings" },
    volume_type: { type: "string", initial: "l_ssd", values: ["l_ssd", "scratch"], fixed: true },
    size: { type: "integer" },
  },
  states: { field: "state", path: ["available"] },
  missing: (id) => notFound("instance_volume", id),
  removing: (world, volume) => {
    if (world.store.targets(volume.id, volumeRole).length > 0)
      throw conflict("volume is attached to a server");
  },
  view: (world, volume) => {
    const [id] = world.store.targets(volume.id, volumeRole);
    const held = id === undefined ? undefined : world.store.get(id);
    return { export_uri: null, server: held ? { id: held.id, name: held.name } : null };
  },
});

function find(world: World, id: string, zone: string): Resource {
  const volume = world.store.get(id);
  const known = volume?.kind === "block.volume" || volume?.kind === "instance.volume";
  if (!known || volume.locality !== zone) throw notFound("instance_volume", id);
  return volume;
}

function attach(world: World, volume: Resource, server: Server): void {
  if (volume.kind === "block.volume") attachVolume(world, volume as unknown as BlockVolume, server.id);
  else {
    const [holder] = world.store.targets(volume.id, volumeRole);
    if (holder !== undefined && holder !== server.id) throw conflict("volume is attached to a server");
    world.store.link(volume.id, volumeRole, server.id);
  }
}

function make(world: World, server: Server, key: string, template: Body): Resource {
  if (typeof template.id === "string" && template.id !== "") return find(world, template.id, server.locality);
  const image = server.body.image;
  const imageIsLocal = isBody(image?.root_volume) && image.root_volume.volume_type === "l_ssd";
  const type = template.volume_type ?? (imageIsLocal ? "l_ssd" : "sbs_volume");
  const bytes = typeof template.size === "number" && template.size > 0 ? template.size : 10_000_000_000;
  const name =
    typeof template.name === "string" && template.name !== ""
      ? template.name
      : `${image?.name ?? server.name}`;
  if (type === "sbs_volume") {
    const named = template.name ? name : `${name}_sbs_volume_${key}`;
    const snapshot = key === "0" && isBody(image?.root_volume) ? String(image.root_volume.id) : null;
    return rootVolume(world, server.locality, server.project, named, bytes, snapshot) as unknown as Resource;
  }
  if (type !== "l_ssd" && type !== "scratch")
    throw invalidArgument(`volumes.${key}.volume_type`, "l_ssd or sbs_volume");
  const input = { name, volume_type: type, size: bytes, project: server.project };
  return world.create("instance.volume", demand(server.locality, input));
}

/** Makes and attaches the volumes of a new server; it has a root in any case. */
export function makeVolumes(world: World, server: Server, templates: Body): void {
  const wanted: Body = { ...templates };
  if (!isBody(wanted["0"])) wanted["0"] = {};
  server.hidden.volumes = {};
  for (const key of Object.keys(wanted).sort()) {
    const volume = make(world, server, key, isBody(wanted[key]) ? wanted[key] : {});
    attach(world, volume, server);
    server.hidden.volumes[key] = volume.id;
  }
}

/** Attaches and detaches so that the server has the volumes of `templates` and no other. */
export function replaceVolumes(world: World, server: Server, templates: Body): void {
  const held = Object.values(server.hidden.volumes ?? {});
  const wanted: Record<string, string> = {};
  for (const key of Object.keys(templates).sort()) {
    const template = templates[key];
    wanted[key] = make(world, server, key, isBody(template) ? template : {}).id;
  }
  for (const id of held) {
    if (Object.values(wanted).includes(id)) continue;
    const volume = world.store.get(id);
    if (volume?.kind === "block.volume") detachVolume(world, volume as unknown as BlockVolume);
    else if (volume) world.store.unlink(id, volumeRole);
  }
  for (const id of Object.values(wanted)) attach(world, find(world, id, server.locality), server);
  server.hidden.volumes = wanted;
}

/** Local volumes go with a terminated server; block volumes stay, detached. */
export function localVolumes(world: World, server: Server): Resource[] {
  return Object.values(server.hidden.volumes ?? {})
    .map((id) => world.store.get(id, "instance.volume"))
    .filter((volume) => volume !== undefined);
}

/** `volumes` as a server answers them: a map by position, block volumes in short. */
export function volumesView(world: World, server: Server): Body {
  const view: Body = {};
  for (const [key, id] of Object.entries(server.hidden.volumes ?? {})) {
    const volume = world.store.get(id);
    if (volume?.kind === "instance.volume") view[key] = { ...world.show(volume), boot: false };
    else if (volume)
      view[key] = { boot: false, volume_type: "sbs_volume", id, state: "available", zone: server.locality };
  }
  return view;
}
