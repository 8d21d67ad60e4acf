/** Cases of the pack `governance`: names, tags, quotas, encryption and retention. */
import * as p from "../pieces.ts";
import { type Sketch, unknown } from "../resources.ts";
import type { Cases } from "./cases.ts";

const { program, reviewing, stackProgram } = p;
const nothing = program(p.route());
const apart = stackProgram("dr", p.record());
const archive = p.estateWith(p.archive);
const inArchive = (...sketches: readonly Sketch[]) => ({
  stack: "small.data",
  sketches: [p.estate({ estate: archive }), ...sketches],
});
const portal = (from: string, to: string) => reviewing({ "applications/portal.yaml": [[from, to]] });
const kept = (from: string, to: string) =>
  reviewing({
    "applications/archive.yaml": String(p.archive["applications/archive.yaml"]).replace(from, to),
  });
const owner = "owner: citizens-office }";
const site = {
  "sites.yaml":
    "sites:\n  - { name: school, why: the school's own network, owner: school, prefixes: [192.0.2.0/24], gateway: 198.51.100.1 }\n",
} as const;
const fromSchool = (expires: string) => ({
  ...site,
  "platform.yaml": [["0.05 }", "0.05 }\n  access: { offer: PLAY2-NANO }"]] as const,
  "applications/portal.yaml": [
    [
      owner,
      `${owner}\n  - { from: school, to: portal, ports: [8443], why: pupils look at the portal, owner: school${expires} }`,
    ],
  ] as const,
});
const many = (count: number) =>
  Array.from({ length: count }, (_, index) => p.instance({}, { name: `web-${index}` }));

