/** Cases of the pack `governance`. */
import type { governance } from "../../../policies/catalogue/governance.ts";
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
const rule = (more: object) => [
  { projectIds: ["one"], permissionSetNames: ["InstancesFullAccess"], ...more },
];
const exempting = (text: string) => reviewing({ "exemptions.yaml": text });
const exemption = (policy: string, expires: string) =>
  `exemptions:\n  - { policy: ${policy}, urn: "urn:archipel:small:data:none", reason: nobody has it yet, approver: security, expires: "${expires}" }\n`;
const many = (count: number) =>
  Array.from({ length: count }, (_, index) => p.instance({}, { name: `web-${index}` }));
const ceiling = (euros: number) =>
  p.estateWith({ "organisation.yaml": [["duty:", `monthlyCeiling: ${euros}\nduty:`]] });
const within = (euros: number, ...sketches: readonly Sketch[]) => ({
  stack: "small.par-1",
  sketches: [p.estate({ estate: ceiling(euros) }), ...sketches],
});

export const cases: Readonly<Record<keyof typeof governance, Cases>> = {
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
  "no-powerful-permission-set": {
    compliant: [program(p.iamPolicy())],
    violating: [
      [
        program(p.iamPolicy({ rules: rule({ permissionSetNames: ["AllProductsFullAccess"] }) })),
        "gives AllProductsFullAccess",
      ],
      [
        program(p.iamPolicy({ rules: rule({ permissionSetNames: ["OrganizationManager"] }) })),
        "gives OrganizationManager",
      ],
    ],
    notApplicable: [nothing],
    unknown: [
      [program(p.iamPolicy({ rules: unknown })), "undetermined"],
      [program(p.iamPolicy({ rules: rule({ permissionSetNames: [unknown] }) })), "undetermined"],
    ],
  },
  "permissions-on-projects": {
    compliant: [
      program(p.iamPolicy()),
      program(
        p.iamPolicy({ rules: [{ organizationId: "one", permissionSetNames: ["OrganizationReadOnly"] }] }),
      ),
    ],
    violating: [
      [
        program(p.iamPolicy({ rules: rule({ projectIds: undefined, organizationId: "one" }) })),
        "in every project",
      ],
      [program(p.iamPolicy({ rules: rule({ projectIds: undefined }) })), "in every project"],
    ],
    notApplicable: [nothing],
    unknown: [
      [program(p.iamPolicy({ rules: rule({ projectIds: [unknown] }) })), "held"],
      [program(p.iamPolicy({ rules: rule({ organizationId: unknown }) })), "violated"],
      [program(p.iamPolicy({ rules: rule({ permissionSetNames: unknown }) })), "undetermined"],
    ],
  },
  "api-key-expires": {
    compliant: [program(p.apiKey())],
    violating: [
      [program(p.apiKey({ expiresAt: undefined })), "never expires"],
      [program(p.apiKey({ expiresAt: "2036-11-25T00:00:00Z" })), "expires in 3653 days"],
    ],
    notApplicable: [nothing],
    unknown: [[program(p.apiKey({ expiresAt: unknown })), "undetermined"]],
  },
  "api-key-of-an-application": {
    compliant: [program(p.apiKey())],
    violating: [[program(p.apiKey({ userId: "somebody" })), "all that a person may do"]],
    notApplicable: [nothing],
    unknown: [
      [program(p.apiKey({ userId: unknown })), "violated"],
      [program(p.apiKey({ applicationId: unknown })), "held"],
    ],
  },
  "no-secret-in-clear": {
    compliant: [
      program(p.instance({ cloudInit: "#cloud-config\nssh_pwauth: false\n" })),
      program(p.command({ environment: { PGPASSFILE: "/run/secrets/pgpass" } })),
      program(p.instance({ cloudInit: "export DB_PASSWORD=$(cat /run/secrets/db)\n" })),
    ],
    violating: [
      [program(p.instance({ cloudInit: "export DB_PASSWORD=hunter2hunter2\n" })), "looks like a password"],
      [
        program(p.instance({ userData: { "cloud-init": "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA" } })),
        "a private key",
      ],
      [
        program({
          type: "scaleway:containers/container:Container",
          name: "api",
          props: { environmentVariables: { API_TOKEN: "abcd" } },
        }),
        "environmentVariables holds API_TOKEN in clear",
      ],
    ],
    notApplicable: [stackProgram("par-1")],
    unknown: [
      [program(p.instance({ cloudInit: unknown })), "undetermined"],
      [program(p.command({ environment: { DB_PASSWORD: unknown } })), "violated"],
      [program(p.command({ environment: unknown })), "undetermined"],
    ],
  },
  "password-write-only": {
    compliant: [program(p.database(), p.cache())],
    violating: [[program(p.database({ password: "hunter2hunter2" })), "its state keeps password"]],
    notApplicable: [nothing],
    unknown: [[program(p.database({ password: unknown })), "violated"]],
  },
  "known-ssh-keys": {
    compliant: [
      stackProgram("foundation", p.sshKey()),
      reviewing(
        {
          "platform.yaml": [
            ["witness:", 'administrators: [{ name: ana, key: "ssh-ed25519 BBBB ana" }]\nwitness:'],
          ],
        },
        p.sshKey({ name: "small-ana", publicKey: "ssh-ed25519 BBBB" }),
      ),
    ],
    violating: [
      [stackProgram("foundation", p.sshKey({ name: "small-guest" })), "whom the estate does not name"],
    ],
    notApplicable: [apart, program(p.sshKey({ name: "guest" }))],
    unknown: [
      [stackProgram("foundation", p.sshKey({ name: unknown, publicKey: unknown })), "undetermined"],
      [stackProgram("foundation", p.sshKey({ publicKey: unknown })), "held"],
    ],
  },
  "cost-below-ceiling": {
    compliant: [
      within(1000, p.metal(), p.instance()),
      { ...program(p.instance()), settings: { monthlyCeiling: 500 } },
    ],
    violating: [
      [within(100, p.metal(), ...many(10)), "EUR a month at least"],
      [{ ...program(...many(10)), settings: { monthlyCeiling: 5 } }, "and 5 may be spent"],
    ],
    notApplicable: [program(p.instance()), stackProgram("par-1", p.instance())],
    unknown: [[within(1000, p.instance({ type: unknown })), "undetermined"]],
  },
  "exemptions-valid": {
    compliant: [exempting(exemption("bucket-private", "2027-01-31"))],
    violating: [
      [exempting(exemption("bucket-private", "2026-10-31")), "expired on 2026-10-31"],
      [exempting(exemption("bucket-praivate", "2027-01-31")), "no policy has that name"],
      [exempting("exemptions: [{ policy: bucket-private }]\n"), "cannot be read"],
    ],
    notApplicable: [reviewing({}), apart],
    unknown: [
      [exempting("exemptions: &"), "undetermined"],
      [{ ...program(p.vpc()), settings: { exemptions: "/nowhere/exemptions.yaml" } }, "undetermined"],
    ],
  },
};
