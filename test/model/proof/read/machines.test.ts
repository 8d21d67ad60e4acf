/** Machines: what joins an interface to a network, what their files make of their kernels, and what is left open. */
import { describe, expect, it } from "vitest";
import type { Node } from "../../../../model/proof/network.ts";
import { readNetwork } from "../../../../model/proof/read/index.ts";
import {
  bareMetal,
  configure,
  documents,
  file,
  leg,
  type Made,
  network,
  region,
  reservation,
  rules,
  unknown,
  vpc,
  zone,
} from "./resources.ts";

const nets = [vpc, network("web", 1), network("db", 2)];
const web = reservation("web", "one", "10.0.1.5");
const db = reservation("db", "one", "10.0.2.5");
const server = bareMetal("one", [
  ["web", 1201, "10.0.1.5"],
  ["db", 1202, "10.0.2.5"],
]);
const rulesFile = file("/etc/nftables/archipel.json", rules);
const both = [leg("pn-web", "Address=10.0.1.5/24\n"), leg("pn-db", "Address=10.0.2.5/24\n"), rulesFile];

function read(...made: readonly Made[]): { readonly node: Node; readonly undetermined: readonly unknown[] } {
  const found = readNetwork(documents(...nets, web, db, ...made));
  return { node: found.nodes.find(({ key }) => key === "one") as Node, undetermined: found.undetermined };
}

const legsOf = ({ legs }: Node) =>
  legs.map((each) => [each.interface, each.privateNetwork, ...each.addresses]);

describe("a leg", () => {
  it("is told by its VLAN number, whatever its address says", () => {
    const { node } = read(server, configure(server, "pn-web=1202 pn-db=1201", both));
    expect(legsOf(node)).toEqual([
      ["pn-db", "web", "10.0.2.5/24"],
      ["pn-web", "db", "10.0.1.5/24"],
    ]);
  });

  it("is told by its booked address while VLAN numbers are unknown", () => {
    const command = configure(server, "", both);
    const { node, undetermined } = read(
      { ...server, outputs: {} },
      { ...command, inputs: { ...command.inputs, create: unknown } },
    );
    expect(legsOf(node)).toEqual([
      ["pn-web", "web", "10.0.1.5/24"],
      ["pn-db", "db", "10.0.2.5/24"],
    ]);
    expect(undetermined).toEqual([]);
  });

  it("that carries guests is told by what its name is elsewhere, and answers nothing at the address booked for it", () => {
    const carrier = bareMetal("two", [["web", 7, "10.0.1.254"]]);
    const command = configure(carrier, "", [leg("pn-web", "Bridge=br-web\n"), rulesFile]);
    const found = readNetwork(
      documents(
        ...nets,
        web,
        db,
        reservation("web", "two", "10.0.1.254", "bridge"),
        { ...server, outputs: {} },
        configure(server, "", both),
        { ...carrier, outputs: {} },
        command,
      ),
    );
    const two = found.nodes.find(({ key }) => key === "two") as Node;
    expect(legsOf(two)).toEqual([["pn-web", "web"]]);
    expect(two.legs[0]?.bridges).toBe(true);
    expect(found.undetermined).toEqual([]);
  });

  it("without an interface, and an interface without a leg, are undetermined", () => {
    const { undetermined } = read(
      server,
      configure(server, "pn-web=1201 pn-x=9", [
        both[0] as string,
        leg("pn-x", "Address=10.9.9.9/24\n"),
        rulesFile,
      ]),
    );
    expect(undetermined).toMatchObject([
      { why: "the interface pn-x is on no private network that can be told", scope: "one" },
      { why: "no interface is set on db", scope: "one" },
    ]);
  });

  it("of an unconfigured Instance has its booked address from DHCP", () => {
    const instance: Made = {
      type: "scaleway:instance/server:Server",
      name: "one",
      id: `${zone}/one`,
      inputs: { zone },
    };
    const nic: Made = {
      type: "scaleway:instance/privateNic:PrivateNic",
      name: "one-web",
      id: `${zone}/one/nic`,
      inputs: { serverId: instance.id, privateNetworkId: `${region}/pn-web`, ipamIpIds: [web.id] },
    };
    const { node } = read(instance, nic);
    expect(legsOf(node)).toEqual([["unset-web", "web", "10.0.1.5/24"]]);
    expect(node).toMatchObject({ rulesets: [], speaks: { 4: true, 6: true }, publicInterface: undefined });
  });
});

