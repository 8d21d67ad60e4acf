/** Keys of the embedded world, made once from the machine's randomness: none is shared between worlds or committed. */
import { randomBytes, randomInt, randomUUID } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { newKeyPair } from "../../local/simulator/hosts/ssh/key-pair.ts";
import { freePort } from "./ports.ts";
import { makeFolders, readJson, type World, writeSecretFile } from "./world.ts";

/** What the simulated Scaleway and its clients share. */
export interface Credentials {
  readonly accessKey: string;
  readonly secretKey: string;
  /** Opens the simulator's own calls, and nothing of Scaleway's. */
  readonly controlToken: string;
  readonly organizationId: string;
  readonly projectId: string;
  /** TCP port of the simulated API on loopback. */
  readonly port: number;
  /** Loopback addresses that stand for public ones; a slice of 127.64.0.0/10, all of which Linux binds without set-up. */
  readonly publicAddresses: string;
}

const ACCESS_KEY_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/** Scaleway's form: SCW and 17 capitals or digits (scaleway-sdk-go, validation of access keys, 2026-07). */
function accessKey(): string {
  return `SCW${Array.from({ length: 17 }, () => ACCESS_KEY_ALPHABET[randomInt(ACCESS_KEY_ALPHABET.length)]).join("")}`;
}

/** One of the 1,024 /20 prefixes of 127.64.0.0/10, so that two worlds seldom share one. */
function publicAddresses(): string {
  const slice = randomInt(1024);
  return `127.${64 + (slice >> 4)}.${(slice & 15) << 4}.0/20`;
}

/** Makes what is missing, keeps what is there. Call under the world's lock. */
export async function ensureCredentials(world: World): Promise<Credentials> {
  makeFolders(world);
  if (!existsSync(world.passphrase))
    writeSecretFile(world.passphrase, `${randomBytes(32).toString("base64url")}\n`);
  if (!existsSync(world.sshKey)) makeSshKey(world);
  const kept = readJson<Credentials>(world.credentials);
  if (kept !== undefined) return kept;
  const made: Credentials = {
    accessKey: accessKey(),
    secretKey: randomUUID(),
    controlToken: randomBytes(24).toString("base64url"),
    organizationId: randomUUID(),
    projectId: randomUUID(),
    port: await freePort(),
    publicAddresses: publicAddresses(),
  };
  saveCredentials(world, made);
  return made;
}

export function saveCredentials(world: World, credentials: Credentials): void {
  writeSecretFile(world.credentials, `${JSON.stringify(credentials, undefined, 2)}\n`);
}

/** The operator's key pair, OpenSSH format, without passphrase: the file's mode protects it, as the engine's runs are unattended. */
function makeSshKey(world: World): void {
  const pair = newKeyPair("archipel-operator");
  writeFileSync(`${world.sshKey}.pub`, `${pair.public}\n`, { mode: 0o644 });
  writeSecretFile(world.sshKey, pair.private);
}
