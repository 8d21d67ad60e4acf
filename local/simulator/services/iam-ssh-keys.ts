import { createHash } from "node:crypto";
import { standard } from "../core/dialects.ts";
import { invalidArgument, notFound } from "../core/errors.ts";
import { defineKind } from "../core/kind.ts";

/** The length-prefixed parts of a public key (RFC 4253 §6.6). */
function parts(blob: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; at + 4 <= blob.length; ) {
    const length = blob.readUInt32BE(at);
    found.push(blob.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return found;
}

function bits(type: string, blob: Buffer): number {
  if (type === "ssh-rsa") {
    const modulus = parts(blob)[2] ?? Buffer.alloc(0);
    return (modulus[0] === 0 ? modulus.length - 1 : modulus.length) * 8;
  }
  return Number(/nistp(\d+)/.exec(type)?.[1] ?? 256);
}

/** As Scaleway answers it: size, MD5 of the key, type. */
function fingerprint(type: string, base64: string): string {
  const blob = Buffer.from(base64, "base64");
  const md5 = createHash("md5").update(blob).digest("hex").match(/../g)?.join(":");
  return `${bits(type, blob)} MD5:${md5} (${type})`;
}

/** SSH keys of a project. The comment of a key is dropped (recorded). */
export const sshKey = defineKind<{ public_key: string; fingerprint: string }>({
  name: "iam.ssh_key",
  dialect: standard,
  collection: "/iam/v1alpha1/ssh-keys",
  calls: ["create", "list", "get", "patch", "delete"],
  listKey: "ssh_keys",
  localityFields: [],
  fields: {
    name: { type: "string" },
    public_key: { type: "string", required: true, fixed: true },
    disabled: { type: "boolean" },
  },
  filters: { disabled: "disabled" },
  quotas: [{ quota: "sshKeys", within: "organization" }],
  missing: (id) => notFound("ssh_key", id),
  prepare: (_world, { body }) => {
    const [type = "", base64 = ""] = body.public_key.trim().split(/\s+/);
    const blob = Buffer.from(base64, "base64");
    if (!/^(ssh|ecdsa|sk)-/.test(type) || parts(blob)[0]?.toString() !== type) {
      throw invalidArgument("public_key", "not a public key", "format");
    }
    body.public_key = `${type} ${base64}`;
    body.fingerprint = fingerprint(type, base64);
  },
});