describe("a kernel", () => {
  const sysctl = (text: string) =>
    read(
      server,
      configure(server, "pn-web=1201 pn-db=1202", [...both, file("/etc/sysctl.d/90-archipel.conf", text)]),
    ).node;

  it.each([
    ["net.ipv4.ip_forward = 1\n", { 4: true, 6: false }],
    ["net.ipv4.ip_forward = 0\nnet.ipv4.conf.pn-web.forwarding=1\n", { 4: true, 6: false }],
    ["net.ipv6.conf.all.forwarding = 1\n", { 4: false, 6: true }],
    ["# net.ipv4.ip_forward = 1\n", { 4: false, 6: false }],
  ])("set by %j forwards %j", (text, forwards) => {
    expect(sysctl(text).forwards).toEqual(forwards);
  });

  it("speaks IPv6 unless it is off everywhere", () => {
    expect(sysctl("net.ipv6.conf.all.disable_ipv6 = 1\n").speaks[6]).toBe(false);
    expect(
      sysctl("net.ipv6.conf.all.disable_ipv6 = 1\nnet.ipv6.conf.pn-web.disable_ipv6 = 0\n").speaks[6],
    ).toBe(true);
    expect(sysctl("").speaks[6]).toBe(true);
  });

  it("holds the virtual addresses of its pair on their interfaces", () => {
    const keepalived = `vrrp_instance a {
    interface pn-web
    virtual_ipaddress {
        10.0.1.1/32
    }
    virtual_ipaddress_excluded {
        10.0.2.1/32 dev pn-db
    }
}
`;
    const { node } = read(
      server,
      configure(server, "pn-web=1201 pn-db=1202", [
        ...both,
        file("/etc/keepalived/keepalived.conf", keepalived),
      ]),
    );
    expect(node.legs.map(({ virtualAddresses }) => virtualAddresses)).toEqual([["10.0.1.1"], ["10.0.2.1"]]);
  });
});

describe("routes", () => {
  it("are those of files, the table of one interface first, the lower metric before the higher", () => {
    const routed = leg(
      "pn-web",
      "Address=10.0.1.5/24\n[Route]\nDestination=0.0.0.0/0\nGateway=10.0.1.9\nMetric=2048\n[Route]\nDestination=10.9.0.0/16\nGateway=10.0.1.1\n",
    );
    const dropIn = file(
      "/etc/systemd/network/20-pn-db.network.d/egress.conf",
      "[Route]\nDestination=0.0.0.0/0\nGateway=10.0.2.9\nTable=100\n[RoutingPolicyRule]\nIncomingInterface=pn-db\nTable=100\nPriority=100\n",
    );
    const outside = file(
      "/etc/systemd/network/90-public.network",
      "[Match]\nName=en* eth*\n[Network]\nDHCP=ipv4\n",
    );
    const { node, undetermined } = read(
      server,
      configure(server, "pn-web=1201 pn-db=1202", [routed, both[1] as string, dropIn, outside, rulesFile]),
    );
    expect(node.routes).toEqual([
      { destination: "0.0.0.0/0", gateway: "10.0.2.9", interface: "pn-db", incoming: "pn-db" },
      { destination: "0.0.0.0/0", gateway: undefined, interface: "eno1" },
      { destination: "10.9.0.0/16", gateway: "10.0.1.1", interface: "pn-web" },
    ]);
    expect(undetermined).toEqual([]);
  });

  it("are the main table's but its default route, where a policy asks it first", () => {
    const routed = leg(
      "pn-web",
      "Address=10.0.1.5/24\n[Route]\nDestination=0.0.0.0/0\nGateway=10.0.1.9\n[Route]\nDestination=10.9.0.0/16\nGateway=10.0.1.1\n",
    );
    const policies = file(
      "/etc/systemd/network/20-pn-db.network.d/egress.conf",
      "[Route]\nDestination=0.0.0.0/0\nGateway=10.0.2.9\nTable=100\n[RoutingPolicyRule]\nIncomingInterface=pn-db\nTable=100\nPriority=100\n[RoutingPolicyRule]\nIncomingInterface=pn-db\nTable=main\nPriority=99\nSuppressPrefixLength=0\n",
    );
    const { node, undetermined } = read(
      server,
      configure(server, "pn-web=1201 pn-db=1202", [routed, both[1] as string, policies, rulesFile]),
    );
    expect(node.routes.filter(({ incoming }) => incoming === "pn-db")).toEqual([
      { destination: "10.0.2.0/24", gateway: undefined, interface: "pn-db", incoming: "pn-db" },
      { destination: "10.0.1.0/24", gateway: undefined, interface: "pn-web", incoming: "pn-db" },
      { destination: "10.9.0.0/16", gateway: "10.0.1.1", interface: "pn-web", incoming: "pn-db" },
      { destination: "0.0.0.0/0", gateway: "10.0.2.9", interface: "pn-db", incoming: "pn-db" },
    ]);
    expect(undetermined).toEqual([]);
  });

  it.each([
    ["DHCP on a leg", leg("pn-web", "Address=10.0.1.5/24\nDHCP=ipv4\n")],
    ["router advertisements on a leg", leg("pn-web", "Address=10.0.1.5/24\nIPv6AcceptRA=yes\n")],
    [
      "a device of another kind",
      `${both[0]}${file("/etc/systemd/network/10-x.netdev", "[NetDev]\nName=x\nKind=vxlan\n")}`,
    ],
  ])("are undetermined with %s", (_, text) => {
    const { undetermined } = read(
      server,
      configure(server, "pn-web=1201 pn-db=1202", [text, both[1] as string, rulesFile]),
    );
    expect(undetermined).toMatchObject([{ scope: "one" }]);
  });
});

