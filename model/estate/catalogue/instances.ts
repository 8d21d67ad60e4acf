/**
 * Instance types sold in Paris that an estate may use.
 *
 * Zones and prices: API answers recorded in the provider's tests, 2026-07-30 (fr-par-3 sells the GP1, PRO2 and POP2 families only;
 * no GPU there; fr-par-1 has no H100, L40S or B300). Bandwidth, shared by public and private traffic: Scaleway's bandwidth overview of
 * 2025-01-24 and, for GPUs, its overview of 2025-04-22. Default quotas: its page of organisation quotas of 2025-10-29, payment and identity validated.
 * Prices without VAT, 730 hours a month.
 */

export interface InstanceType {
  readonly zones: readonly ("fr-par-1" | "fr-par-2" | "fr-par-3")[];
  readonly vcpu: number;
  readonly memoryGiB: number;
  /** Of the card, for everything; undefined where none was recorded. */
  readonly gbps: number | undefined;
  /** Graphics processors' model; undefined for none. */
  readonly gpu: string | undefined;
  /** EUR a month; undefined where no price was recorded. */
  readonly eurPerMonth: number | undefined;
  /** Instances that an organisation may have of it before asking; undefined: only by asking, or not recorded. */
  readonly defaultQuota: number | undefined;
}

type Zones = InstanceType["zones"];
const all: Zones = ["fr-par-1", "fr-par-2", "fr-par-3"];
const both: Zones = ["fr-par-1", "fr-par-2"];
const second: Zones = ["fr-par-2"];

type Row = readonly [
  zones: Zones,
  vcpu: number,
  memoryGiB: number,
  gbps: number | undefined,
  eurPerMonth: number | undefined,
  quota: number | undefined,
  gpu?: string,
];

const rows: Readonly<Record<string, Row>> = {
  "DEV1-S": [both, 2, 2, 0.2, 6.55, 20],
  "DEV1-M": [both, 3, 4, 0.3, 14.74, 15],
  "DEV1-L": [both, 4, 8, 0.4, 31.27, 10],
  "PLAY2-PICO": [both, 1, 2, 0.1, 10.42, 15],
  "PLAY2-NANO": [both, 2, 4, 0.2, 20.1, 10],
  "PLAY2-MICRO": [both, 4, 8, 0.4, 40.21, 5],
  "BASIC2-A2C-4G": [both, 2, 4, undefined, 16.79, 20],
  "BASIC3-X2C-4G": [both, 2, 4, undefined, 28.8, undefined],
  "BASIC3-X4C-8G": [both, 4, 8, undefined, 57.67, undefined],
  "BASIC3-X8C-32G": [both, 8, 32, undefined, 172.86, undefined],
  "PRO2-XXS": [all, 2, 8, 0.35, 40.95, 5],
  "PRO2-XS": [all, 4, 16, 0.7, 81.91, 4],
  "PRO2-S": [all, 8, 32, 1.5, 163.07, 4],
  "PRO2-M": [all, 16, 64, 3, 326.13, 3],
  "PRO2-L": [all, 32, 128, 6, undefined, undefined],
  "POP2-2C-8G": [all, 2, 8, 0.4, 53.66, 5],
  "POP2-4C-16G": [all, 4, 16, 0.8, 107.31, 4],
  "POP2-8C-32G": [all, 8, 32, 1.6, 211.7, 2],
  "POP2-16C-64G": [all, 16, 64, 3.2, 430.7, 2],
  "POP2-32C-128G": [all, 32, 128, 6.4, undefined, 1],
  "POP2-64C-256G": [all, 64, 256, 12.8, undefined, undefined],
  "STANDARD3-X2C-8G": [both, 2, 8, undefined, 59.06, undefined],
  "STANDARD3-X4C-16G": [both, 4, 16, undefined, 118.04, undefined],
  "STANDARD3-X8C-32G": [both, 8, 32, undefined, 232.87, undefined],
  "RENDER-S": [both, 10, 42, 1, 891.33, 1, "P100"],
  "L4-1-24G": [both, 8, 48, 2.5, 574.88, 1, "L4"],
  "L40S-1-48G": [second, 8, 96, 2.5, 1073.1, 1, "L40S"],
  "H100-1-80G": [second, 24, 240, 10, 2092.55, undefined, "H100"],
  "H100-SXM-2-80G": [second, 32, 240, undefined, 4832.6, undefined, "H100-SXM"],
};

/** By the type's name at the API. */
export const instanceTypes: ReadonlyMap<string, InstanceType> = new Map(
  Object.entries(rows).map(([name, [zones, vcpu, memoryGiB, gbps, eurPerMonth, defaultQuota, gpu]]) => [
    name,
    { zones, vcpu, memoryGiB, gbps, gpu, eurPerMonth, defaultQuota } satisfies InstanceType,
  ]),
);
