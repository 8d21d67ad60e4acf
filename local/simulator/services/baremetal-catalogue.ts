import { ApiError, plainNotFound } from "../core/errors.ts";
import type { Answer, Call, Demand } from "../core/kind.ts";
import type { Body } from "../store/store.ts";
import { type MetalOffer, metalOffers } from "./baremetal-offers.ts";
import { findOption, money, optionBodies, optionsOf, type Period } from "./baremetal-options.ts";
import { stableId } from "./instance-catalogue.ts";

const ranges: Readonly<Record<string, string>> = {
  A: "aluminium",
  B: "beryllium",
  I: "iridium",
  L: "lithium",
  T: "titanium",
};

/** Bare metal is sold in two zones of a region: the first two, but the last two in Warsaw. */
const metalZones = ["fr-par-1", "fr-par-2", "nl-ams-1", "nl-ams-2", "pl-waw-2", "pl-waw-3"];

const graphics: Readonly<Record<string, readonly Body[]>> = {
  "EM-T220E-L40S": [1, 2].map(() => ({ name: "NVIDIA L40S", vram: 48_000_000_000 })),
  "EM-T620E-H100": [1, 2].map(() => ({ name: "NVIDIA H100", vram: 80_000_000_000 })),
};

function offerBody(offer: MetalOffer, zone: string, period: Period): Body {
  const { name, hourly, publicMbps, privateMbps } = offer;
  return {
    id: stableId("offer", name, period),
    name,
    stock: "available",
    bandwidth: publicMbps * 1e6,
    max_bandwidth: privateMbps * 1e6,
    commercial_range: ranges[name.charAt(3)],
    price_per_hour: period === "hourly" ? money(hourly) : null,
    price_per_month: period === "monthly" ? money(Math.round(hourly * 361)) : null,
    disks: offer.disks.map(({ gigabytes, type }) => ({ capacity: gigabytes * 1e9, type })),
    enable: true,
    cpus: Array.from({ length: offer.sockets }, () => ({
      name: offer.cpu,
      core_count: offer.cores,
      thread_count: offer.cores * 2,
      frequency: offer.megahertz,
      benchmark: "",
    })),
    memories: [{ capacity: offer.gigabytes * 1e9, type: "DDR4", frequency: 3200, is_ecc: true }],
    quota_name: name.replaceAll("-", "_").replace("NVME", "NVMe"),
    persistent_memories: [],
    raid_controllers: [],
    gpus: graphics[name] ?? [],
    incompatible_os_ids: incompatible(offer),
    subscription_period: period,
    operation_path: "",
    fee: money(period === "monthly" ? Math.round(hourly * 361) : 0),
    options: optionsOf(privateMbps, period),
    private_bandwidth: privateMbps * 1e6,
    shared_bandwidth: privateMbps > 1000,
    tags: offer.cloudInit === "cloud-init" ? ["install-system-v2", "cloud-init"] : [],
    monthly_offer_id: period === "hourly" ? stableId("offer", name, "monthly") : null,
    zone,
  };
}

function offersOf(zone: string): Body[] {
  if (!metalZones.includes(zone)) return [];
  return metalOffers
    .filter((offer) => offer.sold === "both zones" || zone.endsWith("-2"))
    .flatMap((offer) => (["hourly", "monthly"] as const).map((period) => offerBody(offer, zone, period)));
}

type System = readonly [name: string, version: string, user: string, cloudInit: boolean];

/** Systems that can be installed, as answered on 2025-12-31. ESXi is not offered any more (2025-05-26). */
const systems: readonly System[] = [
  ["Alpine Linux", "Edge", "root", false],
  ["CentOS", "7", "root", true],
  ["Custom install", "via Remote access", "root", false],
  ["Debian", "10 (Buster)", "root", false],
  ["Debian", "11 (Bullseye)", "root", true],
  ["Debian", "12 (Bookworm)", "root", true],
  ["Debian", "13 (Trixie)", "root", true],
  ["Debian", "Unstable (Sid)", "root", false],
  ["Fedora", "40", "root", false],
  ["Oracle Linux", "7.9", "root", false],
  ["Oracle Linux", "8", "root", false],
  ["Proxmox", "Backup Server 2 | Debian 11 (Bullseye)", "root", false],
  ["Proxmox", "VE 7 | Debian 11 (Bullseye)", "root", false],
  ["Proxmox", "VE 8 | Debian 12 (Bookworm)", "root", false],
  ["Rocky Linux", "8", "root", true],
  ["Rocky Linux", "9", "root", true],
  ["Ubuntu", "20.04 LTS (Focal Fossa)", "ubuntu", false],
  ["Ubuntu", "22.04 LTS (Jammy Jellyfish)", "ubuntu", true],
  ["Ubuntu", "24.04 LTS (Noble Numbat)", "ubuntu", true],
  ["Windows", "2019 64BITS standard", "Administrateur", false],
  ["Windows", "2022 64BITS standard", "Administrateur", false],
];

