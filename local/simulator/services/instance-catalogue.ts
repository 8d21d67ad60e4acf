import { createHash } from "node:crypto";
import { notFound } from "../core/errors.ts";
import type { Answer, Call, Demand } from "../core/kind.ts";
import { zones } from "../core/places.ts";
import type { World } from "../core/world.ts";
import type { Body } from "../store/store.ts";
import { type InstanceType, soldIn } from "./instance-types.ts";

/** A name-based id that never changes: the same image has the same id on every run. */
export function stableId(...names: string[]): string {
  const hex = createHash("sha1").update(names.join("\u0000")).digest("hex");
  const variant = ((Number.parseInt(hex.charAt(16), 16) % 4) + 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function typeBody(type: InstanceType): Body {
  const bits = type.mbps * 1_000_000;
  return {
    alt_names: type.oldName === undefined ? [] : [type.oldName],
    arch: type.arch,
    ncpus: type.cpus,
    ram: type.gibibytes * 2 ** 30,
    gpu: type.gpus,
    gpu_info: type.gpu
      ? { gpu_manufacturer: "NVIDIA", gpu_name: type.gpu[0], gpu_memory: type.gpu[1] * 2 ** 30 }
      : null,
    mig_profile: null,
    volumes_constraint: { min_size: 0, max_size: type.localGb * 1e9 },
    per_volume_constraint: { l_ssd: { min_size: type.localGb ? 1e9 : 0, max_size: type.localGb * 1e9 } },
    scratch_storage_max_size: 0,
    scratch_storage_max_volumes_count: 0,
    monthly_price: Math.round(type.hourly * 730 * 100) / 100,
    hourly_price: type.hourly,
    capabilities: {
      boot_types: ["local", "rescue"],
      placement_groups: true,
      block_storage: true,
      hot_snapshots_local_volume: type.localGb > 0,
      private_network: 8,
      max_file_systems: 0,
    },
    network: {
      ipv6_support: true,
      sum_internal_bandwidth: bits,
      sum_internet_bandwidth: bits,
      interfaces: [{ internal_bandwidth: bits, internet_bandwidth: bits }],
    },
    block_bandwidth: 503_316_480,
    end_of_service: type.ended,
  };
}

function listTypes(body: (type: InstanceType) => Body) {
  return (_world: World, { locality, query }: Demand): Answer => {
    const sold = soldIn(locality);
    const size = Math.min(Number(query.get("per_page") ?? 50) || 50, 100);
    const from = (Math.max(Number(query.get("page") ?? 1) || 1, 1) - 1) * size;
    const page = sold.slice(from, from + size).map(([name, type]) => [name, body(type)]);
    return {
      status: 200,
      body: { servers: Object.fromEntries(page) },
      headers: { "X-Total-Count": String(sold.length) },
    };
  };
}

/** Images of the Marketplace, by label. */
const images: Readonly<Record<string, string>> = {
  almalinux_9: "AlmaLinux 9",
  debian_bookworm: "Debian Bookworm",
  debian_bullseye: "Debian Bullseye",
  debian_trixie: "Debian Trixie",
  fedora_42: "Fedora 42",
  openvpn: "openvpn",
  rockylinux_8: "Rocky Linux 8",
  rockylinux_9: "Rocky Linux 9",
  ubuntu_focal: "Ubuntu 20.04 Focal Fossa",
  ubuntu_jammy: "Ubuntu 22.04 Jammy Jellyfish",
  ubuntu_jammy_gpu_os_12: "Ubuntu Jammy GPU OS 12",
  ubuntu_noble: "Ubuntu 24.04 Noble Numbat",
  windows_server_2022: "Windows Server 2022",
};

/** Images that are for one architecture only. */
const singleArch: ReadonlySet<string> = new Set(["openvpn", "ubuntu_jammy_gpu_os_12", "windows_server_2022"]);

type Storage = "instance_local" | "instance_sbs";

export interface LocalImage {
  readonly id: string;
  readonly label: string;
  readonly name: string;
  readonly zone: string;
  readonly arch: "x86_64" | "arm64";
  readonly type: Storage;
}

function localImages(zone: string): LocalImage[] {
  const archs = ["x86_64", "arm64"] as const;
  const storages = ["instance_local", "instance_sbs"] as const;
  return Object.entries(images).flatMap(([label, name]) =>
    (singleArch.has(label) ? (["x86_64"] as const) : archs).flatMap((arch) =>
      // Types of arm64 have no local storage.
      (arch === "arm64" ? (["instance_sbs"] as const) : storages).map((type) => ({
        id: stableId("image", zone, label, arch, type),
        label,
        name,
        zone,
        arch,
        type,
      })),
    ),
  );
}

const imagesByZone = new Map<string, readonly LocalImage[]>();

function imagesOf(zone: string): readonly LocalImage[] {
  const known = imagesByZone.get(zone) ?? localImages(zone);
  imagesByZone.set(zone, known);
  return known;
}

export function localImage(zone: string, id: string): LocalImage | undefined {
  return imagesOf(zone).find((image) => image.id === id);
}

/** Snapshots of the Marketplace's images are Scaleway's own: they are there, and nobody may read them. */
export function isMarketplaceSnapshot(id: string): boolean {
  return zones.some((zone) => imagesOf(zone).some((image) => stableId("root volume", image.id) === id));
}

function imageBody(image: LocalImage): Body {
  return {
    id: image.id,
    arch: image.arch,
    zone: image.zone,
    compatible_commercial_types: soldIn(image.zone)
      .filter(([, type]) => type.arch === image.arch && (image.type === "instance_sbs" || type.localGb > 0))
      .map(([name]) => name),
    label: image.label,
    type: image.type,
  };
}

function listImages(_world: World, { query }: Demand): Answer {
  const zone = query.get("zone") ?? "fr-par-1";
  const label = query.get("image_label");
  const type = query.get("type");
  const found = imagesOf(zone).filter((image) => {
    const wanted = type === null || type === "unknown_type" || image.type === type;
    return wanted && (label === null || image.label === label);
  });
  return { status: 200, body: { local_images: found.map(imageBody), total_count: found.length } };
}

function getImage(_world: World, { params }: Demand): Answer {
  const id = params.id ?? "";
  const found = zones.map((zone) => localImage(zone, id)).find((image) => image !== undefined);
  if (!found) throw notFound("local_image", id);
  return { status: 200, body: imageBody(found) };
}

export const catalogueCalls: readonly Call[] = [
  { method: "GET", path: "/instance/v1/zones/:zone/products/servers", run: listTypes(typeBody) },
  {
    method: "GET",
    path: "/instance/v1/zones/:zone/products/servers/availability",
    run: listTypes(() => ({ availability: "available" })),
  },
  { method: "GET", path: "/marketplace/v2/local-images", run: listImages },
  { method: "GET", path: "/marketplace/v2/local-images/:id", run: getImage },
];
