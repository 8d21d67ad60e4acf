import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { promisify } from "node:util";
import { Client } from "ssh2";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Hosts, startHosts } from "../../../../local/simulator/hosts/index.ts";
import { idOf, keyPair, TestDirectory, TestLog, TestStore } from "./machines-fixture.ts";
import {
  appPublic,
  appServer,
  bastion,
  bastionAddress,
  bastionPort,
  firewall,
  stepTwo,
} from "./world-fixture.ts";

interface Output {
  stdout: string;
  exitCode: number | null;
}

const keys = keyPair();
const open: Client[] = [];

function login(
  target: { host?: string; port?: number; sock?: Duplex },
  secret = keys.secret,
): Promise<Client> {
  return new Promise((resolve, reject) => {
    const client = new Client();
    open.push(client);
    client.on("ready", () => resolve(client)).on("error", reject);
    // Every wrong attempt ends in an error event; late ones (a host that vanishes) are part of the tests.
    client.connect({ ...target, username: "root", privateKey: secret, readyTimeout: 5_000 } as Parameters<
      Client["connect"]
    >[0]);
  });
}

function run(client: Client, command: string, stdin = "", env: Record<string, string> = {}): Promise<Output> {
  return new Promise((resolve, reject) => {
    client.exec(command, { env }, (error, channel) => {
      if (error) return reject(error);
      let stdout = "";
      let exitCode: number | null = null;
      channel.on("data", (chunk: Buffer) => {
        stdout += chunk.toString();
      });
      channel.stderr.resume();
      channel.on("exit", (code: number | null) => {
        exitCode = code;
      });
      channel.on("close", () => resolve({ stdout, exitCode }));
      channel.end(stdin);
    });
  });
}

function forward(client: Client, address: string, port: number): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    client.forwardOut("127.0.0.1", 0, address, port, (error, channel) =>
      error ? reject(error) : resolve(channel),
    );
  });
}