/** Systems that an offer cannot be installed with: the old ones where cloud-init runs, Windows where memory is short. */
function incompatible({ cloudInit, gigabytes }: MetalOffer): string[] {
  const old = /^(10 |7$|7\.9$|Edge$)/;
  return systems
    .filter(([name, version]) =>
      cloudInit === "cloud-init" ? old.test(version) : name === "Windows" && gigabytes < 512,
    )
    .map(([name, version]) => stableId("os", name, version));
}

function field(required: boolean, value: string | null = null): Body {
  return { default_value: value, editable: false, required };
}

function systemBody([name, version, user, cloudInit]: System, zone: string): Body {
  const windows = name === "Windows";
  return {
    id: stableId("os", name, version),
    name,
    version,
    logo_url: `https://baremetal-logos.invalid/${name.toLowerCase().replaceAll(" ", "-")}.svg`,
    ssh: field(!windows && name !== "Custom install"),
    user: field(false, user),
    password: field(windows),
    service_user: field(name === "Proxmox", name === "Proxmox" ? "root" : null),
    service_password: field(name === "Proxmox"),
    enabled: true,
    license_required: windows,
    allowed: true,
    custom_partitioning_supported: !windows && name !== "Custom install",
    cloud_init_supported: cloudInit,
    ...(cloudInit ? { cloud_init_version: "22.1" } : {}),
    zone,
  };
}

export interface Offer {
  readonly id: string;
  readonly name: string;
  readonly tags: readonly string[];
  readonly monthly_offer_id: string | null;
  readonly disks: readonly { readonly type: string }[];
}

export interface OperatingSystem {
  readonly id: string;
  readonly name: string;
  readonly user: { readonly default_value: string };
  readonly ssh: { readonly required: boolean };
  readonly cloud_init_supported: boolean;
}

/** @throws 404 for an offer that the zone does not sell */
export function findOffer(id: string, zone: string): Offer {
  const offer = offersOf(zone).find((one) => one.id === id);
  if (!offer) throw plainNotFound("Not Found");
  return offer as unknown as Offer;
}

/** @throws 404 for a system that does not exist */
export function findSystem(id: string, zone: string): OperatingSystem {
  const system = systems.map((one) => systemBody(one, zone)).find((one) => one.id === id);
  if (!system) throw plainNotFound("Not Found");
  return system as unknown as OperatingSystem;
}

/** @throws 503 as the API answers where cloud-init cannot run (recorded) */
export function checkCloudInit(offer: Offer, system: OperatingSystem | undefined): void {
  if (!offer.tags.includes("cloud-init"))
    throw new ApiError(503, { message: "cloud-init is not supported on this offer" });
  if (system && !system.cloud_init_supported) {
    throw new ApiError(503, { message: "cloud-init is not supported on this OS" });
  }
}

function page(key: string, items: readonly Body[], { query }: Demand): Answer {
  const size = Math.min(Number(query.get("page_size") ?? 50) || 50, 100);
  const from = (Math.max(Number(query.get("page") ?? 1) || 1, 1) - 1) * size;
  return { status: 200, body: { [key]: items.slice(from, from + size), total_count: items.length } };
}

function listOffers(demand: Demand): Answer {
  const { query, locality } = demand;
  const asked = query.get("subscription_period");
  // Recorded: a list that names no period holds the hourly offers only.
  const period = asked === "monthly" ? "monthly" : "hourly";
  const name = query.get("name");
  const offers = offersOf(locality).filter(
    (offer) => offer.subscription_period === period && (!name || offer.name === name),
  );
  return page("offers", offers, demand);
}

const base = "/baremetal/v1/zones/:zone";

export const metalCalls: readonly Call[] = [
  { method: "GET", path: `${base}/offers`, run: (_world, demand) => listOffers(demand) },
  {
    method: "GET",
    path: `${base}/offers/:id`,
    run: (_world, { params, locality }) => ({ status: 200, body: findOffer(params.id ?? "", locality) }),
  },
  {
    method: "GET",
    path: `${base}/os`,
    run: (_world, demand) =>
      page(
        "os",
        systems.map((one) => systemBody(one, demand.locality)),
        demand,
      ),
  },
  {
    method: "GET",
    path: `${base}/os/:id`,
    run: (_world, { params, locality }) => ({ status: 200, body: findSystem(params.id ?? "", locality) }),
  },
  {
    method: "GET",
    path: `${base}/options`,
    run: (_world, demand) => page("options", optionBodies(), demand),
  },
  {
    method: "GET",
    path: `${base}/options/:id`,
    run: (_world, { params }) => ({ status: 200, body: findOption(params.id ?? "") }),
  },
];
