/**
 * Elastic Metal offers, with prices, as answered in fr-par-2 on 2026-01-08 (zones: datasheet of 2025-10-14). Columns:
 * name, processor, sockets, cores and megahertz of each, gigabytes of memory, disks, public and private megabits a second,
 * EUR an hour, whether cloud-init runs, where it is sold.
 */
const table = `
EM-A115X-SSD | Intel Xeon E3 1220 | 1 | 4 | 3100 | 32 | 2x1000 SSD | 500 | 1000 | 0.077 | none | both zones
EM-A116X-SSD | Intel Xeon E3 1220 or equivalent | 1 | 4 | 3100 | 32 | 2x1024 SSD | 500 | 1000 | 0.077 | none | both zones
EM-A315X-SSD | Intel Xeon E5 1410 v2 | 1 | 4 | 2800 | 64 | 2x1024 SSD | 1000 | 1000 | 0.153 | none | both zones
EM-A410X-SSD | Intel Xeon E5 1650 | 1 | 6 | 3200 | 64 | 2x1024 SSD | 1000 | 1000 | 0.153 | none | both zones
EM-A610R-NVME | AMD Ryzen PRO 3600 | 1 | 6 | 3600 | 32 | 2x1024 NVMe | 500 | 1000 | 0.11 | cloud-init | both zones
EM-B111X-SATA | Intel Xeon E5 2600 or equivalent | 2 | 6 | 2000 | 192 | 2x8000 HDD | 1000 | 1000 | 0.263 | none | both zones
EM-B112X-SSD | Intel Xeon E5 2600 or equivalent | 2 | 6 | 2000 | 192 | 2x1000 SSD | 1000 | 1000 | 0.263 | none | both zones
EM-B211X-SATA | Intel Xeon E5 2620 or equivalent | 2 | 8 | 2100 | 256 | 2x8000 HDD | 1000 | 1000 | 0.321 | none | both zones
EM-B212X-SSD | Intel Xeon E5 2620 or equivalent | 2 | 8 | 2100 | 256 | 2x1024 SSD | 1000 | 1000 | 0.321 | none | both zones
EM-B220E-NVME | AMD EPYC 7232P | 1 | 8 | 3100 | 64 | 2x1024 NVMe | 1000 | 10000 | 0.333 | cloud-init | both zones
EM-B311X-SATA | Intel Xeon E5 2670 v2 | 2 | 10 | 2500 | 256 | 2x12000 HDD | 1000 | 1000 | 0.379 | none | second zone
EM-B312X-SSD | Intel Xeon E5 2670 v2 | 2 | 10 | 2500 | 256 | 2x1024 SSD | 1000 | 1000 | 0.379 | none | second zone
EM-B320E-NVME | AMD EPYC 7232P | 1 | 8 | 3100 | 128 | 2x2048 NVMe | 1000 | 10000 | 0.417 | cloud-init | both zones
EM-B420E-NVME | AMD EPYC 7272 | 1 | 12 | 2900 | 128 | 2x1024 NVMe | 1000 | 10000 | 0.444 | cloud-init | both zones
EM-B520E-NVME | AMD EPYC 7272 | 1 | 12 | 2900 | 256 | 2x2048 NVMe | 1000 | 10000 | 0.528 | cloud-init | both zones
EM-I120E-NVME | AMD EPYC 8024P | 1 | 8 | 2400 | 64 | 2x960 NVMe | 1000 | 25000 | 0.356 | cloud-init | both zones
EM-I210E-NVME | AMD EPYC 7313P | 1 | 16 | 3000 | 128 | 2x1920 NVMe | 1000 | 10000 | 0.667 | none | both zones
EM-I215E-NVME | AMD EPYC 7313P | 1 | 16 | 3000 | 256 | 2x1920 NVMe | 1000 | 10000 | 0.904 | cloud-init | both zones
EM-I220E-NVME | AMD EPYC 8124P | 1 | 16 | 2450 | 128 | 2x960 NVMe | 1000 | 25000 | 0.548 | cloud-init | both zones
EM-I320E-NVME | AMD EPYC 8224P | 1 | 24 | 2550 | 192 | 2x1920 NVMe | 1000 | 25000 | 0.822 | cloud-init | both zones
EM-I420E-NVME | AMD EPYC 8324P | 1 | 32 | 2650 | 256 | 2x1920 NVMe | 1000 | 25000 | 1.096 | cloud-init | both zones
EM-I520E-NVME | AMD EPYC 8434P | 1 | 48 | 2500 | 384 | 2x3840 NVMe | 1000 | 25000 | 1.37 | cloud-init | both zones
EM-I620E-NVME | AMD EPYC 8534P | 1 | 64 | 2300 | 576 | 2x3840 NVMe | 1000 | 25000 | 1.644 | cloud-init | both zones
EM-L101X-SATA | Intel Xeon E5 1410 v2 | 1 | 4 | 2800 | 96 | 2x6001 HDD | 1000 | 1000 | 0.122 | none | both zones
EM-L105X-SATA | Intel Xeon E5 1410 v2 | 1 | 4 | 2800 | 96 | 4x6001 HDD | 1000 | 1000 | 0.213 | none | both zones
EM-L110X-SATA | Intel Xeon E5 1410 v2 | 1 | 4 | 2800 | 96 | 4x12000 HDD | 1000 | 1000 | 0.366 | none | both zones
EM-L220E-NVME | AMD EPYC 7232P | 1 | 8 | 3100 | 64 | 4x2048 NVMe | 1000 | 10000 | 0.685 | cloud-init | both zones
EM-L420E-NVME | AMD EPYC 7272 | 1 | 12 | 2900 | 128 | 4x4000 NVMe | 1000 | 10000 | 1.014 | cloud-init | both zones
EM-T220E-L40S | AMD EPYC 9334 | 1 | 32 | 2700 | 256 | 2x3840 NVMe | 1000 | 25000 | 4.11 | cloud-init | second zone
EM-T620E-H100 | AMD EPYC 9334 | 1 | 32 | 2700 | 512 | 2x7681 NVMe | 1000 | 25000 | 9.589 | cloud-init | second zone
`;

export interface MetalOffer {
  readonly name: string;
  readonly cpu: string;
  readonly sockets: number;
  readonly cores: number;
  readonly megahertz: number;
  readonly gigabytes: number;
  readonly disks: readonly { readonly gigabytes: number; readonly type: string }[];
  readonly publicMbps: number;
  readonly privateMbps: number;
  readonly hourly: number;
  readonly cloudInit: "cloud-init" | "none";
  readonly sold: "both zones" | "second zone";
}

function readDisks(text: string): MetalOffer["disks"] {
  const [count = "0", gigabytes = "0", type = ""] = text.split(/[x ]/);
  return Array.from({ length: Number(count) }, () => ({ gigabytes: Number(gigabytes), type }));
}

function readOffer(line: string): MetalOffer {
  const cells = line.split(" | ");
  const text = (column: number): string => cells[column] ?? "";
  const number = (column: number): number => Number(text(column));
  return {
    name: text(0),
    cpu: text(1),
    sockets: number(2),
    cores: number(3),
    megahertz: number(4),
    gigabytes: number(5),
    disks: readDisks(text(6)),
    publicMbps: number(7),
    privateMbps: number(8),
    hourly: number(9),
    cloudInit: text(10) === "cloud-init" ? "cloud-init" : "none",
    sold: text(11) === "second zone" ? "second zone" : "both zones",
  };
}

export const metalOffers: readonly MetalOffer[] = table.trim().split("\n").map(readOffer);