export const cases = {
  "deterministic-name": {
    compliant: [program(p.instance(), p.bucket(), p.vpc())],
    violating: [
      [program(p.instance({ name: undefined })), "left to chance"],
      [program(p.bucket({ name: "letters-2869655" })), "left to chance"],
    ],
    notApplicable: [nothing],
    unknown: [[program(p.instance({ name: unknown })), "undetermined"]],
  },
  "tags-name-estate": {
    compliant: [stackProgram("foundation", p.vpc(), p.bucket())],
    violating: [
      [stackProgram("foundation", p.vpc({ tags: ["estate=small"] })), "no tag managed-by=archipel"],
      [stackProgram("foundation", p.bucket({ tags: undefined })), "no tag estate=small"],
      [stackProgram("foundation", p.vpc({ tags: undefined })), "no tag estate=small"],
    ],
    notApplicable: [apart, program(p.vpc({ tags: undefined }))],
    unknown: [
      [stackProgram("foundation", p.vpc({ tags: unknown })), "undetermined"],
      [stackProgram("foundation", p.bucket({ tags: { estate: unknown } })), "undetermined"],
    ],
  },
  "application-has-owner": {
    compliant: [stackProgram("par-1", p.metal(), p.instance({ tags: ["role=proxy"] }))],
    violating: [
      [stackProgram("par-1", p.instance({ tags: ["application=games"] })), "nobody answers for games"],
      [stackProgram("par-1", p.instance({ tags: [] })), "serves no application"],
    ],
    notApplicable: [apart, program(p.instance({ tags: [] }))],
    unknown: [[stackProgram("par-1", p.instance({ tags: unknown })), "undetermined"]],
  },
  "flows-not-expired": {
    compliant: [portal(owner, 'owner: citizens-office, expires: "2027-01-31" }')],
    violating: [[portal(owner, 'owner: citizens-office, expires: "2026-10-31" }'), "expired on 2026-10-31"]],
    notApplicable: [apart, reviewing({}), program(p.vpc())],
    unknown: [
      [
        {
          ...portal(owner, 'owner: citizens-office, expires: "2027-01-31" }'),
          sketches: [
            ...portal(owner, 'owner: citizens-office, expires: "2027-01-31" }').sketches,
            p.vpc({ name: unknown }),
          ],
        },
        "held",
      ],
    ],
  },
  "site-flows-expire": {
    compliant: [reviewing(fromSchool(', expires: "2027-06-30"'))],
    violating: [[reviewing(fromSchool("")), "without an end"]],
    notApplicable: [apart, reviewing({}), program(p.vpc())],
    unknown: [[reviewing(fromSchool(', expires: "2027-06-30"'), p.vpc({ name: unknown })), "held"]],
  },
  "legs-within-quota": {
    compliant: [stackProgram("par-1", p.metal(), p.instance(), p.card())],
    violating: [
      [
        stackProgram("par-1", p.metal({ privateNetworks: Array.from({ length: 21 }, () => ({ id: "x" })) })),
        "21 legs, and Scaleway grants 20",
      ],
      [
        stackProgram(
          "par-1",
          p.instance(),
          ...Array.from({ length: 9 }, (_, index) => p.card({}, { name: `card-${index}` })),
        ),
        "9 legs, and Scaleway grants 8",
      ],
    ],
    notApplicable: [apart, program(p.metal())],
    unknown: [[stackProgram("par-1", p.metal({ privateNetworks: unknown })), "undetermined"]],
  },
  "servers-within-quota": {
    compliant: [stackProgram("par-1", p.metal(), ...many(20))],
    violating: [[stackProgram("par-1", ...many(21)), "21 in this stack, and Scaleway grants 20"]],
    notApplicable: [apart, program(...many(21))],
    unknown: [
      [stackProgram("par-1", p.instance({ type: unknown })), "undetermined"],
      [stackProgram("par-1", p.metal({ tags: unknown })), "undetermined"],
    ],
  },
  "database-encrypted": {
    compliant: [program(p.database())],
    violating: [[program(p.database({ encryptionAtRest: undefined })), "which means false"]],
    notApplicable: [nothing],
    unknown: [[program(p.database({ encryptionAtRest: unknown })), "undetermined"]],
  },
  "bucket-encrypted": {
    compliant: [program(p.bucket(), p.bucketEncryption())],
    violating: [[program(p.bucket()), "nothing says that its objects are encrypted"]],
    notApplicable: [nothing],
    unknown: [[program(p.bucket({ name: unknown }), p.bucketEncryption()), "held"]],
  },
  "volume-encryption-declared": {
    compliant: [program(p.volume())],
    violating: [
      [program(p.volume({ tags: undefined })), "nothing says"],
      [program(p.volume({ tags: ["encryption=none"] })), "nothing says"],
    ],
    notApplicable: [nothing],
    unknown: [[program(p.volume({ tags: unknown })), "undetermined"]],
  },
  "redis-tls": {
    compliant: [program(p.cache())],
    violating: [[program(p.cache({ tlsEnabled: undefined })), "which means false"]],
    notApplicable: [nothing],
    unknown: [[program(p.cache({ tlsEnabled: unknown })), "undetermined"]],
  },
  "load-balancer-modern-tls": {
    compliant: [program(p.balancer())],
    violating: [[program(p.balancer({ sslCompatibilityLevel: undefined })), "intermediate"]],
    notApplicable: [nothing],
    unknown: [[program(p.balancer({ sslCompatibilityLevel: unknown })), "undetermined"]],
  },
  "backend-verifies-certificate": {
    compliant: [program(p.backend())],
    violating: [[program(p.backend({ ignoreSslServerVerify: true })), "ignoreSslServerVerify is true"]],
    notApplicable: [nothing],
    unknown: [[program(p.backend({ ignoreSslServerVerify: unknown })), "undetermined"]],
  },
  "video-kept-one-month": {
    compliant: [reviewing(p.archive)],
    violating: [
      [kept("retentionDays: 30 }", "retentionDays: 90 }"), "camera-pictures: kept 90 days, 31 at most"],
    ],
    notApplicable: [apart, reviewing({}), program(p.vpc())],
    unknown: [[reviewing(p.archive, p.vpc({ name: unknown })), "held"]],
  },
  "personal-documents-two-years": {
    compliant: [reviewing(p.archive)],
    violating: [
      [kept("retentionDays: 730", "retentionDays: 3650"), "scanned-letters: kept 3650 days, 730 at most"],
    ],
    notApplicable: [apart, reviewing({}), program(p.vpc())],
    unknown: [[reviewing(p.archive, p.vpc({ name: unknown })), "held"]],
  },
  "bucket-erases-in-time": {
    compliant: [
      inArchive(p.bucket(), p.backupBucket()),
      inArchive(p.bucket({ lifecycleRules: undefined, tags: { data: "maps" } })),
    ],
    violating: [
      [inArchive(p.bucket({ lifecycleRules: undefined })), "erases nothing"],
      [
        inArchive(p.bucket({ lifecycleRules: [{ enabled: true, expiration: { days: 3650 } }] })),
        "after 3650 days",
      ],
      [
        inArchive(p.bucket({ lifecycleRules: [{ enabled: false, expiration: { days: 30 } }] })),
        "erases nothing",
      ],
      [
        inArchive(
          p.bucket({ lifecycleRules: [{ enabled: true, prefix: "tmp/", expiration: { days: 30 } }] }),
        ),
        "erases nothing",
      ],
      [inArchive(p.bucket({ tags: { data: "games" } })), "names no data of the estate"],
    ],
    notApplicable: [apart, program(p.bucket({ lifecycleRules: undefined }))],
    unknown: [
      [inArchive(p.bucket({ tags: unknown })), "undetermined"],
      [inArchive(p.bucket({ lifecycleRules: unknown })), "undetermined"],
      [
        inArchive(p.bucket({ lifecycleRules: [{ enabled: true, expiration: { days: unknown } }] })),
        "undetermined",
      ],
    ],
  },
} as const satisfies Readonly<Record<string, Cases>>;
