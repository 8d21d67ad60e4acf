/** Resources as a careful program writes them; a case changes one thing. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as types from "../../policies/kit/types.ts";
import type { Settings } from "../../policies/kit/written.ts";
import { type EstateName, estateFolders } from "./estate-programs.ts";
import { type Sketch, unknown } from "./resources.ts";

/** A small program, and what whoever runs the packs told them. */
export interface Program {
  readonly sketches: readonly Sketch[];
  readonly stack: string;
  readonly settings?: Settings;
}

/** A program of nobody's estate. */
export const program = (...sketches: readonly Sketch[]): Program => ({ sketches, stack: "dev" });

/** A stack of the small estate, which names it and what it consumed. */
export const stackProgram = (part: string, ...sketches: readonly Sketch[]): Program => ({
  sketches: [estate(), ...sketches],
  stack: `small.${part}`,
});

/** The stack that the whole estate is judged with. */
export const reviewing = (changes: EstateChanges, ...sketches: readonly Sketch[]): Program => ({
  sketches: [estate({ estate: estateWith(changes) }), ...sketches],
  stack: "small.foundation",
});

type Props = Readonly<Record<string, unknown>>;
type Links = Pick<Sketch, "from" | "after" | "protect"> & { readonly name?: string };
type Piece = (props?: Props, links?: Links) => Sketch;

const piece =
  (type: string, name: string, compliant: Props, usual: Links = {}): Piece =>
  (props = {}, links = {}) => ({ type, name, ...usual, ...links, props: { ...compliant, ...props } });

const tags = ["estate=small", "managed-by=archipel"];

export const root = join(import.meta.dirname, "../..");
export const smallFolder = join(root, estateFolders.small);

const subnets = {
  admin: "10.64.0.0/24",
  agenda: "10.64.4.0/26",
  ingress: "10.64.2.0/24",
  payroll: "10.64.4.128/26",
  portal: "10.64.4.192/26",
};
const networkIds = Object.fromEntries(Object.keys(subnets).map((key) => [key, `fr-par/id-of-${key}`]));
export const idOf = (network: keyof typeof subnets): string => `fr-par/id-of-${network}`;
const bastions = {
  "bastion.par-1": { id: "fr-par-1/one", address: "198.18.0.1" },
  "bastion.par-2": { id: "fr-par-2/two", address: "198.18.0.2" },
};
export const consumes = { privateNetworks: networkIds, subnets, publicAddresses: bastions };

export const estate = piece(types.stackType, "archipel-small", {
  estate: smallFolder,
  protection: "on",
  consumes,
  provides: { activeZone: "par-1" },
});

export const vpc = piece(types.vpcType, "vpc", { name: "town-vpc", tags });
export const acl = (family: 4 | 6 = 4, props: Props = {}): Sketch => ({
  type: types.aclType,
  name: `acl-${family}`,
  props: { vpcId: unknown, isIpv6: family === 6, defaultPolicy: "drop", rules: [], ...props },
  from: { vpcId: ["vpc"] },
});
export const network = piece(
  types.privateNetworkType,
  "network",
  { name: "town-network", vpcId: unknown, enableDefaultRoutePropagation: false, tags },
  { from: { vpcId: ["vpc"] }, after: ["acl-4", "acl-6"] },
);
export const route = piece(types.routeType, "route", {});
export const gateway = piece(types.gatewayType, "gateway", {
  name: "town-gateway",
  zone: "fr-par-1",
  bastionEnabled: false,
  tags,
});
export const gatewayNetwork = piece(types.gatewayNetworkType, "gateway-network", {
  zone: "fr-par-1",
  ipamConfigs: [{ pushDefaultRoute: false }],
});
export const patRule = piece(types.patRuleType, "pat", {});
export const flexibleIp = piece(types.flexibleIpType, "flexible", {});

export const dayZero =
  "#cloud-config\nbootcmd:\n- nft 'table inet day0 { chain in { type filter hook input priority 0; policy drop; } }'\n";
