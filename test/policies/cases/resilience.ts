/** Cases of the pack `resilience`. */
import type { resilience } from "../../../policies/catalogue/resilience.ts";
import * as p from "../pieces.ts";
import { type Sketch, unknown } from "../resources.ts";
import type { Cases } from "./cases.ts";

const { program, reviewing, stackProgram } = p;
const nothing = program(p.vpc());
const apart = stackProgram("dr", p.record());

/** A zone's stack with all that the small estate declares for it. */
const zone = (changes: (sketches: readonly Sketch[]) => readonly Sketch[] = (all) => all) =>
  stackProgram(
    "par-1",
    ...changes([
      p.metal(),
      p.instance(),
      p.metal({ tags: ["role=hypervisor"] }, { name: "town-par-1-1" }),
      ...[1, 2, 3].map((number) => p.instance({ tags: ["role=proxy"] }, { name: `proxy-par-1-${number}` })),
    ]),
  );
const without = (name: string) => zone((all) => all.filter((sketch) => sketch.name !== name));
const untagged = (name: string) =>
  zone((all) =>
    all.map((sketch) => (sketch.name === name ? { ...sketch, props: { tags: unknown } } : sketch)),
  );

const writer = (props: Readonly<Record<string, unknown>> = {}) => stackProgram("dr", p.command(props));
const withoutClaims = {
  stack: "small.dr",
  sketches: [p.estate({ consumes: {} }), p.command()],
};
const level = (from: string, to: string) => reviewing({ "backups.yaml": [[from, to]] });

