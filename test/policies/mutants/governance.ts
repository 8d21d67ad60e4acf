/** Mutants that the pack `governance` catches. */
import { type Mutant, set, without } from "./mutant.ts";

const metal = "payroll-db-par-1-1";
const instance = "assembly-server-par-1-1";
const iamPolicy = "identity-deploy-zone-policy";
const ownLeg = (resources: Parameters<NonNullable<Mutant["change"]>>[0]) =>
  set("Server", metal, ({ privateNetworks }) => ({
    privateNetworks: Array.from({ length: 21 }, () => (privateNetworks as readonly unknown[])[0]),
  }))(resources);

export const mutants: Readonly<Record<string, Mutant>> = {
  "name-forgotten": { base: "par-1", change: set("Server", instance, { name: undefined }) },
  "tag-forgotten": { base: "foundation", change: set("Vpc", "vpc-1", { tags: ["managed-by=archipel"] }) },
  "application-unknown": {
    base: "par-1",
    change: set("Server", instance, ({ tags }) => ({
      tags: (tags as readonly string[]).map((tag) => tag.replace(/^application=.*/, "application=games")),
    })),
  },
  "flow-expired": {
    base: "foundation",
    estate: { "applications/vendor-access.yaml": [["2028-12-31", "2026-10-31"]] },
  },
  "site-flow-without-end": {
    base: "foundation",
    estate: {
      "sites.yaml": [
        [
          "sites: []",
          "sites:\n  - { name: port, why: the port's own network, owner: ports, prefixes: [192.0.2.0/24], gateway: 198.51.100.1 }",
        ],
      ],
      "applications/assets.yaml": [
        [
          "flows:",
          "flows:\n  - { from: port, to: assets, ports: [8443], why: the port reads its register, owner: ports }",
        ],
      ],
    },
  },
  "legs-above-quota": { base: "par-1", change: ownLeg },
  "servers-above-quota": {
    base: "par-1",
    estate: { "organisation.yaml": [["instances/PRO2-S: 30", "instances/PRO2-S: 1"]] },
  },
  "database-in-clear": {
    base: "services",
    change: set("Instance", "database", { encryptionAtRest: undefined }),
  },
  "bucket-in-clear": {
    base: "services",
    change: without("BucketServerSideEncryptionConfiguration", "letters-encryption"),
  },
  "volume-in-clear": {
    base: "services",
    change: set("Volume", "volume", { tags: ["estate=small", "managed-by=archipel"] }),
  },
  "redis-in-clear": { base: "services", change: set("Cluster", "cache", { tlsEnabled: false }) },
  "old-tls-accepted": {
    base: "par-1",
    change: set("LoadBalancer", "load-balancer-par-1", { sslCompatibilityLevel: undefined }),
  },
  "certificate-not-verified": {
    base: "par-1",
    change: set("Backend", "load-balancer-par-1-backend-proxies", { ignoreSslServerVerify: true }),
  },
  "video-kept-longer": {
    base: "foundation",
    estate: {
      "applications/video.yaml": [
        [
          "camera-pictures, kind: bucket, rpoSeconds: 3600, personal: personal, retentionDays: 30",
          "camera-pictures, kind: bucket, rpoSeconds: 3600, personal: personal, retentionDays: 90",
        ],
      ],
    },
  },
  "documents-kept-longer": {
    base: "foundation",
    estate: { "applications/recruitment.yaml": [["retentionDays: 730", "retentionDays: 3650"]] },
  },
  "bucket-never-erases": {
    base: "services",
    change: set("Bucket", "letters", { lifecycleRules: undefined }),
  },
  "lifecycle-disabled": {
    base: "services",
    change: set("Bucket", "letters", { lifecycleRules: [{ enabled: false, expiration: { days: 730 } }] }),
  },
  "all-products-given": {
    base: "foundation",
    change: set("Policy", iamPolicy, ({ rules }) => ({
      rules: [{ ...(rules as readonly object[])[0], permissionSetNames: ["AllProductsFullAccess"] }],
    })),
  },
  "permissions-on-organisation": {
    base: "foundation",
    change: set("Policy", iamPolicy, ({ rules }) => ({
      rules: [{ ...(rules as readonly object[])[0], projectIds: undefined, organizationId: "all-of-it" }],
    })),
  },
  "key-for-ever": { base: "services", change: set("ApiKey", "key", { expiresAt: undefined }) },
  "key-of-a-person": {
    base: "services",
    change: set("ApiKey", "key", { applicationId: undefined, userId: "somebody" }),
  },
  "secret-in-cloud-init": {
    base: "par-1",
    change: set("Server", instance, ({ cloudInit }) => ({
      cloudInit: `${cloudInit}\n# DB_PASSWORD=hunter2hunter2\n`,
    })),
  },
  "password-kept": {
    base: "services",
    change: set("Instance", "database", { password: "hunter2hunter2", passwordWo: undefined }),
  },
  "unknown-ssh-key": {
    base: "foundation",
    change: set("SshKey", "identity-ssh-key-operator", { name: "guadeloupe-guest" }),
  },
  "ceiling-below-cost": {
    base: "par-1",
    estate: { "organisation.yaml": [["monthlyCeiling: 32000", "monthlyCeiling: 3200"]] },
  },
  "exemption-of-no-policy": {
    base: "foundation",
    estate: {
      "exemptions.yaml": [
        [
          "exemptions:",
          'exemptions:\n  - { policy: bucket-praivate, urn: "urn:none", reason: written in a hurry, approver: security-team, expires: "2027-01-31" }',
        ],
      ],
    },
  },
  "exemption-expired": {
    base: "foundation",
    estate: { "exemptions.yaml": [["2027-11-30", "2026-10-31"]] },
  },
};
