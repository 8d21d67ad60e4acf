/**
 * Elastic Metal offers sold in Paris.
 *
 * Memory, zones, public and private bandwidth: Scaleway's Elastic Metal datasheet of 2025-10-14. Cloud-init: API answers recorded in the
 * provider's tests, 2025-12-31 and 2026-01-08, fr-par-2. Prices: the same, monthly ones of 2025-07-23, without VAT, a monthly
 * commitment taken; the Private Network option is bought for each server. Default quotas: Scaleway's page of organisation quotas of
 * 2025-10-29, payment and identity validated.
 */

export interface BareMetalOffer {
  readonly zones: readonly ("fr-par-1" | "fr-par-2")[];
  readonly memoryGiB: number;
  /** Public bandwidth. The one physical card carries public traffic and every private network. */
  readonly publicGbps: number;
  /** Bandwidth of the card, shared by all private networks: what a firewall member forwards counts twice. */
  readonly privateGbps: number;
  readonly cloudInit: "supported" | "unsupported";
  /** Graphics processors' model; undefined for none. */
  readonly gpu: string | undefined;
  /** EUR a month; undefined where no price was recorded. */
  readonly eurPerMonth: number | undefined;
  /** EUR a month for the Private Network option, without which a server has no leg. */
  readonly privateNetworkEurPerMonth: number | undefined;
  /** Servers that an organisation may have of it before asking; undefined: only by asking. */
  readonly defaultQuota: number | undefined;
}

const both = ["fr-par-1", "fr-par-2"] as const;
const second = ["fr-par-2"] as const;

type Row = readonly [
  zones: BareMetalOffer["zones"],
  memoryGiB: number,
  publicGbps: number,
  privateGbps: number,
  cloudInit: "yes" | "no",
  eurPerMonth: number | undefined,
  quota: number | undefined,
];

const rows: Readonly<Record<string, Row>> = {
  "EM-A115X-SSD": [both, 32, 0.5, 1, "no", undefined, 3],
  "EM-A315X-SSD": [both, 64, 1, 1, "no", 54.99, 3],
  "EM-A410X-SSD": [both, 64, 1, 1, "no", 54.99, 3],
  "EM-A610R-NVME": [both, 32, 0.5, 1, "yes", 39.99, 3],
  "EM-B111X-SATA": [both, 192, 1, 1, "no", 94.99, 2],
  "EM-B112X-SSD": [both, 192, 1, 1, "no", 94.99, 2],
  "EM-B211X-SATA": [both, 256, 1, 1, "no", 115.99, 2],
  "EM-B212X-SSD": [both, 256, 1, 1, "no", 115.99, 2],
  "EM-B220E-NVME": [both, 64, 1, 10, "yes", 119.99, 2],
  "EM-B311X-SATA": [second, 256, 1, 1, "no", undefined, 2],
  "EM-B312X-SSD": [second, 256, 1, 1, "no", undefined, 2],
  "EM-B320E-NVME": [both, 128, 1, 10, "yes", 149.99, 2],
  "EM-B420E-NVME": [both, 128, 1, 10, "yes", 159.99, 2],
  "EM-B520E-NVME": [both, 256, 1, 10, "yes", 189.99, 2],
  "EM-I120E-NVME": [both, 64, 1, 25, "yes", 129.99, 2],
  "EM-I210E-NVME": [both, 128, 1, 10, "no", undefined, 2],
  "EM-I215E-NVME": [both, 256, 1, 10, "yes", 329.99, 2],
  "EM-I220E-NVME": [both, 128, 1, 25, "yes", 199.99, 2],
  "EM-I320E-NVME": [both, 192, 1, 25, "yes", 299.99, 2],
  "EM-I420E-NVME": [both, 256, 1, 25, "yes", 399.99, 2],
  "EM-I520E-NVME": [both, 384, 1, 25, "yes", 499.99, 2],
  "EM-I620E-NVME": [both, 576, 1, 25, "yes", 599.99, 2],
  "EM-L101X-SATA": [both, 96, 1, 1, "no", 43.99, 3],
  "EM-L105X-SATA": [both, 96, 1, 1, "no", 76.99, 3],
  "EM-L110X-SATA": [both, 96, 1, 1, "no", 131.99, 1],
  "EM-L220E-NVME": [both, 64, 1, 10, "yes", 229.99, 1],
  "EM-L420E-NVME": [both, 128, 1, 10, "yes", 349.99, 1],
  "EM-T220E-L40S": [second, 256, 1, 25, "yes", 1499.99, undefined],
  "EM-T620E-H100": [second, 512, 1, 25, "yes", 3499.99, undefined],
};

const gpus: Readonly<Record<string, string>> = { "EM-T220E-L40S": "L40S", "EM-T620E-H100": "H100" };

/** The option's price follows the card's bandwidth (recorded 2025-07-23). */
const optionPrices: Readonly<Record<number, number>> = { 1: 9.99, 10: 19.99, 25: 29.99 };

/** By the offer's name at the API. */
export const bareMetalOffers: ReadonlyMap<string, BareMetalOffer> = new Map(
  Object.entries(rows).map(
    ([name, [zones, memoryGiB, publicGbps, privateGbps, cloudInit, eurPerMonth, defaultQuota]]) => [
      name,
      {
        zones,
        memoryGiB,
        publicGbps,
        privateGbps,
        cloudInit: cloudInit === "yes" ? "supported" : "unsupported",
        gpu: gpus[name],
        eurPerMonth,
        privateNetworkEurPerMonth: optionPrices[privateGbps],
        defaultQuota,
      } satisfies BareMetalOffer,
    ],
  ),
);
