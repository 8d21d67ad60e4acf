import { expect, test } from "vitest";
import { organizationId, projectId, sshKey } from "../harness.ts";
import { judge, nothingLeft } from "./judge.ts";

const program = (tag: string, sets: string) => `
  const application = new iam.Application("application", { name: "application", description: "${tag}", tags: ["${tag}"] });
  const group = new iam.Group("group", { name: "group", description: "${tag}", applicationIds: [application.id], userIds: [] });
  const empty = new iam.Group("empty", { name: "empty", externalMembership: true });
  new iam.GroupMembership("membership", { groupId: empty.id, applicationId: application.id });
  new iam.Policy("project", {
    name: "project", description: "${tag}", applicationId: application.id,
    rules: [{ projectIds: ["${projectId}"], permissionSetNames: ${sets} }],
  });
  new iam.Policy("organization", {
    name: "organization", groupId: group.id, rules: [{ organizationId: "${organizationId}", permissionSetNames: ["IAMReadOnly"] }],
  });
  const key = new iam.ApiKey("key", { applicationId: application.id, description: "${tag}" });
  new iam.SshKey("ssh", { name: "${tag}", publicKey: "${sshKey}" });
  const secret = new secrets.Secret("secret", { name: "secret", description: "${tag}", tags: ["${tag}"], path: "/apps" });
  new secrets.Version("version", { secretId: secret.id, data: "not shown anywhere", description: "${tag}" });
`;

test("IAM and secrets", async () => {
  const verdict = await judge(
    program("one", `["VPCFullAccess"]`),
    program("two", `["VPCFullAccess", "IPAMFullAccess"]`),
  );
  expect(verdict.secondPreview).toEqual([]);
  expect(verdict.drift).toBe("");
  expect(verdict.change).toEqual(
    ["application", "group", "key", "project", "secret", "ssh", "version"].map((name) => `update ${name}`),
  );
  expect(verdict.previewAfterChange).toEqual([]);
  expect(verdict.refused).toEqual([]);
  expect(verdict.left).toEqual(nothingLeft);
});

const caches = (tag: string) => `
  const pn = new network.PrivateNetwork("pn", { name: "pn", ipv4Subnet: { subnet: "10.0.0.0/24" } });
  new redis.Cluster("private", {
    name: "private", zone: "fr-par-1", version: "7.0.5", nodeType: "RED1-XS", clusterSize: 1, userName: "cache", password: "thiZ_is_v&ry_s3cret",
    privateNetworks: [{ id: pn.id }], tags: ["${tag}"], settings: { maxclients: "1000" },
  });
  new redis.Cluster("public", {
    name: "public", zone: "fr-par-2", version: "7.0.5", nodeType: "RED1-XS", clusterSize: 1, userName: "cache", password: "thiZ_is_v&ry_s3cret",
    tlsEnabled: true, acls: [{ ip: "192.0.2.0/24", description: "${tag}" }],
  });
`;

test("Redis", async () => {
  const verdict = await judge(caches("one"), caches("two"));
  expect(verdict.secondPreview).toEqual([]);
  expect(verdict.drift).toBe("");
  expect(verdict.change).toEqual(["update private", "update public"]);
  expect(verdict.previewAfterChange).toEqual([]);
  expect(verdict.refused).toEqual([]);
  expect(verdict.left).toEqual({ ...nothingLeft, "vpc.vpc": 1 });
});
