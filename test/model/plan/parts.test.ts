/** Parts of a plan, one by one: scripts, routes, rules, names, writers, ways in. */
import { describe, expect, it } from "vitest";
import type { Estate } from "../../../model/estate/index.ts";
import { hostFiles } from "../../../model/plan/index.ts";
import { interfaceName } from "../../../model/plan/networks.ts";
import type { Plan } from "../../../model/plan/plan.ts";
import { addressedLegs, fileOf, planned, readEstate, serversOf } from "./estates.ts";

const small = readEstate("test/estates/small");
const guadeloupe = readEstate("estates/guadeloupe");
const plans: Readonly<Record<string, Plan>> = {
  small: planned(small).plan,
  guadeloupe: planned(guadeloupe).plan,
};

function server(plan: Plan, key: string) {
  const found = serversOf(plan).find((candidate) => candidate.key === key);
  if (found === undefined) throw new Error(`no server ${key}`);
  return found;
}

function pairOf(plan: Plan, key: string) {
  const found = plan.firewalls.pairs.find((pair) => pair.key === key);
  if (found === undefined) throw new Error(`no pair ${key}`);
  return found;
}

describe("a host's script", () => {
  it("holds its files, all of them and nothing else", () => {
    for (const plan of Object.values(plans)) {
      for (const { key, host } of serversOf(plan)) {
        expect(hostFiles(host.configure), key).toEqual(host.files);
        const paths = host.files.map(({ path }) => path);
        expect(new Set(paths).size).toBe(paths.length);
      }
    }
  });

  it("lets nothing in or through at bootstrap but administration, and is small", () => {
    for (const plan of Object.values(plans)) {
      for (const { key, kind, host } of serversOf(plan)) {
        if (kind === "instance") {
          expect(host.bootstrap, key).toBeUndefined();
          continue;
        }
        const files = new Map(hostFiles(host.bootstrap ?? "").map(({ path, content }) => [path, content]));
        const rules = files.get("/etc/nftables/archipel.json") ?? "";
        const prefixes = [...rules.matchAll(/"prefix":"archipel ([^"]*) "/g)].map(([, prefix]) => prefix);
        const expected = /^(bastions:.*:tcp:22|spoofed|dropped (input|forward|output))$/;
        expect(
          prefixes.filter((prefix) => !expected.test(prefix ?? "")),
          key,
        ).toEqual([]);
        expect((host.bootstrap ?? "").length, key).toBeLessThan(40_000);
      }
    }
  });

  it("names each interface with a placeholder for its number, never the number", () => {
    for (const candidate of serversOf(plans.guadeloupe as Plan)) {
      const kind = candidate.kind === "bare-metal" ? "VLAN" : "MAC";
      for (const leg of candidate.legs)
        expect(candidate.host.configure).toContain(`__${kind}_${leg.interface}__`);
    }
  });
});

describe("interface names", () => {
  it("are the network's, cut to 15 characters and kept apart", () => {
    expect(interfaceName("payroll")).toBe("pn-payroll");
    expect(interfaceName("exactly-twel")).toBe("pn-exactly-twel");
    const long = ["document-checking-a", "document-checking-b"].map(interfaceName);
    expect(new Set(long).size).toBe(2);
    for (const name of long) expect(name).toMatch(/^pn-documen?-[0-9a-f]{5}$|^pn-docume-[0-9a-f]{5}$/);
  });
});

