import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ssh2 from "ssh2";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ensureCredentials } from "../../../operations/embedded/credentials.ts";
import { type World, worldAt } from "../../../operations/embedded/world.ts";

let world: World;

beforeEach(() => {
  world = worldAt(mkdtempSync(join(tmpdir(), "archipel-credentials-")));
});

afterEach(() => rmSync(world.project, { recursive: true, force: true }));

const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);

it("makes keys in Scaleway's forms, once", async () => {
  const made = await ensureCredentials(world);
  expect(made.accessKey).toMatch(/^SCW[A-Z0-9]{17}$/);
  expect(made.secretKey).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(made.publicAddresses).toMatch(/^127\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.\d+\.0\/20$/);
  expect(await ensureCredentials(world)).toEqual(made);
});

it("keeps secrets in files that only their owner reads", async () => {
  await ensureCredentials(world);
  expect([world.credentials, world.passphrase, world.sshKey].map(mode)).toEqual(["600", "600", "600"]);
  expect(mode(world.home)).toBe("700");
});

it("makes an OpenSSH key pair that names nobody", async () => {
  await ensureCredentials(world);
  const key = ssh2.utils.parseKey(readFileSync(world.sshKey));
  if (key instanceof Error) throw key;
  const publicKey = readFileSync(`${world.sshKey}.pub`, "utf8");
  expect(publicKey).toBe(`ssh-ed25519 ${key.getPublicSSH().toString("base64")} archipel-operator\n`);
});

it("makes no two worlds alike", async () => {
  const other = worldAt(mkdtempSync(join(tmpdir(), "archipel-credentials-")));
  try {
    const [one, two] = [await ensureCredentials(world), await ensureCredentials(other)];
    expect(one.secretKey).not.toBe(two.secretKey);
    expect(readFileSync(world.sshKey, "utf8")).not.toBe(readFileSync(other.sshKey, "utf8"));
  } finally {
    rmSync(other.project, { recursive: true, force: true });
  }
});