describe("rules", () => {
  const cloudInit =
    "#cloud-config\nbootcmd:\n  - - sh\n    - -c\n    - |\n      cat >/etc/nftables/archipel.json <<'ARCHIPEL_EOF'\n      { \"nftables\": [\n        ] }\n      ARCHIPEL_EOF\n      nft -j -f /etc/nftables/archipel.json\n";
  const first: Made = { ...server, inputs: { ...server.inputs, cloudInit } };
  const exception = file("/etc/nftables/bootstrap.json", rules);
  const stages = ({ node }: ReturnType<typeof read>) =>
    node.rulesets.map(({ path, stage }) => `${stage} ${path}`);

  it("of the first boot hold alone until a command runs", () => {
    expect(stages(read(first))).toEqual(["day-zero /etc/nftables/archipel.json"]);
    expect(read(first).node.rulesets[0]?.json).toBe('{ "nftables": [\n  ] }\n');
  });

  it("of the bootstrap have the exception, which the sealed host has not", () => {
    const bootstrap = configure(server, "pn-web=1201 pn-db=1202", [...both, exception], "bootstrap");
    const sealed = configure(server, "pn-web=1201 pn-db=1202", both);
    const configured = "configured /etc/nftables/archipel.json";
    expect(stages(read(first, bootstrap)).slice(1)).toEqual([
      configured,
      "bootstrap /etc/nftables/bootstrap.json",
    ]);
    expect(stages(read(first, bootstrap, sealed)).slice(1)).toEqual([configured]);
    const left = configure(server, "pn-web=1201 pn-db=1202", [...both, exception]);
    expect(stages(read(first, bootstrap, left)).slice(1)).toEqual([
      configured,
      "bootstrap /etc/nftables/bootstrap.json",
    ]);
  });

  it("that stay are seen: an exception laid down at every stage", () => {
    const left = configure(server, "pn-web=1201 pn-db=1202", [
      ...both,
      file("/etc/nftables/bootstrap.json", rules),
    ]);
    expect(stages(read(first, left))).toContain("bootstrap /etc/nftables/bootstrap.json");
  });

  it.each([
    ["a script that is unknown", { stdin: unknown }],
    [
      "a script that is a secret",
      { stdin: { "4dabf18193072939515e22adb298388d": "1b47", ciphertext: "v1:x" } },
    ],
  ])("are undetermined with %s", (_, inputs) => {
    const command = configure(server, "pn-web=1201", both);
    const { undetermined } = read(first, { ...command, inputs: { ...command.inputs, ...inputs } });
    expect(undetermined).toContainEqual(expect.objectContaining({ property: "inputs.stdin", scope: "one" }));
  });

  it("are undetermined with a line of the script that is not understood, and with another tool's file", () => {
    const strange = configure(server, "pn-web=1201 pn-db=1202", [
      ...both,
      "nft flush ruleset\n",
      file("/etc/iptables/rules.v4", "x\n"),
    ]);
    expect(read(first, strange).undetermined).toMatchObject([
      { why: "a line that is not understood: nft flush ruleset" },
      { property: "/etc/iptables/rules.v4" },
    ]);
  });

  it("are undetermined with a command of no machine that may change them, and not with one that may not", () => {
    const command = (stdin: string): Made => ({
      type: "command:remote:Command",
      name: "other",
      inputs: { create: "sudo sh -s", stdin },
    });
    expect(read(first, command("nft flush ruleset\n")).undetermined).toHaveLength(1);
    expect(read(first, command("printf 'active\\n' > /etc/archipel/role\n")).undetermined).toEqual([]);
  });
});

