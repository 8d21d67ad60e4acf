/**
 * Instance types, with prices and sizes as answered in Paris on 2026-05-18 and 2026-07-30. Columns: name, processors, GiB of
 * memory, EUR an hour, megabits a second, GB of local storage (0: block storage only), GPUs, where it is sold.
 */
const table = `
BASIC2-A16C-32G | 16 | 32 | 0.2067 | 1600 | 0 | 0 | Paris and Warsaw
BASIC2-A16C-64G | 16 | 64 | 0.2756 | 1600 | 0 | 0 | Paris and Warsaw
BASIC2-A2C-4G | 2 | 4 | 0.023 | 200 | 0 | 0 | Paris and Warsaw
BASIC2-A2C-8G | 2 | 8 | 0.0345 | 200 | 0 | 0 | Paris and Warsaw
BASIC2-A4C-16G | 4 | 16 | 0.0689 | 400 | 0 | 0 | Paris and Warsaw
BASIC2-A4C-8G | 4 | 8 | 0.0517 | 400 | 0 | 0 | Paris and Warsaw
BASIC2-A8C-16G | 8 | 16 | 0.1034 | 800 | 0 | 0 | Paris and Warsaw
BASIC2-A8C-32G | 8 | 32 | 0.1378 | 800 | 0 | 0 | Paris and Warsaw
BASIC3-X16C-32G | 16 | 32 | 0.33 | 3000 | 0 | 0 | not in third zones
BASIC3-X16C-64G | 16 | 64 | 0.44 | 3000 | 0 | 0 | not in third zones
BASIC3-X2C-4G | 2 | 4 | 0.0394 | 200 | 0 | 0 | not in third zones
BASIC3-X2C-8G | 2 | 8 | 0.055 | 350 | 0 | 0 | not in third zones
BASIC3-X4C-16G | 4 | 16 | 0.11 | 700 | 0 | 0 | not in third zones
BASIC3-X4C-8G | 4 | 8 | 0.079 | 400 | 0 | 0 | not in third zones
BASIC3-X8C-16G | 8 | 16 | 0.165 | 1500 | 0 | 0 | not in third zones
BASIC3-X8C-32G | 8 | 32 | 0.2368 | 800 | 0 | 0 | not in third zones
COMPUTE3-X16C-32G | 16 | 32 | 0.4682 | 4000 | 0 | 0 | not in third zones
COMPUTE3-X2C-4G | 2 | 4 | 0.0585 | 500 | 0 | 0 | not in third zones
COMPUTE3-X32C-64G | 32 | 64 | 0.9363 | 8000 | 0 | 0 | not in third zones
COMPUTE3-X48C-96G | 48 | 96 | 1.397 | 16000 | 0 | 0 | not in third zones
COMPUTE3-X4C-8G | 4 | 8 | 0.117 | 1000 | 0 | 0 | not in third zones
COMPUTE3-X64C-128G | 64 | 128 | 1.8726 | 16000 | 0 | 0 | not in third zones
COMPUTE3-X8C-16G | 8 | 16 | 0.2341 | 2000 | 0 | 0 | not in third zones
COMPUTE3-X96C-192G | 96 | 192 | 2.794 | 16000 | 0 | 0 | not in third zones
DEV1-L | 4 | 8 | 0.04284 | 400 | 80 | 0 | not in third zones
DEV1-M | 3 | 4 | 0.020196 | 300 | 40 | 0 | not in third zones
DEV1-S | 2 | 2 | 0.008976 | 200 | 20 | 0 | not in third zones
DEV1-XL | 4 | 12 | 0.06402 | 500 | 120 | 0 | not in third zones
GP1-L | 32 | 128 | 0.759 | 5000 | 600 | 0 | not in third zones
GP1-M | 16 | 64 | 0.376 | 1500 | 600 | 0 | everywhere
GP1-S | 8 | 32 | 0.187 | 800 | 300 | 0 | everywhere
GP1-XL | 48 | 256 | 1.641 | 10000 | 600 | 0 | not in third zones
GP1-XS | 4 | 16 | 0.0924 | 500 | 150 | 0 | everywhere
H100-1-80G | 24 | 240 | 2.8665 | 10000 | 0 | 1 | second zone
H100-SXM-2-80G | 32 | 240 | 6.62 | 20000 | 0 | 2 | second zone
L4-1-24G | 8 | 48 | 0.7875 | 2500 | 0 | 1 | Paris and Warsaw
L4-2-24G | 16 | 96 | 1.5 | 5000 | 0 | 2 | Paris and Warsaw
L4-4-24G | 32 | 192 | 3 | 10000 | 0 | 4 | Paris and Warsaw
L4-8-24G | 64 | 384 | 6 | 20000 | 0 | 8 | Paris and Warsaw
L40S-1-48G | 8 | 96 | 1.47 | 2500 | 0 | 1 | second zone
MEMORY3-X16C-128G | 16 | 128 | 0.824 | 4000 | 0 | 0 | not in third zones
MEMORY3-X2C-16G | 2 | 16 | 0.103 | 500 | 0 | 0 | not in third zones
MEMORY3-X32C-256G | 32 | 256 | 1.648 | 8000 | 0 | 0 | not in third zones
MEMORY3-X48C-384G | 48 | 384 | 2.472 | 16000 | 0 | 0 | not in third zones
MEMORY3-X4C-32G | 4 | 32 | 0.206 | 1000 | 0 | 0 | not in third zones
MEMORY3-X8C-64G | 8 | 64 | 0.412 | 2000 | 0 | 0 | not in third zones
PLAY2-MICRO | 4 | 8 | 0.05508 | 400 | 0 | 0 | not in third zones
PLAY2-NANO | 2 | 4 | 0.02754 | 200 | 0 | 0 | not in third zones
PLAY2-PICO | 1 | 2 | 0.01428 | 100 | 0 | 0 | not in third zones
POP2-16C-64G | 16 | 64 | 0.59 | 3200 | 0 | 0 | everywhere
POP2-16C-64G-WIN | 16 | 64 | 1.4567 | 3200 | 0 | 0 | not in third zones
POP2-2C-8G | 2 | 8 | 0.0735 | 400 | 0 | 0 | everywhere
POP2-2C-8G-WIN | 2 | 8 | 0.1823 | 400 | 0 | 0 | not in third zones
POP2-32C-128G | 32 | 128 | 1.18 | 6400 | 0 | 0 | everywhere
POP2-32C-128G-WIN | 32 | 128 | 2.9133 | 6400 | 0 | 0 | not in third zones
POP2-48C-192G | 48 | 192 | 1.77 | 9600 | 0 | 0 | not in third zones
POP2-4C-16G | 4 | 16 | 0.147 | 800 | 0 | 0 | everywhere
POP2-4C-16G-WIN | 4 | 16 | 0.3637 | 800 | 0 | 0 | not in third zones
POP2-64C-256G | 64 | 256 | 2.35 | 12800 | 0 | 0 | everywhere
POP2-8C-32G | 8 | 32 | 0.29 | 1600 | 0 | 0 | everywhere
POP2-8C-32G-WIN | 8 | 32 | 0.7233 | 1600 | 0 | 0 | not in third zones
POP2-HC-16C-32G | 16 | 32 | 0.4256 | 3200 | 0 | 0 | not in third zones
POP2-HC-2C-4G | 2 | 4 | 0.0532 | 400 | 0 | 0 | not in third zones
POP2-HC-32C-64G | 32 | 64 | 0.8512 | 6400 | 0 | 0 | not in third zones
POP2-HC-48C-96G | 48 | 96 | 1.27 | 9600 | 0 | 0 | not in third zones
POP2-HC-4C-8G | 4 | 8 | 0.1064 | 800 | 0 | 0 | not in third zones
POP2-HC-64C-128G | 64 | 128 | 1.7024 | 12800 | 0 | 0 | not in third zones
POP2-HC-8C-16G | 8 | 16 | 0.2128 | 1600 | 0 | 0 | not in third zones
POP2-HM-16C-128G | 16 | 128 | 0.824 | 3200 | 0 | 0 | not in third zones
POP2-HM-2C-16G | 2 | 16 | 0.103 | 400 | 0 | 0 | not in third zones
POP2-HM-32C-256G | 32 | 256 | 1.648 | 6400 | 0 | 0 | not in third zones
POP2-HM-48C-384G | 48 | 384 | 2.47 | 9600 | 0 | 0 | not in third zones
POP2-HM-4C-32G | 4 | 32 | 0.206 | 800 | 0 | 0 | not in third zones
POP2-HM-64C-512G | 64 | 512 | 3.296 | 12800 | 0 | 0 | not in third zones
POP2-HM-8C-64G | 8 | 64 | 0.412 | 1600 | 0 | 0 | not in third zones
POP2-HN-10 | 4 | 8 | 0.7264 | 10000 | 0 | 0 | not in third zones
POP2-HN-3 | 2 | 4 | 0.2554 | 3000 | 0 | 0 | not in third zones
POP2-HN-5 | 4 | 8 | 0.4524 | 5000 | 0 | 0 | not in third zones
PRO2-L | 32 | 128 | 0.8936 | 6000 | 0 | 0 | everywhere
PRO2-M | 16 | 64 | 0.4468 | 3000 | 0 | 0 | everywhere
PRO2-S | 8 | 32 | 0.2234 | 1500 | 0 | 0 | everywhere
PRO2-XS | 4 | 16 | 0.1122 | 700 | 0 | 0 | everywhere
PRO2-XXS | 2 | 8 | 0.0561 | 350 | 0 | 0 | everywhere
RENDER-S | 10 | 42 | 1.221 | 1000 | 400 | 1 | Paris and Warsaw
STANDARD2-A16C-64G | 16 | 64 | 0.5039 | 3200 | 0 | 0 | Paris and Warsaw
STANDARD2-A2C-8G | 2 | 8 | 0.0586 | 400 | 0 | 0 | Paris and Warsaw
STANDARD2-A32C-128G | 32 | 128 | 1.0078 | 6400 | 0 | 0 | Paris and Warsaw
STANDARD2-A48C-192G | 48 | 192 | 1.5117 | 9600 | 0 | 0 | Paris and Warsaw
STANDARD2-A4C-16G | 4 | 16 | 0.1171 | 800 | 0 | 0 | Paris and Warsaw
STANDARD2-A64C-256G | 64 | 256 | 2.0142 | 12800 | 0 | 0 | Paris and Warsaw
STANDARD2-A8C-32G | 8 | 32 | 0.2343 | 1600 | 0 | 0 | Paris and Warsaw
STANDARD3-X16C-64G | 16 | 64 | 0.59 | 4000 | 0 | 0 | not in third zones
STANDARD3-X2C-8G | 2 | 8 | 0.0809 | 400 | 0 | 0 | not in third zones
STANDARD3-X32C-128G | 32 | 128 | 1.18 | 8000 | 0 | 0 | not in third zones
STANDARD3-X48C-192G | 48 | 192 | 1.77 | 16000 | 0 | 0 | not in third zones
STANDARD3-X4C-16G | 4 | 16 | 0.1617 | 800 | 0 | 0 | not in third zones
STANDARD3-X64C-256G | 64 | 256 | 2.35 | 16000 | 0 | 0 | not in third zones
STANDARD3-X8C-32G | 8 | 32 | 0.319 | 1600 | 0 | 0 | not in third zones
STARDUST1-S | 1 | 1 | 0.00015 | 100 | 10 | 0 | not in third zones
START1-L | 8 | 8 | 0.0368 | 400 | 200 | 0 | not in third zones
START1-M | 4 | 4 | 0.0194 | 300 | 100 | 0 | not in third zones
START1-S | 2 | 2 | 0.0106 | 200 | 50 | 0 | not in third zones
START1-XS | 1 | 1 | 0.0062 | 100 | 25 | 0 | not in third zones
VC1L | 6 | 8 | 0.02468 | 200 | 200 | 0 | not in third zones
VC1M | 4 | 4 | 0.01555 | 200 | 100 | 0 | not in third zones
VC1S | 2 | 2 | 0.00862 | 200 | 50 | 0 | not in third zones
X64-120GB | 12 | 120 | 0.42574 | 1000 | 800 | 0 | not in third zones
X64-15GB | 6 | 15 | 0.06032 | 250 | 200 | 0 | not in third zones
X64-30GB | 8 | 30 | 0.11906 | 500 | 400 | 0 | not in third zones
X64-60GB | 10 | 60 | 0.213 | 1000 | 700 | 0 | not in third zones
`;

