import ssh2 from "ssh2";

/** An ed25519 key pair: `private` in OpenSSH's format, without passphrase; `public` in the form of authorized_keys. */
export interface KeyPair {
  readonly private: string;
  readonly public: string;
}

/**
 * Makes a key pair that can be read back. ssh2 1.17.0 writes about one private key in 170 malformed (tried, 2026-11-22: 9 of 1,500),
 * so each is parsed before it is handed out.
 * @param comment ends the public key's line
 */
export function newKeyPair(comment = ""): KeyPair {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync("ed25519", { comment });
    if (!(ssh2.utils.parseKey(pair.private) instanceof Error)) return pair;
  }
}