describe("routes", () => {
  const plan = plans.guadeloupe as Plan;

  it("give every host but firewalls and bastions one default route: its network's virtual address", () => {
    for (const candidate of serversOf(plan)) {
      if (candidate.role === "firewall" || candidate.role === "bastion") continue;
      const [leg] = addressedLegs(plan, candidate);
      const network = plan.foundation.privateNetworks.find(({ key }) => key === leg?.privateNetwork);
      const files = candidate.host.files.filter(({ path }) => path.endsWith(".network"));
      const gateways = files.flatMap(({ content }) =>
        [...content.matchAll(/^Gateway=(.*)$/gm)].map(([, gateway]) => gateway),
      );
      expect(gateways, candidate.key).toEqual([network?.gateway]);
    }
  });

  it("lead from every pair to every network of another, through that pair's address on transit", () => {
    for (const pair of plan.firewalls.pairs) {
      const text = fileOf(server(plan, pair.members["par-1"]), "/etc/systemd/network/20-pn-transit.network");
      const routes = new Map(
        [...text.matchAll(/\[Route\]\nDestination=(.*)\nGateway=(.*)\n/g)].map(([, to, through]) => [
          to,
          through,
        ]),
      );
      for (const network of plan.foundation.privateNetworks) {
        if (network.role === "transit" || network.role === "admin" || network.pair === pair.key) continue;
        const next = pairOf(plan, network.pair ?? "").virtualAddresses.find(
          ({ privateNetwork }) => privateNetwork === "transit",
        );
        expect(routes.get(network.cidr), `${pair.key} → ${network.key}`).toBe(next?.address);
      }
    }
  });

  it("answer VPN clients through the member that let them in", () => {
    const access = pairOf(plan, "firewall-access");
    const text = fileOf(server(plan, "firewall-core-1-par-1"), "/etc/systemd/network/20-pn-transit.network");
    for (const zone of ["par-1", "par-2"] as const) {
      const key = `transit.${access.members[zone]}`;
      const address = plan.foundation.reservations.find((reservation) => reservation.key === key)?.address;
      expect(text).toContain(
        `Destination=${guadeloupe.organisation.clientPools[zone]}\nGateway=${address}\n`,
      );
    }
  });

  it("take nothing from DHCP or router advertisements on a private network", () => {
    for (const candidate of serversOf(plan)) {
      for (const { path, content } of candidate.host.files) {
        if (!/\/20-pn-[^/]*\.network$/.test(path)) continue;
        expect(content, `${candidate.key} ${path}`).not.toContain("DHCP=");
        expect(content).toContain("IPv6AcceptRA=no");
      }
    }
  });
});

describe("a pair", () => {
  it("holds all its virtual addresses in one VRRP instance, and starts in FAULT until its rules are loaded", () => {
    const plan = plans.guadeloupe as Plan;
    for (const pair of plan.firewalls.pairs) {
      for (const zone of ["par-1", "par-2"] as const) {
        const text = fileOf(server(plan, pair.members[zone]), "/etc/keepalived/keepalived.conf");
        expect(text.match(/^vrrp_instance /gm)).toHaveLength(1);
        for (const { address } of pair.virtualAddresses) expect(text).toContain(`        ${address}/32 dev `);
        expect(text).toContain(`virtual_router_id ${pair.vrid}\n`);
        expect(text).toContain("init_fail");
        expect(text).toContain("nopreempt");
        expect(text).toContain(`priority ${zone === plan.activeZone ? 150 : 100}\n`);
      }
    }
  });
});

describe("rules", () => {
  it("drop by default at every hook that filters, on every host, before anything else", () => {
    for (const plan of Object.values(plans)) {
      for (const candidate of serversOf(plan)) {
        const document = JSON.parse(fileOf(candidate, "/etc/nftables/archipel.json")) as {
          nftables: { add?: { chain?: { hook?: string; type?: string; policy?: string } } }[];
        };
        const chains = document.nftables.flatMap(({ add }) =>
          add?.chain?.hook === undefined ? [] : [add.chain],
        );
        for (const hook of ["input", "forward", "output"]) {
          expect(
            chains.filter((chain) => chain.hook === hook),
            candidate.key,
          ).toMatchObject([{ type: "filter", policy: "drop" }]);
        }
      }
    }
  });

  it("take load balancers' connections on proxies from their booked addresses alone", () => {
    const plan = plans.guadeloupe as Plan;
    const addresses = ["par-1", "par-2"].map(
      (zone) =>
        plan.foundation.reservations.find(({ key }) => key === `ingress.load-balancer-${zone}`)?.address,
    );
    const rules = fileOf(server(plan, "proxy-par-1-1"), "/etc/nftables/archipel.json").split("\n");
    const open = rules.filter(
      (rule) => rule.includes('"dport"') && rule.includes('"right":443') && rule.includes('"chain":"input"'),
    );
    expect(open).toHaveLength(1);
    for (const address of addresses) expect(open[0]).toContain(`"${address}"`);
  });

  it("name the reviewed flow in the log", () => {
    const rules = fileOf(
      server(plans.small as Plan, "firewall-internal-1-par-1"),
      "/etc/nftables/archipel.json",
    );
    expect(rules).toContain('"prefix":"archipel portal:payroll:tcp:5432 "');
    expect(rules).toContain('"prefix":"archipel every:egress:udp:53 "');
    for (const [, prefix] of rules.matchAll(/"prefix":"([^"]*)"/g)) expect(prefix?.length).toBeLessThan(128);
  });
});

