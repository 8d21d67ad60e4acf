import { createHash } from "node:crypto";
import { notFound } from "../core/errors.ts";
import type { Answer, Call, Demand } from "../core/kind.ts";
import { zones } from "../core/places.ts";
import type { World } from "../core/world.ts";
import type { Body } from "../store/store.ts";

/** A name-based id that never changes: the same image has the same id on every run. */
export function stableId(...names: string[]): string {
  const hex = createHash("sha1").update(names.join("\u0000")).digest("hex");
  const variant = ((Number.parseInt(hex.charAt(16), 16) % 4) + 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

type Sold = "everywhere" | "not in third zones" | "second zone";

interface InstanceType {
  readonly cpus: number;
  readonly gibibytes: number;
  readonly hourly: number;
  readonly mbps: number;
  readonly sold: Sold;
  /** Largest local storage, in GB; 0: block storage only. */
  readonly localGb: number;
  readonly arch: "x86_64" | "arm64";
  readonly gpus: number;
}

type Row = [
  cpus: number,
  gibibytes: number,
  hourly: number,
  mbps: number,
  sold: Sold,
  localGb?: number,
  gpus?: number,
];

/** Types sold in Paris; prices and sizes as answered on 2026-07-30. */
const rows: Readonly<Record<string, Row>> = {
  "DEV1-S": [2, 2, 0.008976, 200, "not in third zones", 20],
  "DEV1-M": [3, 4, 0.020196, 300, "not in third zones", 40],
  "DEV1-L": [4, 8, 0.04284, 400, "not in third zones", 80],
  "DEV1-XL": [4, 12, 0.06402, 500, "not in third zones", 120],
  "GP1-XS": [4, 16, 0.0924, 500, "everywhere", 150],
  "GP1-S": [8, 32, 0.187, 800, "everywhere", 300],
  "GP1-M": [16, 64, 0.376, 1500, "everywhere", 600],
  "PLAY2-PICO": [1, 2, 0.01428, 100, "not in third zones"],
  "PLAY2-NANO": [2, 4, 0.02754, 200, "not in third zones"],
  "PLAY2-MICRO": [4, 8, 0.05508, 400, "not in third zones"],
  "BASIC2-A2C-4G": [2, 4, 0.023, 200, "not in third zones"],
  "BASIC3-X2C-4G": [2, 4, 0.0394, 200, "not in third zones"],
  "BASIC3-X4C-8G": [4, 8, 0.079, 400, "not in third zones"],
  "BASIC3-X8C-32G": [8, 32, 0.2368, 800, "not in third zones"],
  "PRO2-XXS": [2, 8, 0.0561, 350, "everywhere"],
  "PRO2-XS": [4, 16, 0.1122, 700, "everywhere"],
  "PRO2-S": [8, 32, 0.2234, 1500, "everywhere"],
  "PRO2-M": [16, 64, 0.4468, 3000, "everywhere"],
  "PRO2-L": [32, 128, 0.8936, 6000, "everywhere"],
  "POP2-2C-8G": [2, 8, 0.0735, 400, "everywhere"],
  "POP2-4C-16G": [4, 16, 0.147, 800, "everywhere"],
  "POP2-8C-32G": [8, 32, 0.29, 1600, "everywhere"],
  "POP2-16C-64G": [16, 64, 0.59, 3200, "everywhere"],
  "POP2-32C-128G": [32, 128, 1.18, 6400, "everywhere"],
  "POP2-64C-256G": [64, 256, 2.35, 12800, "everywhere"],
  "STANDARD3-X2C-8G": [2, 8, 0.0809, 400, "not in third zones"],
  "STANDARD3-X4C-16G": [4, 16, 0.1617, 800, "not in third zones"],
  "STANDARD3-X8C-32G": [8, 32, 0.319, 1600, "not in third zones"],
  "RENDER-S": [10, 42, 1.221, 1000, "not in third zones", 400, 1],
  "L4-1-24G": [8, 48, 0.7875, 2500, "not in third zones", 0, 1],
  "L40S-1-48G": [8, 96, 1.47, 2500, "second zone", 0, 1],
  "H100-1-80G": [24, 240, 2.8665, 10000, "second zone", 0, 1],
  "H100-SXM-2-80G": [32, 240, 6.62, 20000, "second zone", 0, 2],
};

const types: ReadonlyMap<string, InstanceType> = new Map(
  Object.entries(rows).map(([name, [cpus, gibibytes, hourly, mbps, sold, localGb = 0, gpus = 0]]) => [
    name,
    {
      cpus,
      gibibytes,
      hourly,
      mbps,
      sold,
      localGb,
      gpus,
      arch: name.startsWith("BASIC2-A") ? "arm64" : "x86_64",
    },
  ]),
);

function isSold(sold: Sold, zone: string): boolean {
  if (sold === "everywhere") return true;
  return sold === "second zone" ? zone.endsWith("-2") : !zone.endsWith("-3");
}

/** A type by name, when its zone sells it. */
export function instanceType(name: string, zone: string): InstanceType | undefined {
  const type = types.get(name);
  return type && isSold(type.sold, zone) ? type : undefined;
}

function typeBody(type: InstanceType): Body {
  const bits = type.mbps * 1_000_000;
  return {
    alt_names: [],
    arch: type.arch,
    ncpus: type.cpus,
    ram: type.gibibytes * 2 ** 30,
    gpu: type.gpus,
    gpu_info: null,
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
    end_of_service: false,
  };
}

function soldIn(zone: string): [string, InstanceType][] {
  return [...types].filter(([, type]) => isSold(type.sold, zone)).sort(([a], [b]) => (a < b ? -1 : 1));
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
  rockylinux_8: "Rocky Linux 8",
  rockylinux_9: "Rocky Linux 9",
  ubuntu_focal: "Ubuntu 20.04 Focal Fossa",
  ubuntu_jammy: "Ubuntu 22.04 Jammy Jellyfish",
  ubuntu_jammy_gpu_os_12: "Ubuntu Jammy GPU OS 12",
  ubuntu_noble: "Ubuntu 24.04 Noble Numbat",
};

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
    archs.flatMap((arch) =>
      storages.map((type) => ({
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