export const metal = piece(
  types.bareMetalType,
  "metal",
  {
    name: "town-metal",
    zone: "fr-par-1",
    cloudInit: dayZero,
    privateNetworks: [{ id: idOf("payroll") }],
    tags: [...tags, "application=payroll", "role=fleet", "workload=payroll-db"],
  },
  { protect: true },
);
export const instance = piece(types.instanceType, "web", {
  name: "town-web",
  zone: "fr-par-1",
  type: "PLAY2-NANO",
  tags: [...tags, "application=portal", "role=fleet", "workload=portal-web"],
});
export const card = piece(
  types.nicType,
  "card",
  { zone: "fr-par-1", privateNetworkId: idOf("portal") },
  { from: { serverId: ["web"] } },
);
export const command = piece(
  types.commandType,
  "metal-host-configure",
  { create: unknown, update: unknown, stdin: "true\n", connection: { proxy: { host: "198.18.0.1" } } },
  {},
);
export const securityGroup = piece(types.securityGroupType, "group", {
  name: "town-group",
  zone: "fr-par-1",
  inboundDefaultPolicy: "drop",
  outboundDefaultPolicy: "drop",
  inboundRules: [{ action: "accept", protocol: "TCP", port: 443 }],
  tags,
});
export const balancer = piece(types.loadBalancerType, "lb", {
  name: "town-lb",
  zone: "fr-par-1",
  privateNetworks: [{ privateNetworkId: idOf("ingress") }],
  sslCompatibilityLevel: "ssl_compatibility_level_modern",
  tags,
});
export const balancerLeg = piece(types.balancerLegType, "leg", {});
export const backend = piece(types.backendType, "backend", {
  name: "town-backend",
  serverIps: ["10.64.2.7", "10.64.2.10"],
  healthCheckDelay: "2s",
  healthCheckTimeout: "1s",
  healthCheckMaxRetries: 3,
  onMarkedDownAction: "shutdown_sessions",
});
export const frontend = piece(types.frontendType, "frontend", { name: "town-frontend", inboundPort: 443 });
export const record = piece(types.recordType, "agenda", {
  dnsZone: "small.example",
  name: "agenda",
  type: "A",
  ttl: 60,
  data: "198.19.0.2",
  httpService: {
    ips: ["198.19.0.1"],
    strategy: "random",
    url: "https://agenda.small.example/health",
    mustContain: "ok",
  },
});
export const database = piece(
  types.databaseType,
  "database",
  {
    name: "town-database",
    engine: "PostgreSQL-15",
    isHaCluster: true,
    encryptionAtRest: true,
    backupSameRegion: false,
    backupScheduleFrequency: 24,
    backupScheduleRetention: 14,
    privateNetwork: { pnId: idOf("payroll") },
    passwordWo: "written",
    passwordWoVersion: 1,
    tags,
  },
  { protect: true },
);
export const replica = piece(types.readReplicaType, "replica", {
  sameZone: false,
  privateNetwork: { privateNetworkId: idOf("payroll") },
});
export const databaseAcl = piece(types.databaseAclType, "database-acl", {
  aclRules: [{ ip: "10.64.4.0/26", description: "payroll" }],
});
export const cache = piece(types.redisType, "cache", {
  name: "town-cache",
  zone: "fr-par-1",
  clusterSize: 3,
  tlsEnabled: true,
  privateNetworks: [{ id: idOf("portal") }],
  passwordWo: "written",
  passwordWoVersion: 1,
  tags,
});
export const bucket = piece(
  types.bucketType,
  "letters",
  {
    name: "town-letters",
    acl: "private",
    versioning: { enabled: true },
    lifecycleRules: [{ enabled: true, expiration: { days: 730 } }],
    tags: { estate: "small", "managed-by": "archipel", data: "scanned-letters" },
  },
  { protect: true },
);
export const backupBucket = piece(
  types.bucketType,
  "copies",
  {
    name: "town-copies",
    acl: "private",
    objectLockEnabled: true,
    versioning: { enabled: true },
    lifecycleRules: [{ enabled: true, expiration: { days: 180 } }],
    tags: { estate: "small", "managed-by": "archipel", data: "backup-copies", role: "backup" },
  },
  { protect: true },
);
export const bucketLock = piece(
  types.bucketLockType,
  "copies-lock",
  { rule: { defaultRetention: { mode: "GOVERNANCE", days: 30 } } },
  { from: { bucket: ["copies"] } },
);
export const bucketEncryption = (of = "letters"): Sketch => ({
  type: types.bucketEncryptionType,
  name: `${of}-encryption`,
  props: { bucket: unknown },
  from: { bucket: [of] },
});
export const volume = piece(
  types.blockVolumeType,
  "volume",
  { name: "town-volume", zone: "fr-par-1", iops: 5000, tags: [...tags, "encryption=luks"] },
  { protect: true },
);
export const iamPolicy = piece(types.iamPolicyType, "policy", {
  name: "town-deploy",
  rules: [{ projectIds: [unknown], permissionSetNames: ["InstancesFullAccess"] }],
  tags,
});
export const apiKey = piece(types.apiKeyType, "key", {
  applicationId: unknown,
  expiresAt: "2027-03-01T00:00:00Z",
});
export const sshKey = piece(types.sshKeyType, "ssh", {
  name: "small-operator",
  publicKey: "ssh-ed25519 AAAA",
});

