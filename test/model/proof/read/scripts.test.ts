/** What a host's script does besides laying files down is read as well, or the machine is undetermined. */
import { describe, expect, it } from "vitest";
import { readNetwork } from "../../../../model/proof/read/index.ts";
import {
  bareMetal,
  configure,
  documents,
  file,
  leg,
  type Made,
  network,
  reservation,
  rules,
  vpc,
} from "./resources.ts";

const server = bareMetal("one", [["web", 1201, "10.0.1.5"]]);
const files = [leg("pn-web", "Address=10.0.1.5/24\n"), file("/etc/nftables/archipel.json", rules)];

/** Why verdicts of the machine are open. */
function whys(command: Made): readonly string[] {
  const { undetermined } = readNetwork(
    documents(vpc, network("web", 1), reservation("web", "one", "10.0.1.5"), server, command),
  );
  expect(undetermined.map(({ scope }) => scope)).toEqual(undetermined.map(() => "one"));
  return undetermined.map(({ why }) => why);
}

/** The configured machine, with something done to its script. */
function withScript(change: (text: string) => string): Made {
  const command = configure(server, "pn-web=1201", files);
  return { ...command, inputs: { ...command.inputs, stdin: change(String(command.inputs?.stdin)) } };
}

function withSettings(...lines: readonly string[]): Made {
  return configure(server, "pn-web=1201", [
    ...files,
    file("/etc/sysctl.d/90-archipel.conf", `${lines.join("\n")}\n`),
  ]);
}

describe("a script", () => {
  it("that is as the planner writes it leaves nothing open", () => {
    expect(whys(configure(server, "pn-web=1201", files))).toEqual([]);
  });

  it("whose functions are not those that are known does nobody knows what", () => {
    for (const [from, to] of [
      ['nft -j -f "$rules"', 'true "$rules"'],
      ["set -eu\n", "set -eu\niptables -P FORWARD ACCEPT\n"],
    ] as const) {
      const changed = withScript((text) => text.replace(from, to));
      expect(whys(changed)).toEqual([expect.stringMatching(/its functions, of the digest [0-9a-f]{16}$/)]);
    }
  });

  it.each([
    ["apply_rules", "/etc/nftables/archipel.json"],
    ["apply_network", "/etc/systemd/network/10-pn-web.netdev"],
  ])("that lays files down and does not %s", (verb, path) => {
    const never = withScript((text) => text.replace(`\n${verb}\n`, "\n"));
    const early = withScript((text) =>
      text.replace(`\n${verb}\n`, "\n").replace("\nname_interfaces\n", `\nname_interfaces\n${verb}\n`),
    );
    for (const each of [never, early])
      expect(whys(each)).toEqual([`a line that is not understood: ${path} without ${verb} after it`]);
  });

  it("that its command does not merely hand to a shell", () => {
    const command = configure(server, "pn-web=1201", files);
    const { create } = command.inputs as { readonly create: string };
    const more = { ...command, inputs: { ...command.inputs, update: `nft flush ruleset; ${create}` } };
    expect(whys(more)).toEqual(["does more than hand its script to a shell"]);
  });
});

describe("kernel settings", () => {
  const own = ["net.ipv4.conf.all.arp_ignore = 1", "net.ipv4.conf.all.arp_announce = 2"];

  it("that have no say in who takes a packet leave nothing open", () => {
    expect(
      whys(
        withSettings(
          "net.ipv4.conf.all.proxy_arp = 0",
          "net.ipv4.conf.all.rp_filter = 1",
          "vm.swappiness = 1",
        ),
      ),
    ).toEqual([]);
  });

  it.each([
    "net.ipv4.conf.all.proxy_arp = 1",
    "net.ipv4.conf.pn-web.route_localnet = 1",
    "net.ipv6.conf.all.accept_ra = 2",
    "net.bridge.bridge-nf-call-iptables = 1",
  ])("that have one are not understood: %s", (line) => {
    expect(whys(withSettings(line))).toEqual([`${line} is not understood`]);
  });

  it("of a router have it answer for each address on that address's network alone, or it is not known who answers", () => {
    const forwards = "net.ipv4.ip_forward = 1";
    expect(whys(withSettings(forwards, ...own))).toEqual([]);
    expect(whys(withSettings(forwards))).toEqual([
      expect.stringContaining("arp_ignore is not 1"),
      expect.stringContaining("arp_announce is not 2"),
    ]);
    expect(whys(withSettings(forwards, ...own, "net.ipv4.conf.all.arp_ignore = 0"))).toHaveLength(1);
  });
});
