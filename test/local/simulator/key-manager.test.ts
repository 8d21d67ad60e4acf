import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bench, startBench } from "./harness.ts";

const base = "/key-manager/v1alpha1/regions/fr-par/keys";
const usage = { symmetric_encryption: "aes_256_gcm" };
const text = Buffer.from("what nobody else reads").toString("base64");

describe("keys that never leave", () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await startBench();
  });
  afterAll(() => bench.stop());

  it("encrypt and decrypt, bound to what is said beside", async () => {
    const { id } = await bench.ok("POST", base, { name: "one", usage, unprotected: true });
    const associated = Buffer.from("beside").toString("base64");
    const { ciphertext } = await bench.ok("POST", `${base}/${id}/encrypt`, {
      plaintext: text,
      associated_data: associated,
    });
    const said = { ciphertext, associated_data: associated };
    expect((await bench.ok("POST", `${base}/${id}/decrypt`, said)).plaintext).toBe(text);
    const other = await bench.call("POST", `${base}/${id}/decrypt`, {
      ciphertext,
      associated_data: `${associated}AAAA`,
    });
    expect(other.body).toMatchObject({
      type: "invalid_arguments",
      details: [{ argument_name: "ciphertext" }],
    });
    const { body } = await bench.control("GET", "log?after=0&limit=1000");
    expect(JSON.stringify(body)).not.toContain(text);
  });

  it("sign, and know their own signature only", async () => {
    const { id } = await bench.ok("POST", base, { usage: { asymmetric_signing: "ec_p256_sha256" } });
    const { signature } = await bench.ok("POST", `${base}/${id}/sign`, { digest: text });
    const verify = async (digest: string) =>
      (await bench.ok("POST", `${base}/${id}/verify`, { digest, signature })).valid;
    expect(await verify(text)).toBe(true);
    expect(await verify(Buffer.from("other").toString("base64"))).toBe(false);
  });

  it("wait a while before they go, unseen in lists, and can be had back; protected ones do not go", async () => {
    const { id } = await bench.ok("POST", base, { usage });
    expect((await bench.call("DELETE", `${base}/${id}`)).status).toBe(412);
    await bench.ok("POST", `${base}/${id}/unprotect`);
    expect((await bench.call("DELETE", `${base}/${id}`)).status).toBe(204);
    expect((await bench.ok("GET", `${base}/${id}`)).state).toBe("scheduled_for_deletion");
    const listed = async (which: string) =>
      (await bench.ok("GET", `${base}?scheduled_for_deletion=${which}`)).keys.map(
        (key: { id: string }) => key.id,
      );
    expect(await listed("false")).not.toContain(id);
    expect(await listed("true")).toEqual([id]);
    expect((await bench.call("POST", `${base}/${id}/encrypt`, { plaintext: text })).status).toBe(412);
    expect((await bench.ok("POST", `${base}/${id}/restore`)).state).toBe("enabled");
  });

  it("take material from outside where they are made for it", async () => {
    const { id, state } = await bench.ok("POST", base, { usage, origin: "external" });
    expect(state).toBe("pending_key_material");
    const material = Buffer.alloc(32, 7).toString("base64");
    const imported = await bench.ok("POST", `${base}/${id}/import-key-material`, { key_material: material });
    expect(imported).toMatchObject({ state: "enabled", rotation_count: 1 });
  });
});