type Sold = "everywhere" | "Paris and Warsaw" | "not in third zones" | "second zone";

export interface InstanceType {
  readonly cpus: number;
  readonly gibibytes: number;
  readonly hourly: number;
  readonly mbps: number;
  readonly sold: Sold;
  /** Largest local storage, in GB; 0: block storage only. */
  readonly localGb: number;
  readonly arch: "x86_64" | "arm64";
  readonly gpus: number;
  /** Model and GiB of memory of each GPU. */
  readonly gpu: readonly [model: string, gibibytes: number] | undefined;
  /** The name that it had before. */
  readonly oldName: string | undefined;
  /** It can be had no more, but those there go on. */
  readonly ended: boolean;
}

const gpuModels: Readonly<Record<string, readonly [string, number]>> = {
  RENDER: ["P100", 16],
  L4: ["L4", 24],
  L40S: ["L40S", 48],
  H100: ["H100", 80],
};

const oldNames: Readonly<Record<string, string>> = { VC1S: "X64-2GB", VC1M: "X64-4GB", VC1L: "X64-8GB" };

function readType(line: string): [string, InstanceType] {
  const [name = "", cpus, gibibytes, hourly, mbps, localGb, gpus, sold] = line.split(" | ");
  return [
    name,
    {
      cpus: Number(cpus),
      gibibytes: Number(gibibytes),
      hourly: Number(hourly),
      mbps: Number(mbps),
      sold: sold as Sold,
      localGb: Number(localGb),
      arch: /^\w+-A\d/.test(name) ? "arm64" : "x86_64",
      gpus: Number(gpus),
      gpu: gpuModels[name.split("-")[0] as string],
      oldName: oldNames[name],
      ended: /^(START1|VC1|X64)/.test(name),
    },
  ];
}

const types: ReadonlyMap<string, InstanceType> = new Map(table.trim().split("\n").map(readType));

function isSold(sold: Sold, zone: string): boolean {
  if (sold === "everywhere") return true;
  if (sold === "Paris and Warsaw") return /^(fr-par-[12]|pl-waw-2)$/.test(zone);
  return sold === "second zone" ? zone.endsWith("-2") : !zone.endsWith("-3");
}

/** A type by name, when its zone sells it. */
export function instanceType(name: string, zone: string): InstanceType | undefined {
  const type = types.get(name);
  return type && isSold(type.sold, zone) ? type : undefined;
}

/** What a zone sells, by name. */
export function soldIn(zone: string): [string, InstanceType][] {
  return [...types].filter(([, type]) => isSold(type.sold, zone)).sort(([a], [b]) => (a < b ? -1 : 1));
}
