import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { projectOnly } from "../core/dialects.ts";
import { invalidArgument, notFound, preconditionFailed } from "../core/errors.ts";
import { isBody } from "../core/fields.ts";
import { type Action, type Answer, defineKind, type Service } from "../core/kind.ts";
import type { World } from "../core/world.ts";
import type { Body, Resource } from "../store/store.ts";

interface KeyBody {
  id: string;
  usage: Body;
  state: "enabled" | "disabled" | "pending_key_material" | "scheduled_for_deletion";
  rotation_count: number;
  rotated_at: string | null;
  rotation_policy: Body | null;
  protected: boolean;
  deletion_requested_at: string | null;
  origin: string;
}

interface KeyHidden {
  /** The key itself, encrypted; none before it is imported. */
  sealed?: string;
}

type Key = Resource<KeyBody, KeyHidden>;
type Own = Action<KeyBody, KeyHidden>;

const algorithm = "aes-256-gcm";

function now(): string {
  return projectOnly.time(Date.now());
}

function material(world: World, key: Key): Buffer {
  if (key.body.state !== "enabled" || key.hidden.sealed === undefined)
    throw preconditionFailed("key_not_enabled", `the key is ${key.body.state}`);
  return Buffer.from(world.options.seal.open(key.hidden.sealed), "base64");
}

function bytesOf(input: Body, name: string): Buffer {
  const value = input[name];
  if (typeof value !== "string" || value === "") throw invalidArgument(name, "required", "required");
  return Buffer.from(value, "base64");
}

function associated(input: Body): Buffer {
  return typeof input.associated_data === "string"
    ? Buffer.from(input.associated_data, "base64")
    : Buffer.alloc(0);
}

function encrypt(world: World, key: Key, plain: Buffer, input: Body): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv(algorithm, material(world, key), nonce);
  cipher.setAAD(associated(input));
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString("base64");
}

function decrypt(world: World, key: Key, input: Body): string {
  const text = bytesOf(input, "ciphertext");
  const secret = material(world, key);
  try {
    const decipher = createDecipheriv(algorithm, secret, text.subarray(0, 12));
    decipher.setAAD(associated(input));
    decipher.setAuthTag(text.subarray(12, 28));
    return Buffer.concat([decipher.update(text.subarray(28)), decipher.final()]).toString("base64");
  } catch {
    throw invalidArgument("ciphertext", "cipher: message authentication failed");
  }
}

/** A signature that this simulator knows again, not one that the public key would. */
function signature(world: World, key: Key, digest: Buffer): Buffer {
  return createHmac("sha256", material(world, key)).update(digest).digest();
}

function renew(world: World, key: Key, bytes: Buffer): void {
  key.hidden.sealed = world.options.seal.seal(bytes.toString("base64"));
  key.body.rotated_at = now();
  key.body.rotation_count += 1;
  key.body.state = "enabled";
}

function kept(world: World, key: Key): Answer {
  world.keep(key);
  return { status: 200, body: world.show(key) };
}

function change(path: string, apply: (body: KeyBody) => void): Own {
  return {
    method: "POST",
    path,
    run: (world, _demand, key) => {
      apply(key.body);
      return kept(world, key);
    },
  };
}

/** Durations are answered without the fraction that clients write; the next rotation follows from now. */
function setPolicy(body: KeyBody, said: unknown): void {
  if (!isBody(said)) return;
  const seconds = Number.parseInt(String(said.rotation_period), 10);
  body.rotation_policy = {
    rotation_period: `${seconds}s`,
    next_rotation_at: said.next_rotation_at ?? projectOnly.time(Date.now() + seconds * 1000),
  };
}

