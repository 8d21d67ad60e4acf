import { afterEach, describe, expect, it } from "vitest";
import { type Hosts, startHosts } from "../../../../local/simulator/hosts/index.ts";
import type { Machine } from "../../../../local/simulator/machines.ts";
import {
  filterDocument,
  idOf,
  legOf,
  machineOf,
  TestDirectory,
  TestLog,
  TestStore,
} from "./machines-fixture.ts";

describe("a host", () => {
  let hosts: Hosts | undefined;
  const log = new TestLog();
  const store = new TestStore();
  const directory = new TestDirectory();

  async function start(...machines: Machine[]): Promise<Hosts> {
    for (const machine of machines) directory.put(machine);
    hosts = await startHosts({ directory, changes: log, store });
    return hosts;
  }

  afterEach(async () => {
    await hosts?.close();
    for (const { id } of directory.list()) directory.delete(id);
    store.kept.clear();
    log.changes.length = 0;
  });

  it("runs scripts with heredocs, traps, nested shells and true exit codes", async () => {
    const park = await start(machineOf("a"));
    const script = [
      "set -euo pipefail",
      'work="$(mktemp -d)"',
      'cleanup() { rm -rf "$work"; echo cleaned; }',
      "trap cleanup EXIT",
      "umask 077",
      "cat > \"$work/x\" <<'END'",
      "  $not expanded",
      "END",
      'install -D -m 0640 "$work/x" /etc/app/x.conf',
      "install -d -m 0750 /var/lib/app",
      "printf 'secret\\n' > /etc/app/secret",
      "bash -euo pipefail -c 'test \"$1\" = one' _ one",
      "stat -c %a /etc/app/x.conf /etc/app/secret",
      "exit 7",
    ].join("\n");
    const result = await park.exec(idOf("a"), script);
    expect(result).toMatchObject({ stdout: "640\n600\ncleaned\n", stderr: "", exitCode: 7 });
    expect(await park.readFile(idOf("a"), "/etc/app/x.conf")).toBe("  $not expanded\n");
    const files = log.of(idOf("a"), "file").map(({ path }) => path);
    expect(files).toEqual(expect.arrayContaining(["/etc/app/x.conf", "/etc/app/secret"]));
    expect(JSON.stringify(log.changes)).not.toContain("secret\\n");
    expect(log.of(idOf("a"), "command").at(-1)).toMatchObject({ exitCode: 7, user: "root" });
  });

  it("tells what keepalived may do, and none of its secrets", async () => {
    const park = await start(machineOf("a"));
    const path = "/etc/keepalived/keepalived.conf";
    const text = (secret: string): string =>
      `vrrp_instance pair {\n  authentication {\n    auth_pass ${secret}\n  }\n  virtual_ipaddress {\n    10.0.0.1/24\n  }\n}\n`;
    await park.exec(idOf("a"), `install -D -m 0600 /dev/stdin ${path}`, text("hush"));
    const told = log.of(idOf("a"), "file").find((change) => change.path === path);
    expect(told?.content).toBe(text("[secret]"));
  });

  it("hands variables that `env` sets to a script on standard input", async () => {
    const park = await start(machineOf("a"));
    const result = await park.exec(idOf("a"), "sudo env A=1 B='x y=2' sh -s", 'echo "[$A][$B]"');
    expect(result).toMatchObject({ stdout: "[1][x y=2]\n", exitCode: 0 });
  });

  it("reads scripts and files from standard input", async () => {
    const park = await start(machineOf("a"));
    expect(
      await park.exec(idOf("a"), "bash -eu -s -- one", 'echo "got $1"\nfalse\necho never\n'),
    ).toMatchObject({
      stdout: "got one\n",
      exitCode: 1,
    });
    await park.exec(idOf("a"), "install -m 600 /dev/stdin /etc/key", "content\n");
    expect(await park.readFile(idOf("a"), "/etc/key")).toBe("content\n");
  });

  it("says that nothing changed when the same bytes are written again", async () => {
    const park = await start(machineOf("a"));
    await park.exec(idOf("a"), "echo one > /etc/one");
    const before = log.of(idOf("a"), "file").length;
    await park.exec(idOf("a"), "echo one > /etc/one");
    expect(log.of(idOf("a"), "file")).toHaveLength(before);
  });

  it("refuses what it does not know", async () => {
    const park = await start(machineOf("a"));
    expect((await park.exec(idOf("a"), "nosuch --option")).exitCode).toBe(127);
    expect((await park.exec(idOf("a"), "apt-get install -y nginx")).exitCode).toBe(100);
    expect((await park.exec(idOf("a"), "sysctl -w net.ipv4.nosuch=1")).exitCode).not.toBe(0);
    expect((await park.exec(idOf("a"), "systemctl start nosuch")).exitCode).toBe(5);
    expect((await park.exec(idOf("a"), "nft -f -", "table inet x { }")).stderr).toContain(
      "libnftables JSON only",
    );
  });

  it("makes VLAN links from networkd's files, and DHCP gives what the API booked", async () => {
    const leg = legOf("pn", "10.0.0.0/24", "10.0.0.5", "de:00:00:00:00:01", 1234);
    const other = legOf("other", "10.9.0.0/24", "10.9.0.5", "de:00:00:00:00:02", 77);
    const park = await start(
      machineOf("a", { legs: [leg], publicAddresses: ["127.64.0.5"] }),
      machineOf("b", { legs: [other] }),
    );
    const script = `
cat > /etc/systemd/network/10-pn.netdev <<END
[NetDev]
Name=pn-app
Kind=vlan
[VLAN]
Id=1234
END
cat > /etc/systemd/network/10-uplink.network <<END
[Match]
Name=eno1
[Network]
DHCP=ipv4
VLAN=pn-app
END
cat > /etc/systemd/network/20-pn.network <<END
[Match]
Name=pn-app
[Network]
DHCP=ipv4
[DHCPv4]
UseRoutes=\${1:-yes}
END
networkctl reload
ip -j route show dev pn-app`;
    const pushed = JSON.parse((await park.exec(idOf("a"), script)).stdout) as { dst: string }[];
    expect(pushed.map(({ dst }) => dst)).toEqual(
      ["10.0.0.0/24", "default", "10.9.0.0/24"].filter((dst) => dst !== "default"),
    );
    const link = park.interfaces(idOf("a")).find(({ name }) => name === "pn-app");
    expect(link).toMatchObject({
      kind: "vlan",
      vlan: 1234,
      parent: "eno1",
      addresses: [{ address: "10.0.0.5/24", origin: "dhcp" }],
    });
    await park.exec(
      idOf("a"),
      "sed -i 's/UseRoutes=yes/UseRoutes=no/' /etc/systemd/network/20-pn.network; networkctl reload",
    );
    const kept = JSON.parse((await park.exec(idOf("a"), "ip -j route show dev pn-app")).stdout) as {
      dst: string;
    }[];
    expect(kept.map(({ dst }) => dst)).toEqual(["10.0.0.0/24"]);
    const shown = JSON.parse((await park.exec(idOf("a"), "ip -j addr show dev pn-app")).stdout) as {
      addr_info: unknown[];
    }[];
    expect(shown[0]?.addr_info).toHaveLength(1);
    expect(log.of(idOf("a"), "address")).toContainEqual(
      expect.objectContaining({ link: "pn-app", vlan: 1234 }),
    );
  });

  it("runs units as systemd does: enabled ones start again at a reboot, failures are said", async () => {
    const park = await start(machineOf("a"));
    const document = filterDocument();
    const script = `set -e
mkdir -p /etc/nftables.d
cat > /etc/nftables.d/rules.json
cat > /etc/systemd/system/rules.service <<'END'
[Unit]
Before=network-pre.target
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/sbin/nft -j -f /etc/nftables.d/rules.json
ExecReload=/usr/sbin/nft -j -f /etc/nftables.d/rules.json
[Install]
WantedBy=sysinit.target
END
systemctl daemon-reload
systemctl enable --now rules.service
ip link add link eno1 name by-hand type vlan id 5
systemctl is-active rules`;
    expect(await park.exec(idOf("a"), script, document)).toMatchObject({ exitCode: 0, stdout: "active\n" });
    directory.change(idOf("a"), { boots: 2 });
    await park.idle();
    expect(park.interfaces(idOf("a")).map(({ name }) => name)).toEqual(["lo", "eno1"]);
    expect((await park.exec(idOf("a"), "nft list ruleset")).stdout).toContain("policy drop");
    await park.exec(idOf("a"), "echo broken > /etc/nftables.d/rules.json");
    const restarted = await park.exec(
      idOf("a"),
      "systemctl restart rules; systemctl is-failed rules; journalctl -u rules",
    );
    expect(restarted.stdout).toContain("failed\n");
    expect(restarted.stdout).toContain("JSON parsing failed");
    expect(await park.services(idOf("a"))).toContainEqual(
      expect.objectContaining({ name: "rules.service", active: "failed" }),
    );
  });

  it("keeps its disk, addresses, rules and services when the simulator restarts, and loses the disk when reinstalled", async () => {
    const first = await start(machineOf("a", { publicAddresses: ["127.64.0.9"] }));
    await first.exec(
      idOf("a"),
      "echo kept > /root/kept; ip link add link eno1 name by-hand type vlan id 5; sysctl -w net.ipv4.ip_forward=1",
    );
    await first.exec(idOf("a"), "nft -j -f -", filterDocument());
    const key = await first.readFile(idOf("a"), "/etc/ssh/ssh_host_ed25519_key.pub");
    await first.close();
    const second = await startHosts({ directory, changes: log, store });
    hosts = second;
    expect(await second.readFile(idOf("a"), "/root/kept")).toBe("kept\n");
    expect(second.interfaces(idOf("a")).map(({ name }) => name)).toContain("by-hand");
    expect((await second.exec(idOf("a"), "sysctl -n net.ipv4.ip_forward")).stdout).toBe("1\n");
    expect((await second.exec(idOf("a"), "nft -j list ruleset")).stdout).toContain('"policy":"drop"');
    expect((await second.exec(idOf("a"), "systemctl is-active ssh")).stdout).toBe("active\n");
    expect(await second.readFile(idOf("a"), "/etc/ssh/ssh_host_ed25519_key.pub")).toBe(key);
    directory.change(idOf("a"), { installation: idOf("another installation"), boots: 2 });
    await second.idle();
    expect(await second.readFile(idOf("a"), "/root/kept")).toBeUndefined();
    expect(await second.readFile(idOf("a"), "/etc/ssh/ssh_host_ed25519_key.pub")).not.toBe(key);
  });
});
