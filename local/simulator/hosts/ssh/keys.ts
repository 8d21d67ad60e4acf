import ssh2 from "ssh2";
import type { HostFilesystem } from "../filesystem/host-filesystem.ts";
import { inCidr } from "../nftables/packet.ts";

type ParsedKey = Exclude<ReturnType<typeof ssh2.utils.parseKey>, Error>;

/** A key that may log in, and how far. */
export interface AuthorizedKey {
  key: ParsedKey;
  mayForward: boolean;
  /** CIDRs or addresses that it may come from; undefined: any. */
  from: string[] | undefined;
}

const line =
  /^(?:(?<options>(?:[^\s"]|"[^"]*")+)\s+)?(?<key>(?:ssh-|ecdsa-|sk-)[^\s]+\s+[A-Za-z0-9+/=]+)(?:\s.*)?$/;
const plainOptions = [
  "agent-forwarding",
  "no-agent-forwarding",
  "no-pty",
  "no-user-rc",
  "no-x11-forwarding",
  "pty",
];

/** Parses one line of authorized_keys; a key with an option that is not likened lets nobody in. */
function parseLine(text: string): AuthorizedKey | undefined {
  const groups = line.exec(text.trim())?.groups;
  if (!groups?.key) return undefined;
  const key = ssh2.utils.parseKey(groups.key);
  if (key instanceof Error) return undefined;
  const authorized: AuthorizedKey = { key, mayForward: true, from: undefined };
  for (const option of groups.options?.match(/(?:[^,"]|"[^"]*")+/g) ?? []) {
    const name = option.toLowerCase();
    const from = /^from="([^"]*)"$/i.exec(option)?.[1];
    if (from !== undefined) authorized.from = from.split(",");
    else if (name === "restrict" || name === "no-port-forwarding") authorized.mayForward = false;
    else if (name === "port-forwarding") authorized.mayForward = true;
    else if (!plainOptions.includes(name)) return undefined;
  }
  return authorized;
}

/** Keys that may log in as a user, from the files sshd_config names. */
export async function authorizedKeys(
  filesystem: HostFilesystem,
  user: string,
  files: readonly string[],
): Promise<AuthorizedKey[]> {
  const home = user === "root" ? "/root" : `/home/${user}`;
  const keys: AuthorizedKey[] = [];
  for (const file of files) {
    const expanded = file.replaceAll("%u", user).replaceAll("%h", home);
    const text = (await filesystem.textOf(expanded.startsWith("/") ? expanded : `${home}/${expanded}`)) ?? "";
    for (const entry of text.split("\n")) {
      const key = parseLine(entry);
      if (key) keys.push(key);
    }
  }
  return keys;
}

/** Whether a client's address is one that a key may come from. */
export function mayComeFrom(key: AuthorizedKey, address: string): boolean {
  return (
    key.from === undefined ||
    key.from.some((range) => range === "*" || (/^[\d.:/a-f]+$/i.test(range) && inCidr(address, range)))
  );
}