const uses: readonly Own[] = [
  {
    method: "POST",
    path: "/encrypt",
    run: (world, { input }, key) => {
      const ciphertext = encrypt(world, key, bytesOf(input, "plaintext"), input);
      return { status: 200, body: { key_id: key.id, ciphertext } };
    },
  },
  {
    method: "POST",
    path: "/decrypt",
    run: (world, { input }, key) => ({
      status: 200,
      body: { key_id: key.id, plaintext: decrypt(world, key, input), ciphertext: null },
    }),
  },
  {
    method: "POST",
    path: "/generate-data-key",
    run: (world, { input }, key) => {
      const plain = randomBytes(32);
      return {
        status: 200,
        body: {
          key_id: key.id,
          algorithm: input.algorithm ?? "aes_256_gcm",
          ciphertext: encrypt(world, key, plain, {}),
          plaintext: input.without_plaintext === true ? null : plain.toString("base64"),
          created_at: now(),
        },
      };
    },
  },
  {
    method: "POST",
    path: "/sign",
    run: (world, { input }, key) => {
      const signed = signature(world, key, bytesOf(input, "digest")).toString("base64");
      return { status: 200, body: { key_id: key.id, signature: signed } };
    },
  },
  {
    method: "POST",
    path: "/verify",
    run: (world, { input }, key) => {
      const [expected, said] = [signature(world, key, bytesOf(input, "digest")), bytesOf(input, "signature")];
      const valid = expected.length === said.length && timingSafeEqual(expected, said);
      return { status: 200, body: { key_id: key.id, valid } };
    },
  },
];

/** Keys that never leave (v1alpha1). */
const key = defineKind<KeyBody, KeyHidden>({
  name: "keymanager.key",
  dialect: projectOnly,
  collection: "/key-manager/v1alpha1/regions/:region/keys",
  calls: ["create", "list", "get", "patch"],
  listKey: "keys",
  localityFields: ["region"],
  fields: {
    name: { type: "string" },
    usage: { type: "object", required: true, fixed: true },
    description: { type: "string", initial: null },
    tags: { type: "strings" },
    rotation_policy: { type: "object", argument: true },
    unprotected: { type: "boolean", argument: true },
    origin: { type: "string", argument: true },
  },
  filters: {
    usage: ({ body }, value) => value === "unknown_usage" || Object.keys(body.usage).includes(value),
    // Without the name, as with "false": what is about to go is not listed.
    scheduled_for_deletion: ({ body }, value) => (body.deletion_requested_at !== null) === (value === "true"),
  },
  missing: (id) => notFound("key", id),
  prepare: (world, draft, { input }) => {
    const external = input.origin === "external";
    Object.assign(draft.body, {
      state: external ? "pending_key_material" : "enabled",
      rotation_count: 0,
      rotated_at: null,
      rotation_policy: null,
      protected: input.unprotected !== true,
      locked: false,
      origin: external ? "external" : "scaleway_kms",
      deletion_requested_at: null,
      protection_level: "software",
    });
    if (!external) renew(world, draft, randomBytes(32));
    setPolicy(draft.body, input.rotation_policy);
  },
  changed: (_world, { body }, { input }) => setPolicy(body, input.rotation_policy),
  actions: [
    {
      method: "DELETE",
      path: "",
      // A key goes a week later; until then it is shown, and can be had back.
      run: (world, _demand, held) => {
        if (held.body.protected) throw preconditionFailed("resource_protected", "the key is protected");
        held.body.deletion_requested_at = now();
        held.body.state = "scheduled_for_deletion";
        world.keep(held);
        return { status: 204 };
      },
    },
    change("/restore", (body) => {
      body.deletion_requested_at = null;
      body.state = "enabled";
    }),
    ...uses,
    change("/protect", (body) => {
      body.protected = true;
    }),
    change("/unprotect", (body) => {
      body.protected = false;
    }),
    change("/enable", (body) => {
      body.state = "enabled";
    }),
    change("/disable", (body) => {
      body.state = "disabled";
    }),
    {
      method: "POST",
      path: "/rotate",
      run: (world, _demand, held) => {
        renew(world, held, randomBytes(32));
        return kept(world, held);
      },
    },
    {
      method: "POST",
      path: "/import-key-material",
      run: (world, { input }, held) => {
        if (held.body.origin !== "external")
          throw preconditionFailed("key_origin", "the key makes its own material");
        renew(world, held, bytesOf(input, "key_material"));
        return kept(world, held);
      },
    },
    {
      method: "POST",
      path: "/delete-key-material",
      run: (world, _demand, held) => {
        delete held.hidden.sealed;
        held.body.state = "pending_key_material";
        world.keep(held);
        return { status: 204 };
      },
    },
  ],
});

export const keyManager: Service = { kinds: [key] };
