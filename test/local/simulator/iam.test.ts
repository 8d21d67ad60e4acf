import { afterAll, beforeAll, expect, test } from "vitest";
import { type Bench, organizationId, projectId, secretKey, sshKey, startBench } from "./harness.ts";

const iam = "/iam/v1alpha1";

let bench: Bench;
beforeAll(async () => {
  bench = await startBench({ quotas: { projects: 2 } });
});
afterAll(() => bench.stop());

test("refuses who does not say who they are", async () => {
  for (const token of ["", "a0b1c2d3-0000-4000-8000-000000000000"]) {
    const refused = await bench.call("GET", "/vpc/v2/regions/fr-par/vpcs", undefined, token);
    expect(refused.status).toBe(401);
    expect(refused.body).toMatchObject({ type: "denied_authentication", method: "api_key" });
  }
});

test("API keys of an application open the API until they expire or go, and are shown once", async () => {
  const application = await bench.ok("POST", `${iam}/applications`, {
    name: "ci",
    organization_id: organizationId,
  });
  expect(application).toMatchObject({ editable: true, nb_api_keys: 0, organization_id: organizationId });
  const key = await bench.ok("POST", `${iam}/api-keys`, { application_id: application.id, description: "d" });
  expect(key.access_key).toMatch(/^SCW[A-Z0-9]{17}$/);
  expect(key).not.toHaveProperty("user_id");
  const open = () => bench.call("GET", `${iam}/applications`, undefined, key.secret_key);
  expect((await open()).status).toBe(200);
  expect(await bench.ok("GET", `${iam}/api-keys/${key.access_key}`)).toMatchObject({
    secret_key: null,
    description: "d",
  });
  await bench.restart();
  expect((await open()).status).toBe(200);
  await bench.ok("PATCH", `${iam}/api-keys/${key.access_key}`, { expires_at: "2020-01-01T00:00:00Z" });
  expect((await open()).body).toMatchObject({ reason: "expired" });
  await bench.ok("DELETE", `${iam}/api-keys/${key.access_key}`);
  expect((await open()).status).toBe(401);
  const { readFileSync } = await import("node:fs");
  const files = ["", "-wal"]
    .map((suffix) => readFileSync(`${bench.stateFile}${suffix}`).toString("latin1"))
    .join("");
  expect(files.includes(key.secret_key)).toBe(false);
  expect(files.includes(secretKey)).toBe(false);
});

test("keys of a deleted application go with it", async () => {
  const application = await bench.ok("POST", `${iam}/applications`, { name: "short" });
  const key = await bench.ok("POST", `${iam}/api-keys`, { application_id: application.id });
  await bench.ok("DELETE", `${iam}/applications/${application.id}`);
  const gone = await bench.call("GET", `${iam}/api-keys/${key.access_key}`);
  expect(gone.body).toMatchObject({ resource: "access_key", resource_id: key.access_key });
});

test("policies have one principal, and rules of their own", async () => {
  const application = await bench.ok("POST", `${iam}/applications`, { name: "p" });
  const rule = { permission_set_names: ["VPCFullAccess"], condition: "", project_ids: [projectId] };
  const policy = await bench.ok("POST", `${iam}/policies`, {
    name: "p",
    application_id: application.id,
    rules: [rule],
    tags: null,
  });
  expect(policy).toMatchObject({ application_id: application.id, tags: [], nb_rules: 0 });
  expect(policy).not.toHaveProperty("group_id");
  const rules = await bench.ok("GET", `${iam}/rules?policy_id=${policy.id}`);
  expect(rules.rules[0]).toMatchObject({ ...rule, permission_sets_scope_type: "projects" });
  expect((await bench.ok("GET", `${iam}/policies/${policy.id}`)).nb_rules).toBe(1);
  await bench.ok("PUT", `${iam}/rules`, {
    policy_id: policy.id,
    rules: [rule, { permission_set_names: ["IAMManager"] }],
  });
  expect((await bench.ok("GET", `${iam}/policies/${policy.id}`)).nb_rules).toBe(2);
  const changed = await bench.ok("PATCH", `${iam}/policies/${policy.id}`, { no_principal: true });
  expect(changed).not.toHaveProperty("application_id");
  const two = await bench.call("POST", `${iam}/policies`, {
    name: "x",
    application_id: application.id,
    no_principal: true,
  });
  expect(two.status).toBe(400);
});

test("groups gain and lose members", async () => {
  const application = await bench.ok("POST", `${iam}/applications`, { name: "member" });
  const group = await bench.ok("POST", `${iam}/groups`, { name: "g", tags: [] });
  const path = `${iam}/groups/${group.id}`;
  expect(
    (await bench.ok("PUT", `${path}/members`, { user_ids: [], application_ids: [application.id] }))
      .application_ids,
  ).toEqual([application.id]);
  await bench.ok("POST", `${path}/remove-member`, { application_id: application.id });
  expect((await bench.call("POST", `${path}/remove-member`, { application_id: application.id })).status).toBe(
    404,
  );
  await bench.ok("POST", `${path}/add-member`, { application_id: application.id });
  await bench.ok("DELETE", `${iam}/applications/${application.id}`);
  expect((await bench.ok("GET", path)).application_ids).toEqual([]);
});

test("SSH keys lose their comment and are told by their fingerprint", async () => {
  const key = await bench.ok("POST", `${iam}/ssh-keys`, {
    name: "k",
    public_key: `${sshKey} me@here\n`,
    project_id: projectId,
  });
  expect(key.public_key).toBe(sshKey);
  expect(key.fingerprint).toMatch(/^256 MD5:([0-9a-f]{2}:){15}[0-9a-f]{2} \(ssh-ed25519\)$/);
  expect(
    (await bench.call("POST", `${iam}/ssh-keys`, { name: "k", public_key: "ssh-ed25519 nonsense" })).status,
  ).toBe(400);
});

test("projects hold what is made in them, and are as many as granted", async () => {
  const project = await bench.ok("POST", "/account/v3/projects", { name: "second", description: "d" });
  expect(project).toMatchObject({ organization_id: organizationId, qualification: null });
  const vpc = await bench.ok("POST", "/vpc/v2/regions/fr-par/vpcs", { name: "v", project_id: project.id });
  expect(vpc.project_id).toBe(project.id);
  const refused = await bench.call("POST", "/account/v3/projects", { name: "third" });
  expect(refused.body.details[0]).toEqual({ current: 2, quota: 2, resource: "UsrProjectsWidth" });
  const held = await bench.call("DELETE", `/account/v3/projects/${project.id}`);
  expect(held).toMatchObject({ status: 412, body: { precondition: "resource_not_usable" } });
  await bench.ok("DELETE", `/vpc/v2/regions/fr-par/vpcs/${vpc.id}`);
  expect((await bench.call("DELETE", `/account/v3/projects/${project.id}`)).status).toBe(204);
  expect(
    (await bench.call("POST", "/vpc/v2/regions/fr-par/vpcs", { name: "v", project_id: project.id })).status,
  ).toBe(404);
});
