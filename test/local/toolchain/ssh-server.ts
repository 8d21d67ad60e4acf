import { connect } from "node:net";
import ssh2 from "ssh2";
import { type KeyPair, newKeyPair } from "../../../local/simulator/hosts/ssh/key-pair.ts";

/** What a command got: its text, standard input and environment. */
export interface Run {
  readonly command: string;
  readonly stdin: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** A key pair that can be read back: ssh2 1.17.0 writes about one private key in 170 malformed. */
export const newKey = newKeyPair;

/** A machine on loopback that takes one key, notes what it runs, answers with the standard input, and forwards like a bastion. */
export class SshServer {
  readonly runs: Run[] = [];
  /** Addresses that this machine was asked to forward to. */
  readonly forwarded: string[] = [];
  readonly hostKey = newKey();
  readonly #server: ssh2.Server;
  readonly #open = new Set<ssh2.Connection>();

  constructor(accepts: KeyPair) {
    const expected = ssh2.utils.parseKey(accepts.public) as ssh2.ParsedKey;
    this.#server = new ssh2.Server({ hostKeys: [this.hostKey.private] }, (client) => {
      this.#open.add(client);
      client.on("close", () => this.#open.delete(client));
      client.on("error", () => undefined);
      client.on("authentication", (context) => {
        if (context.method !== "publickey" || !context.key.data.equals(expected.getPublicSSH()))
          return context.reject(["publickey"]);
        const { blob, signature } = context;
        if (signature === undefined) return context.accept();
        return expected.verify(blob as Buffer, signature, context.hashAlgo) === true
          ? context.accept()
          : context.reject();
      });
      client.on("tcpip", (accept, _reject, { destIP, destPort }) => {
        this.forwarded.push(`${destIP}:${destPort}`);
        const target = connect(destPort, destIP);
        const channel = accept();
        target.on("error", () => channel.close());
        channel.on("error", () => target.destroy());
        target.pipe(channel).pipe(target);
      });
      client.on("session", (accept) => {
        const session = accept();
        const environment: Record<string, string> = {};
        session.on("env", (answer, _reject, { key, val }) => {
          environment[key] = val;
          answer?.();
        });
        session.on("exec", (answer, _reject, { command }) => {
          const channel = answer();
          let stdin = "";
          channel.on("data", (chunk: Buffer) => {
            stdin += chunk.toString();
          });
          channel.on("end", () => {
            this.runs.push({ command, stdin, environment });
            channel.write(stdin);
            channel.stderr.write(`ran ${command}\n`);
            channel.exit(command.startsWith("fail") ? 3 : 0);
            channel.end();
          });
        });
      });
    });
  }

  listen(): Promise<number> {
    return new Promise((resolve) => {
      this.#server.listen(0, "127.0.0.1", () => resolve((this.#server.address() as { port: number }).port));
    });
  }

  async close(): Promise<void> {
    for (const client of this.#open) client.end();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