describe("datagrams from the internet", () => {
  const platform = {
    ...small.platform,
    firewalls: { ...small.platform.firewalls, edge: { offer: "PRO2-S", os: "debian-12" } },
  };
  const estate: Estate = {
    ...small,
    platform,
    applications: small.applications.map((application) =>
      application.application === "payroll"
        ? {
            ...application,
            services: [
              {
                name: "meetings",
                workload: "payroll-db",
                protocol: "udp",
                port: 10_000,
                exposure: "public",
                hostname: "meetings",
                health: "/health",
              },
            ],
          }
        : application,
    ),
  };
  const { plan } = planned(estate);

  it("enter by the public address of the edge member of either zone, whose name dr alone moves", () => {
    expect(plan.foundation.publicAddresses.map(({ key }) => key)).toEqual(
      expect.arrayContaining(["edge.par-1", "edge.par-2"]),
    );
    expect(plan.dr.records).toContainEqual({
      key: "meetings",
      name: "meetings",
      type: "A",
      ttlSeconds: 60,
      kind: "zone-address",
      addresses: { "par-1": "edge.par-1", "par-2": "edge.par-2" },
    });
    const member = server(plan, "firewall-edge-par-2");
    expect(member).toMatchObject({ kind: "instance", publicAddress: "edge.par-2" });
    expect(member.kind === "instance" ? member.securityGroup.inbound : []).toEqual([
      { protocol: "UDP", portRange: "10000", ipRange: "0.0.0.0/0" },
    ]);
  });

  it("are sent to the server of the member's own zone, which sees that member and nobody else", () => {
    const addressOf = (key: string) =>
      plan.foundation.reservations.find((reservation) => reservation.key === key)?.address;
    const edge = fileOf(server(plan, "firewall-edge-par-2"), "/etc/nftables/archipel.json");
    expect(edge).toContain(`{"dnat":{"family":"ip","addr":"${addressOf("payroll.payroll-db-par-2-1")}"}}`);
    const host = fileOf(server(plan, "payroll-db-par-2-1"), "/etc/nftables/archipel.json");
    const rule = host.split("\n").find((line) => line.includes("internet:payroll-db:udp:10000"));
    expect(rule).toContain(addressOf("transit.firewall-edge-par-1"));
    expect(rule).toContain(addressOf("transit.firewall-edge-par-2"));
    expect(rule).not.toContain("0.0.0.0");
  });
});

describe("dr", () => {
  it("publishes by http_service what nothing else leads to, and leaves Edge Services' names alone", () => {
    const names = plans.small?.dr.records.map(({ key, kind }) => `${key} ${kind}`);
    expect(names).toEqual(["agenda http-service"]);
    expect(plans.small?.edge.pipelines.map(({ fqdn }) => fqdn)).toEqual(["www.small.example"]);
  });

  it("has one writer a group, one host in each zone, and its role laid down once", () => {
    expect(plans.small?.dr.writers).toMatchObject([
      {
        key: "payroll-db",
        application: "payroll",
        rpoSeconds: 0,
        hosts: { "par-1": { server: "payroll-db-par-1-1" }, "par-2": { server: "payroll-db-par-2-1" } },
      },
    ]);
    const roles = ["par-1", "par-2"].map((zone) => {
      const { files } = server(plans.small as Plan, `payroll-db-${zone}-1`).host;
      return files.find(({ path }) => path === "/etc/archipel/role");
    });
    expect(roles).toMatchObject([
      { kept: "initial", content: "active\n" },
      { kept: "initial", content: "standby\n" },
    ]);
  });
});

describe("intents", () => {
  it("come from reviewed lines alone: each has a reason and an owner, and its key once", () => {
    for (const plan of Object.values(plans)) {
      for (const { key, why, owner, from, to } of plan.intents) {
        expect(why.length, key).toBeGreaterThan(7);
        expect(owner.length, key).toBeGreaterThan(1);
        expect(from.addresses.length * to.addresses.length, key).toBeGreaterThan(0);
      }
      const keys = plan.intents.map(({ key }) => key);
      expect(new Set(keys).size).toBe(keys.length);
      expect(keys).toEqual([...keys].sort((a, b) => (a < b ? -1 : 1)));
    }
  });

  it("give a VPN group its own part of each zone's pool, apart from every other's", () => {
    const vpn = plans.guadeloupe?.intents.filter(({ kind }) => kind === "vpn") ?? [];
    const parts = new Map(vpn.map(({ key, from }) => [key.slice(0, key.indexOf(":")), from.addresses]));
    expect(parts.size).toBeGreaterThan(20);
    const all = [...parts.values()].flat();
    expect(new Set(all).size).toBe(all.length);
  });
});
