import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Bench, startBench } from "./harness.ts";

const secrets = "/secret-manager/v1beta1/regions/fr-par/secrets";
const data = Buffer.from("the crown jewels").toString("base64");

let bench: Bench;
beforeAll(async () => {
  bench = await startBench({ quotas: { secretVersions: 3 } });
});
afterAll(() => bench.stop());

test("versions are numbered, read back, switched off and never numbered twice", async () => {
  const secret = await bench.ok("POST", secrets, { name: "s", type: "opaque", path: "/", tags: null });
  expect(secret).toMatchObject({ status: "ready", version_count: 0, managed: false, used_by: [] });
  const versions = `${secrets}/${secret.id}/versions`;
  expect(await bench.ok("POST", versions, { data })).toMatchObject({
    revision: 1,
    latest: true,
    status: "enabled",
  });
  expect(await bench.ok("GET", `${versions}/1/access`)).toMatchObject({ data, revision: 1 });
  await bench.ok("POST", versions, { data, disable_previous: true });
  expect((await bench.ok("GET", `${versions}/1`)).latest).toBe(false);
  expect((await bench.call("GET", `${versions}/1/access`)).status).toBe(412);
  await bench.ok("DELETE", `${versions}/2`);
  expect((await bench.ok("POST", versions, { data })).revision).toBe(3);
  expect((await bench.ok("GET", `${versions}/latest`)).revision).toBe(3);
  await bench.ok("POST", versions, { data });
  expect((await bench.call("POST", versions, { data })).body.type).toBe("quotas_exceeded");
});

test("one that is protected stays", async () => {
  const { id } = await bench.ok("POST", secrets, { name: "kept", protected: true });
  const refused = await bench.call("DELETE", `${secrets}/${id}`);
  expect(refused).toMatchObject({ status: 412, body: { precondition: "protected_resource" } });
  await bench.ok("POST", `${secrets}/${id}/unprotect`, {});
  expect((await bench.call("DELETE", `${secrets}/${id}`)).status).toBe(204);
});

test("a name is taken once in a path", async () => {
  await bench.ok("POST", secrets, { name: "twin", path: "/a" });
  expect((await bench.call("POST", secrets, { name: "twin", path: "/a" })).status).toBe(409);
  expect((await bench.call("POST", secrets, { name: "twin", path: "/b" })).status).toBe(200);
});

test("nothing of it is in clear in the state file or the log", async () => {
  const { id } = await bench.ok("POST", secrets, { name: "sealed" });
  await bench.ok("POST", `${secrets}/${id}/versions`, { data });
  const files = ["", "-wal"]
    .map((suffix) => readFileSync(`${bench.stateFile}${suffix}`).toString("latin1"))
    .join("");
  expect(files.includes(data)).toBe(false);
  const logged = bench.simulator.log
    .list()
    .find((entry) => entry.type === "call" && entry.path.endsWith(`${id}/versions`));
  expect(logged).toMatchObject({ body: { data: "[secret]" } });
});