describe("SSH", () => {
  let park: Hosts;
  let directory: TestDirectory;
  let log: TestLog;

  beforeEach(async () => {
    directory = new TestDirectory();
    log = new TestLog();
    for (const machine of [bastion([keys.identity]), appServer([keys.identity]), firewall(1), firewall(2)])
      directory.put(machine);
    park = await startHosts({ directory, changes: log, store: new TestStore() });
  });

  afterEach(async () => {
    for (const client of open.splice(0)) client.end();
    await park.close();
  });

  function atBastion(): Promise<Client> {
    return login({ host: bastionAddress, port: bastionPort });
  }

  it("runs commands with input, environment and exit codes", async () => {
    const client = await atBastion();
    expect(await run(client, "hostname; exit 3")).toEqual({ stdout: "bastion\n", exitCode: 3 });
    expect(await run(client, "cat; echo $STEP_NAME $SECRET", "input\n", { STEP_NAME: "two" })).toEqual({
      stdout: "input\ntwo\n",
      exitCode: 0,
    });
    expect(log.of(idOf("bastion"), "command").at(-1)).toMatchObject({
      exitCode: 0,
      stdinBytes: 6,
      via: "ssh from 203.0.113.1",
    });
  });

  it("waits for the end of a script on standard input, however late it comes", async () => {
    const client = await atBastion();
    const late = new Promise<string>((resolve, reject) => {
      client.exec("sh -s", (error, channel) => {
        if (error) return reject(error);
        let stdout = "";
        channel.on("data", (chunk: Buffer) => {
          stdout += chunk.toString();
        });
        channel.on("close", () => resolve(stdout));
        // Longer than the grace that a command without input gets.
        setTimeout(() => channel.end("echo late"), 2_500);
      });
    });
    expect(await late).toBe("late\n");
  });

  it("lets no other key in", async () => {
    await expect(login({ host: bastionAddress, port: bastionPort }, keyPair().secret)).rejects.toThrow(
      "authentication",
    );
    await park.exec(idOf("bastion"), "sed -i 's/^/restrict /' /root/.ssh/authorized_keys");
    const client = await atBastion();
    await expect(forward(client, appPublic, 22)).rejects.toThrow();
  });

  it("goes through the bastion to a server's public address, configures it, then to its private one", async () => {
    const client = await atBastion();
    const server = await login({ sock: await forward(client, appPublic, 22) });
    await expect(forward(client, "10.0.1.9", 22)).rejects.toThrow();
    expect(await run(server, "bash -s", stepTwo())).toEqual({ stdout: "sealed\n", exitCode: 0 });
    const inside = await login({ sock: await forward(client, "10.0.1.9", 22) });
    expect(await run(inside, "hostname")).toEqual({ stdout: "app\n", exitCode: 0 });
    expect(log.of(idOf("app"), "command").at(-1)).toMatchObject({ via: "ssh from 10.0.2.5" });
    await expect(forward(client, "10.0.1.9", 443)).rejects.toThrow();
  });

  it("loses the session that cuts the path under itself", async () => {
    const client = await atBastion();
    const server = await login({ sock: await forward(client, appPublic, 22) });
    expect(await run(server, "ip route del default; echo done")).toEqual({ stdout: "", exitCode: null });
  });

  it("accepts no connection on a port that rules close, and follows sshd's configuration", async () => {
    await park.exec(
      idOf("bastion"),
      "echo 'Port 42333' > /etc/ssh/sshd_config.d/10-port.conf; systemctl restart ssh",
    );
    await expect(atBastion()).rejects.toThrow("ECONNREFUSED");
    await expect(login({ host: bastionAddress, port: 42_333 })).rejects.toThrow();
    await park.exec(idOf("bastion"), "echo 'Match User x' >> /etc/ssh/sshd_config; systemctl restart ssh");
    expect(await park.services(idOf("bastion"))).toContainEqual(
      expect.objectContaining({ name: "ssh.service", active: "failed" }),
    );
  });

  it("answers nothing while the zone is lost, and comes back with what was on the disk", async () => {
    const client = await atBastion();
    await run(client, "echo kept > /etc/kept");
    const cut = new Promise<void>((resolve) => client.on("close", () => resolve()));
    directory.change(idOf("bastion"), { power: "lost" });
    await park.idle();
    await cut;
    await expect(atBastion()).rejects.toThrow("ECONNREFUSED");
    directory.change(idOf("bastion"), { power: "running" });
    await park.idle();
    // The bastion's day 0 loads rules at its first boot only: without them its own output and input are open again.
    const again = await atBastion();
    expect(await run(again, "cat /etc/kept")).toEqual({ stdout: "kept\n", exitCode: 0 });
  });

  it.skipIf(!existsSync("/usr/bin/ssh"))("serves OpenSSH's own client, with a jump", async () => {
    const folder = await mkdtemp(join(tmpdir(), "archipel-ssh-"));
    try {
      await writeFile(join(folder, "key"), keys.secret, { mode: 0o600 });
      const common = [
        "-F",
        "none",
        "-i",
        join(folder, "key"),
        "-o",
        "IdentitiesOnly=yes",
        "-o",
        "StrictHostKeyChecking=no",
        "-o",
        `UserKnownHostsFile=${join(folder, "known")}`,
        "-o",
        "BatchMode=yes",
        "-o",
        "ConnectTimeout=5",
      ];
      const proxy = [
        "ssh",
        ...common,
        "-p",
        String(bastionPort),
        "-W",
        "%h:%p",
        `root@${bastionAddress}`,
      ].join(" ");
      const call = promisify(execFile)(
        "ssh",
        [...common, "-n", "-o", `ProxyCommand=${proxy}`, `root@${appPublic}`, "hostname; uname -s"],
        { timeout: 15_000 },
      );
      expect((await call).stdout).toBe("app\nLinux\n");
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
