/** Cases of the pack `governance`: permissions, keys, secrets, cost and exemptions. */
import * as p from "../pieces.ts";
import { type Sketch, unknown } from "../resources.ts";
import type { Cases } from "./cases.ts";

const { program, reviewing, stackProgram } = p;
const nothing = program(p.route());
const apart = stackProgram("dr", p.record());
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

export const cases = {
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
} as const satisfies Readonly<Record<string, Cases>>;