/** The script of a host that loads some rules. */
export function script(rules: {
  readonly forwardPolicy?: string;
  readonly forward?: readonly object[];
  readonly input?: readonly object[];
}): string {
  const chain = (hook: string, policy: string) => ({
    add: { chain: { family: "inet", table: "t", name: hook, type: "filter", hook, prio: 0, policy } },
  });
  const rule = (hook: string, expr: readonly object[]) => ({
    add: { rule: { family: "inet", table: "t", chain: hook, expr } },
  });
  const nftables = [
    chain("input", "drop"),
    chain("forward", rules.forwardPolicy ?? "drop"),
    ...(rules.input === undefined ? [] : [rule("input", rules.input)]),
    ...(rules.forward === undefined ? [] : [rule("forward", rules.forward)]),
  ];
  return `file 0644 /etc/nftables/archipel.json <<'ARCHIPEL_EOF'\n${JSON.stringify({ nftables })}\nARCHIPEL_EOF\n`;
}

const match = (protocol: string, field: string, right: string | number): object => ({
  match: { op: "==", left: { payload: { protocol, field } }, right },
});

/** A rule that accepts TCP from a source to a port, and to a destination where one is given. */
export function accepting(source: string | undefined, port: number, destination?: string): object[] {
  return [
    ...(source === undefined ? [] : [match("ip", "saddr", source)]),
    ...(destination === undefined ? [] : [match("ip", "daddr", destination)]),
    match("tcp", "dport", port),
    { accept: null },
  ];
}

/** What is changed in an estate's files: each `[from, to]` once, or the text of a file that is new. */
export type EstateChanges = Readonly<Record<string, string | readonly (readonly [string, string])[]>>;

const written = new Map<string, string>();
const scratch = mkdtempSync(join(tmpdir(), "archipel-reviewed-"));
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));

/** A folder with a changed copy of an estate; it goes when the tests end. */
export function estateWith(changes: EstateChanges, of: EstateName = "small"): string {
  const key = JSON.stringify([of, changes]);
  const found = written.get(key);
  if (found !== undefined) return found;
  const folder = mkdtempSync(join(scratch, "estate-"));
  cpSync(join(root, estateFolders[of]), folder, { recursive: true });
  for (const [path, change] of Object.entries(changes)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof change === "string" ? change : replaced(readFileSync(file, "utf8"), change));
  }
  written.set(key, folder);
  return folder;
}

function replaced(text: string, pairs: readonly (readonly [string, string])[]): string {
  return pairs.reduce((changed, [from, to]) => {
    if (!changed.includes(from)) throw new Error(`the file does not say: ${from}`);
    return changed.replace(from, to);
  }, text);
}

/** An application that keeps letters, pictures of cameras and copies in buckets. */
export const archive: EstateChanges = {
  "applications/archive.yaml": `application: archive
title: Archive of the town
owner: town-secretary
trustClass: internal
criticality: standard
recovery: cold
networks:
  - name: archive
workloads:
  - { name: archive-vm, kind: guest, network: archive, hypervisors: town, memoryGiB: 4 }
data:
  - { name: scanned-letters, kind: bucket, rpoSeconds: 3600, personal: personal, retentionDays: 730 }
  - { name: camera-pictures, kind: bucket, rpoSeconds: 3600, personal: personal, retentionDays: 30 }
  - { name: backup-copies, kind: bucket, rpoSeconds: 86400, personal: sensitive, retentionDays: 180 }
  - { name: maps, kind: bucket, rpoSeconds: 86400 }
`,
};
