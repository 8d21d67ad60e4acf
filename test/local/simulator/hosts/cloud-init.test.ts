import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { type Hosts, startHosts } from "../../../../local/simulator/hosts/index.ts";
import { idOf, machineOf, TestDirectory, TestLog, TestStore } from "./machines-fixture.ts";

describe("cloud-init", () => {
  let hosts: Hosts | undefined;
  let directory = new TestDirectory();
  let log = new TestLog();

  async function start(userData: string): Promise<Hosts> {
    directory = new TestDirectory();
    log = new TestLog();
    directory.put(machineOf("a", { userData }));
    hosts = await startHosts({ directory, changes: log, store: new TestStore() });
    return hosts;
  }

  afterEach(async () => {
    await hosts?.close();
  });

  it("writes files with their modes and encodings, users with their keys, then runs commands", async () => {
    const park = await start(`#cloud-config
write_files:
  - path: /etc/plain
    permissions: "0640"
    content: |
      one
        two
  - path: /etc/encoded
    encoding: b64
    content: ${Buffer.from("encoded").toString("base64")}
  - path: /etc/compressed
    encoding: gz+b64
    content: ${gzipSync("compressed").toString("base64")}
  - { path: /etc/plain, append: true, permissions: "0640", content: "three" }
hostname: renamed
users:
  - name: operator
    ssh_authorized_keys: [ssh-ed25519 AAAA operator]
ssh_authorized_keys: [ssh-ed25519 BBBB root]
package_update: false
packages: [nftables]
runcmd:
  - [sh, -c, 'echo "$0 $1" > /root/ran', "with space", second]
  - cp /etc/plain /root/copied
`);
    const shown = await park.exec(
      idOf("a"),
      "stat -c %a /etc/plain; cat /etc/plain /etc/encoded /etc/compressed /root/ran; hostname; cloud-init status --wait",
    );
    expect(shown.stdout).toBe(
      "640\none\n  two\nthreeencodedcompressedwith space second\nrenamed\nstatus: done\n",
    );
    expect(await park.readFile(idOf("a"), "/home/operator/.ssh/authorized_keys")).toBe(
      "ssh-ed25519 AAAA operator\n",
    );
    expect(await park.readFile(idOf("a"), "/root/.ssh/authorized_keys")).toBe("ssh-ed25519 BBBB root\n");
    expect(log.of(idOf("a"), "boot")).toMatchObject([{ power: "starting" }, { firstBoot: true, errors: [] }]);
  });

  it("records what fails and goes on", async () => {
    const park = await start(
      "#cloud-config\nruncmd:\n  - false\n  - touch /root/after\npackages: [nginx]\nsnap: {}\n",
    );
    expect(await park.readFile(idOf("a"), "/root/after")).toBe("");
    const [, boot] = log.of(idOf("a"), "boot");
    expect(boot?.errors).toEqual([
      expect.stringContaining("snap: this module"),
      expect.stringContaining("nginx"),
      "runcmd: command 1 of runcmd exited with 1",
    ]);
    expect(await park.readFile(idOf("a"), "/var/log/cloud-init-output.log")).toContain(
      "command 1 of runcmd exited with 1",
    );
    expect(await park.exec(idOf("a"), "cloud-init status")).toMatchObject({ exitCode: 1 });
  });

  it("says when user data is neither a configuration nor a script, or is broken", async () => {
    await start("hello");
    expect(log.of(idOf("a"), "boot")).toMatchObject([
      { power: "starting" },
      { errors: [expect.stringContaining("user-data")] },
    ]);
    await hosts?.close();
    await start("#cloud-config\nruncmd: [\n");
    expect(log.of(idOf("a"), "boot")).toMatchObject([
      { power: "starting" },
      { errors: [expect.stringContaining("not valid YAML")] },
    ]);
  });

  it("runs once an installation: changed user data waits for a reinstall, bootcmd runs at each boot", async () => {
    const park = await start(
      "#cloud-config\nbootcmd: [echo boot >> /root/boots]\nruncmd: [echo first >> /root/runs]\n",
    );
    directory.change(idOf("a"), {
      userData: "#cloud-config\nbootcmd: [echo boot >> /root/boots]\nruncmd: [echo second >> /root/runs]\n",
    });
    await park.idle();
    expect(await park.readFile(idOf("a"), "/root/runs")).toBe("first\n");
    directory.change(idOf("a"), { boots: 2 });
    await park.idle();
    expect(await park.readFile(idOf("a"), "/root/runs")).toBe("first\n");
    expect(await park.readFile(idOf("a"), "/root/boots")).toBe("boot\nboot\n");
    directory.change(idOf("a"), { boots: 3, installation: idOf("reinstalled") });
    await park.idle();
    expect(await park.readFile(idOf("a"), "/root/runs")).toBe("second\n");
  });

  it("runs a script as user data", async () => {
    const park = await start("#!/bin/bash -e\necho ran > /root/ran\nfalse\necho never >> /root/ran\n");
    expect(await park.readFile(idOf("a"), "/root/ran")).toBe("ran\n");
    expect(log.of(idOf("a"), "boot")).toMatchObject([
      { power: "starting" },
      { errors: ["scripts_user: exited with 1"] },
    ]);
  });
});