export const cases: Readonly<Record<keyof typeof resilience, Cases>> = {
  "explicit-zone": {
    compliant: [program(p.instance(), p.cache())],
    violating: [
      [program(p.instance({ zone: undefined })), "zone is not set"],
      [program(p.volume({ zone: "" })), "zone"],
    ],
    notApplicable: [nothing],
    unknown: [[program(p.instance({ zone: unknown })), "undetermined"]],
  },
  "stack-in-its-zone": {
    compliant: [zone(), stackProgram("witness", p.instance({ zone: "fr-par-3" }))],
    violating: [
      [stackProgram("par-1", p.instance({ zone: "fr-par-2" })), "in fr-par-2, and the stack is fr-par-1's"],
      [stackProgram("witness", p.instance()), "in fr-par-1, and the stack is fr-par-3's"],
    ],
    notApplicable: [
      apart,
      stackProgram("foundation", p.instance({ zone: "fr-par-2" })),
      program(p.instance()),
      stackProgram("par-1"),
    ],
    unknown: [[stackProgram("par-1", p.instance({ zone: unknown })), "undetermined"]],
  },
  "declared-members-present": {
    compliant: [zone()],
    violating: [
      [without("web"), "portal-web: 0 members in par-1, and the estate declares 1"],
      [without("town-par-1-1"), "town: 0 members"],
      [zone((all) => [...all, p.metal({}, { name: "another" })]), "payroll-db: 2 members"],
    ],
    notApplicable: [apart, program(p.instance())],
    unknown: [[untagged("web"), "violated"]],
  },
  "capacity-on-one-zone": {
    compliant: [zone()],
    violating: [
      [without("web"), "portal: par-1 alone carries 0 users, and 400 must hold"],
      [zone((all) => all.filter(({ name }) => !name.startsWith("proxy"))), "proxies"],
    ],
    notApplicable: [apart, program(p.instance())],
    unknown: [[untagged("web"), "violated"]],
  },
  "health-check-in-seconds": {
    compliant: [program(p.backend()), program(p.backend({ healthCheckDelay: "1s500ms" }))],
    violating: [
      [program(p.backend({ healthCheckDelay: undefined })), 'which means "60s"'],
      [program(p.backend({ healthCheckTimeout: undefined })), 'which means "30s"'],
      [program(p.backend({ healthCheckMaxRetries: 20 })), "healthCheckMaxRetries is 20"],
      [program(p.backend({ healthCheckDelay: "soon" })), 'healthCheckDelay is "soon"'],
    ],
    notApplicable: [nothing],
    unknown: [[program(p.backend({ healthCheckDelay: unknown })), "undetermined"]],
  },
  "backend-survives-one-server": {
    compliant: [program(p.backend())],
    violating: [
      [program(p.backend({ serverIps: ["10.0.0.1"] })), "1 server"],
      [program(p.backend({ serverIps: undefined })), "0 server"],
    ],
    notApplicable: [nothing],
    unknown: [
      [program(p.backend({ serverIps: unknown })), "undetermined"],
      [program(p.backend({ serverIps: [unknown, unknown] })), "held"],
    ],
  },
  "dead-sessions-cut": {
    compliant: [program(p.backend())],
    violating: [[program(p.backend({ onMarkedDownAction: undefined })), 'which means "none"']],
    notApplicable: [nothing],
    unknown: [[program(p.backend({ onMarkedDownAction: unknown })), "undetermined"]],
  },
  "record-ttl-short": {
    compliant: [
      program(p.record({ ttl: 300 })),
      stackProgram("dr", p.record()),
      program(p.record({ type: "CNAME", ttl: 3600 })),
    ],
    violating: [
      [program(p.record({ ttl: undefined })), "which means 3600"],
      [stackProgram("dr", p.record({ ttl: 300 })), "ttl is 300"],
    ],
    notApplicable: [nothing],
    unknown: [
      [program(p.record({ ttl: unknown })), "undetermined"],
      [program(p.record({ type: unknown })), "undetermined"],
    ],
  },
  "checked-record-has-fallback": {
    compliant: [
      program(p.record()),
      program(p.record({ httpService: { ips: ["192.0.2.1", "192.0.2.2"], strategy: "all" } })),
      program(p.record({ httpService: undefined })),
    ],
    violating: [
      [program(p.record({ data: "198.19.0.1" })), "checks already"],
      [program(p.record({ httpService: { ips: ["192.0.2.1"], strategy: "all" } })), "one address only"],
    ],
    notApplicable: [nothing],
    unknown: [
      [program(p.record({ data: unknown })), "undetermined"],
      [program(p.record({ httpService: unknown })), "undetermined"],
      [program(p.record({ httpService: { ips: [unknown], strategy: "random" } })), "undetermined"],
    ],
  },
  "published-name-checked": {
    compliant: [apart],
    violating: [
      [stackProgram("dr"), "makes no record named agenda"],
      [stackProgram("dr", p.record({ httpService: undefined })), "nothing checks what it leads to"],
    ],
    notApplicable: [stackProgram("par-1"), program(p.record({ httpService: undefined }))],
    unknown: [[stackProgram("dr", p.record({ httpService: { url: unknown } })), "undetermined"]],
  },
  "stateful-protected": {
    compliant: [program(p.database(), p.bucket(), p.volume()), stackProgram("par-1", p.metal())],
    violating: [
      [program(p.database({}, { protect: false })), "nothing refuses its deletion"],
      [stackProgram("par-1", p.metal({}, { protect: false })), "nothing refuses its deletion"],
    ],
    notApplicable: [
      nothing,
      {
        stack: "small.par-1",
        sketches: [p.estate({ protection: "off" }), p.metal({}, { protect: false })],
      },
    ],
    unknown: [[program(p.database({ name: unknown, tags: unknown })), "held"]],
  },
  "database-backed-up": {
    compliant: [
      program(p.database()),
      program(p.database({ backupScheduleFrequency: undefined, backupScheduleRetention: undefined })),
    ],
    violating: [
      [program(p.database({ disableBackup: true })), "disableBackup is true"],
      [program(p.database({ backupScheduleFrequency: 168 })), "backupScheduleFrequency is 168"],
      [program(p.database({ backupScheduleRetention: 1 })), "backupScheduleRetention is 1"],
    ],
    notApplicable: [nothing],
    unknown: [[program(p.database({ disableBackup: unknown })), "undetermined"]],
  },
  "database-backup-elsewhere": {
    compliant: [program(p.database()), program(p.database({ backupSameRegion: undefined }))],
    violating: [[program(p.database({ backupSameRegion: true })), "backupSameRegion is true"]],
    notApplicable: [nothing],
    unknown: [[program(p.database({ backupSameRegion: unknown })), "undetermined"]],
  },
  "database-highly-available": {
    compliant: [program(p.database())],
    violating: [[program(p.database({ isHaCluster: undefined })), "which means false"]],
    notApplicable: [nothing],
    unknown: [[program(p.database({ isHaCluster: unknown })), "undetermined"]],
  },
  "replica-in-other-zone": {
    compliant: [program(p.replica())],
    violating: [[program(p.replica({ sameZone: undefined })), "which means true"]],
    notApplicable: [nothing],
    unknown: [[program(p.replica({ sameZone: unknown })), "undetermined"]],
  },
  "redis-clustered": {
    compliant: [program(p.cache())],
    violating: [[program(p.cache({ clusterSize: undefined })), "which means 1"]],
    notApplicable: [nothing],
    unknown: [[program(p.cache({ clusterSize: unknown })), "undetermined"]],
  },
  "bucket-versioned": {
    compliant: [program(p.bucket())],
    violating: [
      [program(p.bucket({ versioning: undefined })), "which means false"],
      [program(p.bucket({ versioning: { enabled: false } })), "versioning.enabled is false"],
    ],
    notApplicable: [nothing],
    unknown: [[program(p.bucket({ versioning: unknown })), "undetermined"]],
  },
  "backup-bucket-locked": {
    compliant: [program(p.backupBucket(), p.bucketLock())],
    violating: [
      [program(p.backupBucket({ objectLockEnabled: undefined }), p.bucketLock()), "objectLockEnabled"],
      [program(p.backupBucket()), "no lock configuration"],
    ],
    notApplicable: [nothing, program(p.bucket())],
    unknown: [
      [program(p.backupBucket({ objectLockEnabled: unknown }), p.bucketLock()), "undetermined"],
      [program(p.backupBucket({ tags: unknown }), p.bucketLock()), "undetermined"],
      [program(p.backupBucket(), p.bucketLock({ bucket: unknown })), "held"],
    ],
  },
  "dr-without-zonal-resources": {
    compliant: [apart],
    violating: [
      [stackProgram("dr", p.instance()), "needs its zone's API"],
      [stackProgram("dr", p.backend()), "needs its zone's API"],
      [stackProgram("dr", p.record({ zone: "fr-par-1" })), "names a zone"],
    ],
    notApplicable: [zone(), program(p.instance())],
    unknown: [[stackProgram("dr", p.record({ zone: unknown })), "violated"]],
  },
  "command-without-triggers": {
    compliant: [writer(), writer({ triggers: [] })],
    violating: [[writer({ triggers: ["par-1"] }), "uses triggers"]],
    notApplicable: [apart, program(p.command({ triggers: ["now"] }))],
    unknown: [[writer({ triggers: unknown }), "violated"]],
  },
  "command-with-update": {
    compliant: [writer()],
    violating: [[writer({ update: undefined }), "has no update"]],
    notApplicable: [apart, program(p.command({ update: undefined }))],
    unknown: [[writer({ update: unknown }), "held"]],
  },
  "command-without-delete": {
    compliant: [writer()],
    violating: [[writer({ delete: "rm -rf /srv" }), "when it goes"]],
    notApplicable: [apart, program(p.command({ delete: "true" }))],
    unknown: [[writer({ delete: unknown }), "violated"]],
  },
  "dr-through-serving-zone": {
    compliant: [writer()],
    violating: [
      [writer({ connection: { proxy: { host: "198.18.0.2" } } }), "does not go through the bastion of par-1"],
      [writer({ connection: {} }), "does not go through the bastion of par-1"],
      [withoutClaims, "does not say which bastion serves"],
    ],
    notApplicable: [apart, stackProgram("par-1", p.command()), program(p.command())],
    unknown: [[writer({ connection: { proxy: { host: unknown } } }), "undetermined"]],
  },
  "backup-levels-locked": {
    compliant: [reviewing({})],
    violating: [
      [level("locked: locked", "locked: unlocked"), "can erase its copies"],
      [level("keepDays: 30", "keepDays: 3"), "copies kept 3 days"],
    ],
    notApplicable: [
      apart,
      program(p.vpc()),
      reviewing({
        "backups.yaml": "levels: []\n",
        "applications/payroll.yaml": [[", backup: daily", ""]],
      }),
    ],
    unknown: [[reviewing({}, p.vpc({ name: unknown })), "held"]],
  },
  "databases-have-a-backup-level": {
    compliant: [reviewing({})],
    violating: [
      [
        reviewing({
          "backups.yaml": "levels: []\n",
          "applications/payroll.yaml": [[", backup: daily", ""]],
        }),
        "payroll-ledger: no backup level",
      ],
    ],
    notApplicable: [
      apart,
      program(p.vpc()),
      reviewing({
        "applications/payroll.yaml": [
          ["kind: postgresql", "kind: files"],
          ["personal: sensitive", "personal: none"],
        ],
      }),
    ],
    unknown: [[reviewing({}, p.vpc({ name: unknown })), "held"]],
  },
};
