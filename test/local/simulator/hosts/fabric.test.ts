import { afterEach, describe, expect, it } from "vitest";
import { type Hosts, startHosts } from "../../../../local/simulator/hosts/index.ts";
import type { Machine } from "../../../../local/simulator/machines.ts";
import {
  established,
  filterDocument,
  idOf,
  match,
  meta,
  rule,
  TestDirectory,
  TestLog,
  TestStore,
} from "./machines-fixture.ts";
import {
  appPublic,
  appServer,
  bastion,
  bastionAddress,
  bastionPort,
  firewall,
  stepTwo,
} from "./world-fixture.ts";

describe("paths between hosts", () => {
  let hosts: Hosts | undefined;
  let directory = new TestDirectory();
  let log = new TestLog();

  async function start(...machines: Machine[]): Promise<Hosts> {
    directory = new TestDirectory();
    log = new TestLog();
    for (const machine of machines) directory.put(machine);
    hosts = await startHosts({ directory, changes: log, store: new TestStore() });
    return hosts;
  }

  afterEach(async () => {
    await hosts?.close();
    hosts = undefined;
  });

  async function ssh(park: Hosts, from: string | undefined, address: string, port = 22): Promise<string> {
    const { reach } = await park.connect(from === undefined ? undefined : idOf(from), address, port);
    return reach.arrives ? `reached ${reach.server.name}` : reach.reason;
  }

  function masters(park: Hosts): string[] {
    return ["firewall-1", "firewall-2"].filter((name) =>
      park.interfaces(idOf(name)).some(({ addresses }) => addresses.some(({ origin }) => origin === "vrrp")),
    );
  }

  it("boots without a complaint of cloud-init", async () => {
    await start(bastion([]), appServer([]), firewall(1), firewall(2));
    const boots = log.changes.filter(({ kind, detail }) => kind === "boot" && "errors" in detail);
    expect(boots).toHaveLength(4);
    expect(boots.map(({ detail }) => detail.errors)).toEqual([[], [], [], []]);
  });

  it("closes a bare-metal server's public address to all but the bastion", async () => {
    const park = await start(bastion([]), appServer([]), firewall(1));
    expect(await ssh(park, "bastion", appPublic)).toBe("reached app");
    expect(await ssh(park, "firewall-1", appPublic)).toContain("app: input drop");
    expect(await ssh(park, undefined, appPublic)).toContain("app: input drop");
    expect(await ssh(park, undefined, bastionAddress, bastionPort)).toBe("reached bastion");
    expect(await ssh(park, undefined, bastionAddress, 22)).toContain("security group bastion");
    expect(await ssh(park, "app", bastionAddress, bastionPort)).toContain("app: output drop");
  });

  it("reaches a private network only through the firewall, and only with this server's own VLAN number", async () => {
    const park = await start(bastion([]), appServer([]), firewall(1), firewall(2));
    expect(await ssh(park, "bastion", "10.0.1.9")).toContain("nobody answers for 10.0.1.9");
    expect(await park.exec(idOf("app"), stepTwo(4000))).toMatchObject({ exitCode: 0 });
    expect(await ssh(park, "bastion", "10.0.1.9")).toContain("nobody answers for 10.0.1.9");
    expect(
      await park.exec(idOf("app"), `networkctl delete pn-app\n${stepTwo()}\nping -c 1 10.0.1.1 || true`),
    ).toMatchObject({ exitCode: 0 });
    expect(await ssh(park, "bastion", "10.0.1.9")).toBe("reached app");
    expect(await ssh(park, "bastion", "10.0.1.9", 443)).toContain("firewall-1: forward drop");
    const { reach } = await park.connect(idOf("bastion"), "10.0.1.9", 22);
    expect(reach.hops.map(({ host, at }) => `${host} ${at}`)).toEqual([
      "bastion output",
      "bastion postrouting",
      "firewall-1 prerouting",
      "firewall-1 forward",
      "firewall-1 postrouting",
      "app prerouting",
      "app input",
      "app output",
      "app postrouting",
      "firewall-1 prerouting",
      "firewall-1 forward",
      "firewall-1 postrouting",
      "bastion prerouting",
      "bastion input",
    ]);
    await park.exec(idOf("firewall-1"), "sysctl -w net.ipv4.ip_forward=0");
    expect(await ssh(park, "bastion", "10.0.1.9")).toContain("firewall-1: does not forward");
  });

  it("drops an answer that comes back by a firewall which did not see the question", async () => {
    const park = await start(bastion([]), appServer([]), firewall(1), firewall(2));
    await park.exec(idOf("app"), stepTwo());
    await park.exec(idOf("app"), "ip route replace 10.0.2.0/24 via 10.0.1.12 dev pn-app");
    expect(await ssh(park, "bastion", "10.0.1.9")).toContain("firewall-2: forward drop");
  });

  it("moves all virtual addresses to the other zone when one is lost, and back by decision only", async () => {
    const park = await start(bastion([]), appServer([]), firewall(1), firewall(2));
    await park.exec(idOf("app"), stepTwo());
    expect(masters(park)).toEqual(["firewall-1"]);
    directory.change(idOf("firewall-1"), { power: "lost" });
    await park.idle();
    expect(masters(park)).toEqual(["firewall-2"]);
    expect(await park.readFile(idOf("firewall-2"), "/run/is-master")).toBe("");
    expect(await ssh(park, "bastion", "10.0.1.9")).toBe("reached app");
    directory.change(idOf("firewall-1"), { power: "running" });
    await park.idle();
    expect(await park.services(idOf("firewall-1"))).toContainEqual(
      expect.objectContaining({ name: "keepalived.service", active: "active" }),
    );
    expect(masters(park)).toEqual(["firewall-2"]);
    await park.exec(idOf("firewall-2"), "systemctl restart keepalived");
    expect(masters(park)).toHaveLength(1);
    await park.exec(idOf("firewall-2"), "systemctl stop keepalived");
    expect(masters(park)).toEqual(["firewall-1"]);
    expect(log.of(idOf("firewall-1"), "service")).toContainEqual(
      expect.objectContaining({ instance: "pair", state: "MASTER" }),
    );
  });

  it("keeps a member out while its check fails, and has two masters when they do not hear each other", async () => {
    const park = await start(bastion([]), appServer([]), firewall(1), firewall(2));
    await park.exec(idOf("firewall-1"), "rm /etc/firewall-ready");
    expect(masters(park)).toEqual(["firewall-2"]);
    await park.close();
    const split = await start(bastion([]), appServer([]), firewall(1, false), firewall(2, false));
    expect(masters(split)).toEqual(["firewall-1", "firewall-2"]);
    await split.exec(idOf("app"), stepTwo());
    expect(await ssh(split, "bastion", "10.0.1.9")).toContain("at once");
  });

  it("refuses an address that another machine took when the right one is pinned", async () => {
    const park = await start(bastion([]), appServer([]), firewall(1));
    await park.exec(idOf("app"), stepTwo());
    await park.exec(
      idOf("bastion"),
      "ip neigh replace 10.0.2.1 lladdr de:ad:be:ef:00:01 dev ens5 nud permanent",
    );
    expect(await ssh(park, "bastion", "10.0.1.9")).toContain("pinned");
  });

  it("reaches a service while its unit runs, and never one whose program is missing", async () => {
    const park = await start(bastion([]), appServer([]), firewall(1));
    const unit = (program: string): string =>
      `cat > /etc/systemd/system/web.service <<'END'\n[Service]\nExecStart=${program}\nX-Listen=tcp/22443\n[Install]\nWantedBy=multi-user.target\nEND\nsystemctl daemon-reload`;
    await park.exec(idOf("app"), "nft flush ruleset");
    expect(await ssh(park, "bastion", appPublic, 22_443)).toContain("nothing listens on tcp/22443");
    expect((await park.exec(idOf("app"), `${unit("/opt/web")}; systemctl enable --now web`)).exitCode).toBe(
      1,
    );
    await park.exec(idOf("app"), "install -m 755 /dev/stdin /opt/web", "#!/bin/sh\n");
    await park.exec(idOf("app"), "systemctl enable --now web");
    const { reach, stream } = await park.connect(idOf("bastion"), appPublic, 22_443);
    expect(reach).toMatchObject({
      arrives: true,
      server: { name: "app", zone: "fr-par-1", unit: "web.service", client: bastionAddress },
    });
    expect(stream).toBeUndefined();
    await park.exec(idOf("app"), "systemctl stop web");
    expect(await ssh(park, "bastion", appPublic, 22_443)).toContain("nothing listens");
  });

  it("translates destinations and sources, and brings the answer back", async () => {
    const park = await start(bastion([]), appServer([]), firewall(1));
    await park.exec(idOf("app"), stepTwo());
    const nat = (name: string, hook: string, ...expr: object[]): object[] => [
      {
        add: {
          chain: {
            family: "inet",
            table: "filter",
            name,
            type: "nat",
            hook,
            prio: hook === "prerouting" ? -100 : 100,
            policy: "accept",
          },
        },
      },
      rule(name, ...expr),
    ];
    const rules = filterDocument(
      rule("input", established, { accept: null }),
      rule("forward", established, { accept: null }),
      rule(
        "forward",
        meta("iifname", "eno1"),
        meta("oifname", "pn-app"),
        match("ip", "daddr", "10.0.1.9"),
        match("tcp", "dport", 22),
        { accept: null },
      ),
      ...nat("in", "prerouting", meta("iifname", "eno1"), match("tcp", "dport", 8022), {
        dnat: { family: "ip", addr: "10.0.1.9", port: 22 },
      }),
      ...nat("out", "postrouting", meta("oifname", "pn-app"), { masquerade: null }),
    );
    expect((await park.exec(idOf("firewall-1"), "nft -j -f -", rules)).stderr).toBe("");
    expect(await ssh(park, undefined, "127.64.10.11", 8022)).toContain("app: input drop");
    await park.exec(idOf("app"), "nft flush ruleset");
    const { reach } = await park.connect(undefined, "127.64.10.11", 8022);
    expect(reach).toMatchObject({ arrives: true, server: { name: "app", port: 22, client: "10.0.1.11" } });
    expect(await ssh(park, undefined, "127.64.10.11", 8023)).toContain("firewall-1: input drop");
  });
});