describe("the internet", () => {
  it("has bare metal on it with both its addresses; before they are known, with stand-ins", () => {
    expect(read(server).node.publicInterface?.addresses).toEqual(["203.0.113.9", "2001:db8:9::1"]);
    expect(read({ ...server, outputs: {} }).node.publicInterface?.addresses).toEqual([
      expect.stringMatching(/^198\.1[89]\./),
      expect.stringMatching(/^2001:db8:/),
    ]);
  });

  it("has Instances with an address on it, behind their security group with its provider's defaults", () => {
    const ip: Made = {
      type: "scaleway:instance/ip:Ip",
      name: "ip",
      id: `${zone}/ip`,
      outputs: { address: "203.0.113.4" },
    };
    const group: Made = {
      type: "scaleway:instance/securityGroup:SecurityGroup",
      name: "group",
      id: `${zone}/group`,
      inputs: {
        inboundDefaultPolicy: "drop",
        inboundRules: [
          { action: "accept", portRange: "22-23" },
          { action: "accept", protocol: "ANY", ipRange: "192.0.2.0/24" },
        ],
      },
    };
    const instance: Made = {
      type: "scaleway:instance/server:Server",
      name: "one",
      id: `${zone}/one`,
      inputs: { zone, ipIds: [ip.id], securityGroupId: group.id },
    };
    expect(read(ip, group, instance).node.publicInterface).toMatchObject({
      interface: "ens2",
      addresses: ["203.0.113.4"],
      securityGroup: {
        stateful: true,
        inbound: {
          defaultPolicy: "drop",
          rules: [
            { action: "accept", protocol: "tcp", remote: "0.0.0.0/0", ports: [22, 23] },
            { action: "accept", protocol: "any", remote: "192.0.2.0/24", ports: [0, 65535] },
          ],
        },
        outbound: { defaultPolicy: "accept", rules: [] },
      },
    });
  });
});

describe("guests", () => {
  it("are told by their reservations, on the hypervisors of their zone that carry their network", () => {
    const guest = reservation("db", "tool-vm-par-1-1", "10.0.2.9", "guest");
    const carrier: Made = { ...bareMetal("hyper", [["db", 5]]), stack: "some.par-1" };
    const command: Made = {
      ...configure(carrier, "pn-db=5", [leg("pn-db", "Bridge=br-db\n"), rulesFile]),
      stack: "some.par-1",
    };
    const found = readNetwork(documents(...nets, guest, carrier, command));
    expect(found.nodes.find(({ kind }) => kind === "guest")).toMatchObject({
      key: "tool-vm-par-1-1",
      workload: "tool-vm",
      zone,
      carriedBy: ["hyper"],
      legs: [{ privateNetwork: "db", addresses: ["10.0.2.9/24", "fd00:2::a00:209/64"] }],
      rulesets: [],
    });
  });
});
