/** What is open for an instant is found at that instant, by the entry that opened it; what cannot be read is never ignored. */
import { describe, expect, it } from "vitest";
import type { Permission } from "../../../../model/proof/declared.ts";
import type { Replay } from "../../../../model/proof/replay/index.ts";
import { replay } from "../../../../model/proof/replay/index.ts";
import { ids, rules, Story } from "./story.ts";

const closed = rules([]);
const bastion = "198.51.100.9";

/** Judged, and compared with the whole proof after every entry. */
function judged(story: Story, permissions: readonly Permission[] = []): Replay {
  const compareAt = new Set(story.entries.map(({ sequence }) => sequence));
  const found = replay(story.entries, { permissions, sites: [], compareAt });
  expect(found.differences).toEqual([]);
  expect(found.compared).toBe(story.entries.length);
  return found;
}

function openOf({ open }: Replay): (readonly unknown[])[] {
  return open.map(({ sequence, until, violation }) =>
    violation.kind === "flow" ? [sequence, until, `${violation.from} → ${violation.to}`] : [sequence, until],
  );
}

describe("a deployment", () => {
  it("in the right order opens nothing at any instant", () => {
    const story = new Story().networks();
    story.acls("drop");
    story.instance(ids.one, ids.a, "10.0.0.2", closed);
    story.instance(ids.two, ids.b, "10.0.1.2", closed);
    const found = judged(story);
    expect(found).toMatchObject({ open: [], undetermined: [], dayZero: [] });
    expect(found.instants).toBeGreaterThan(10);
  });

  it("is open from the second attachment on when the ACL comes after it, until it comes", () => {
    const story = new Story().networks();
    story.instance(ids.one, ids.a, "10.0.0.2", rules([], "accept"));
    const second = story.instance(ids.two, ids.b, "10.0.1.2", rules([], "accept"));
    const both = story.acls("drop");
    // The IPv4 list comes first.
    expect(openOf(judged(story))).toEqual([
      [second, both - 1, "a → b"],
      [second, both - 1, "b → a"],
      [second, both, "a → b"],
      [second, both, "b → a"],
    ]);
  });

  it("is open to IPv6 where a card has it, whether or not anything shows an address of it", () => {
    const story = new Story().networks();
    story.acls("drop");
    story.instance(ids.one, ids.a, "10.0.0.2", rules([], "accept"));
    story.instance(ids.two, ids.b, "10.0.1.2", rules([], "accept"));
    const off = { settings: { "net/ipv6/conf/ens5/disable_ipv6": "1" } };
    for (const id of [ids.one, ids.two]) story.host(id, "setting", off);
    const opened = story.acls("accept");
    expect(openOf(judged(story)).filter(([at]) => at === opened)).toEqual([]);
    const back = story.host(ids.one, "setting", { settings: { "net/ipv6/conf/ens5/disable_ipv6": "0" } });
    expect(openOf(judged(story)).at(-1)).toEqual([back, undefined, "b → a"]);
  });

  it("has a machine open that boots before its rules, and closed by them", () => {
    const story = new Story().networks();
    story.acls("drop");
    const booted = story.metal("198.51.100.1", undefined);
    const loaded = story.rules(ids.metal, closed);
    const open = openOf(judged(story));
    expect(open).toContainEqual([booted, loaded, "internet → a"]);
    expect(open).toContainEqual([booted, loaded, "a → internet"]);
    expect(open).toHaveLength(2);
  });

  it("finds a rule that is wide for one entry at exactly that entry, with its packet and rule", () => {
    const story = new Story().networks();
    story.acls("drop");
    story.metal("198.51.100.1", closed);
    const widened = story.rules(ids.metal, rules([8080]));
    const narrowed = story.rules(ids.metal, closed);
    const { open } = judged(story);
    expect(open).toHaveLength(1);
    expect(open[0]).toMatchObject({
      sequence: widened,
      until: narrowed,
      entry: "metal-1: rules",
      violation: {
        from: "internet",
        to: "a",
        services: ["tcp/8080"],
        packet: { destination: "198.51.100.1", destinationPort: 8080 },
        hops: [{ node: "metal-1", rules: [{ chain: "input" }] }],
      },
    });
  });

  it("leaves alone what is declared", () => {
    const story = new Story().networks();
    story.acls("drop");
    story.metal("198.51.100.1", closed);
    story.rules(ids.metal, rules([8080]));
    const declared = { from: "internet", to: "a", protocol: "tcp", first: 8080, last: 8080 } as const;
    expect(judged(story, [declared]).open).toEqual([]);
  });
});

describe("a destroy", () => {
  it("is open when the ACL goes before the machines do", () => {
    const story = new Story().networks();
    story.acls("drop");
    story.instance(ids.one, ids.a, "10.0.0.2", rules([], "accept"));
    story.instance(ids.two, ids.b, "10.0.1.2", rules([], "accept"));
    const opened = story.acls("accept") - 1;
    const gone = story.call("DELETE", `/instance/v1/zones/fr-par-1/servers/${ids.one}`, undefined);
    expect(openOf(judged(story))).toEqual([
      [opened, gone, "a → b"],
      [opened, gone, "b → a"],
      // IPv6 a call later.
      [opened + 1, gone, "a → b"],
      [opened + 1, gone, "b → a"],
    ]);
  });

  it("opens nothing when machines go first", () => {
    const story = new Story().networks();
    story.acls("drop");
    story.instance(ids.one, ids.a, "10.0.0.2", rules([], "accept"));
    story.instance(ids.two, ids.b, "10.0.1.2", rules([], "accept"));
    for (const id of [ids.one, ids.two])
      story.call("DELETE", `/instance/v1/zones/fr-par-1/servers/${id}`, undefined);
    story.acls("accept");
    expect(judged(story).open).toEqual([]);
  });
});

describe("power", () => {
  it("closes a machine that is off, and a boot without its rules opens it again", () => {
    const story = new Story().networks();
    story.acls("drop");
    story.metal("198.51.100.1", closed);
    story.control("lose refuse", "fr-par-1");
    story.host(ids.metal, "boot", { power: "lost" });
    story.control("restore", "fr-par-1");
    story.host(ids.metal, "boot", { power: "starting", installation: "disk-1", boots: 1 });
    story.host(ids.metal, "address", {
      link: "eno1",
      kind: "physical",
      mac: "02:00:00:00:00:01",
      up: true,
      addresses: ["198.51.100.1/32"],
    });
    const back = story.host(ids.metal, "boot", { installation: "disk-1", boots: 1, firstBoot: false });
    expect(openOf(judged(story))).toContainEqual([back, undefined, "internet → a"]);
  });
});

describe("day 0", () => {
  function withBastion(): Story {
    const story = new Story().networks();
    story.acls("drop");
    story.call("POST", "/instance/v1/zones/fr-par-1/ips", {
      ip: { id: "ip-1", address: bastion, tags: ["role=bastion"], server: null },
    });
    return story;
  }

  it("lets the bastions in until a script has shut it, and nobody after that", () => {
    const story = withBastion();
    story.metal("198.51.100.1", rules([22], "drop", bastion));
    story.rules(ids.metal, closed);
    story.rules(ids.metal, rules([22], "drop", bastion));
    story.rules(ids.metal, closed);
    story.host(ids.metal, "command", { via: `ssh from ${bastion}`, exitCode: 0 });
    const reopened = story.rules(ids.metal, rules([22], "drop", bastion));
    const { open } = judged(story);
    expect(open.map(({ sequence }) => sequence)).toEqual([reopened]);
  });

  it("is said to be there when it is left", () => {
    const story = withBastion();
    story.metal("198.51.100.1", rules([22], "drop", bastion));
    story.host(ids.metal, "command", { via: `ssh from ${bastion}`, exitCode: 0 });
    expect(judged(story)).toMatchObject({ open: [], dayZero: [ids.metal] });
  });

  it("lets in nobody but the bastions", () => {
    const story = withBastion();
    const booted = story.metal("198.51.100.1", rules([22]));
    expect(openOf(judged(story))).toContainEqual([booted, undefined, "internet → a"]);
  });
});

describe("what cannot be read", () => {
  it.each([
    [
      "a call of a network's service that is not known",
      (story: Story) => story.call("POST", "/vpc/v3/x", {}),
    ],
    [
      "an answer that is not in the log",
      (story: Story) => story.call("POST", "/vpc/v2/regions/fr-par/vpcs", undefined),
    ],
    ["rules that are not in the log", (story: Story) => story.host(ids.one, "rules", { tables: [] })],
    ["a change of an unknown kind", (story: Story) => story.host(ids.one, "magic", {})],
  ])("is undetermined: %s", (_name, tell) => {
    const story = new Story().networks();
    story.acls("drop");
    story.instance(ids.one, ids.a, "10.0.0.2", closed);
    story.instance(ids.two, ids.b, "10.0.1.2", closed);
    const at = tell(story);
    const { undetermined } = judged(story);
    expect(undetermined[0]?.sequence).toBe(at);
  });

  it("leaves open what a machine lets through whose rules are no JSON", () => {
    const story = new Story().networks();
    story.acls("drop");
    story.metal("198.51.100.1", closed);
    const at = story.rules(ids.metal, "flush ruleset");
    const { open, undetermined } = judged(story);
    expect(open).toEqual([]);
    expect(undetermined.map(({ sequence }) => sequence)).toContain(at);
  });

  it("is not what has no part in any packet's way", () => {
    const story = new Story().networks();
    story.call("PATCH", "/domain/v2beta1/dns-zones/example/records", {});
    story.call("GET", "/vpc/v3/x", undefined);
    expect(judged(story).undetermined).toEqual([]);
  });
});

describe("a part of a log", () => {
  it("is judged from an entry on, after the ones before it were followed", () => {
    const story = new Story().networks();
    story.instance(ids.one, ids.a, "10.0.0.2", rules([], "accept"));
    story.instance(ids.two, ids.b, "10.0.1.2", rules([], "accept"));
    const after = story.acls("drop");
    const opened = story.acls("accept") - 1;
    const found = replay(story.entries, { permissions: [], sites: [], after });
    expect(found.entries).toBe(2);
    expect(found.open.map(({ sequence }) => sequence)).toEqual([opened, opened, opened + 1, opened + 1]);
  });
});

describe("a pair of firewalls", () => {
  /** Both members forward between the networks; the first holds the address that a client routes by. */
  function pair(standby: string): Story {
    const story = new Story().networks();
    story.acls("drop");
    story.instance(ids.one, ids.a, "10.0.0.2", closed);
    story.host(ids.one, "address", {
      routes: [{ destination: "10.0.1.0/24", gateway: "10.0.0.1", link: "ens5", metric: 1 }],
    });
    for (const [number, virtual] of [
      [3, ["10.0.0.1/24"]],
      [4, []],
    ] as const) {
      const id = `firewall-${number}`;
      story.instance(id, ids.a, `10.0.0.${number}`, closed);
      story.plug(id, ids.b, {
        link: "ens6",
        mac: `02:00:00:00:00:${number}1`,
        address: `10.0.1.${number}/24`,
      });
      story.host(id, "setting", { settings: { "net/ipv4/ip_forward": "1" } });
      story.host(id, "address", {
        link: "ens5",
        kind: "physical",
        mac: `02:00:00:00:00:${number}0`,
        up: true,
        addresses: [`10.0.0.${number}/24`],
        virtual,
      });
    }
    story.host("firewall-4", "file", {
      path: "/etc/keepalived/keepalived.conf",
      action: "written",
      content: standby,
    });
    story.instance(ids.two, ids.b, "10.0.1.2", rules([8080]));
    return story;
  }

  it("are both no hosts of anybody's, though only one of them ever held their address", () => {
    const standby =
      "vrrp_instance pair {\n  interface ens5\n  virtual_ipaddress {\n    10.0.0.1/24 dev ens5\n  }\n}\n";
    expect(openOf(judged(pair(standby)))).toEqual([]);
    expect(openOf(judged(pair(""))).map(([, , way]) => way)).toContain("a → b");
  });
});

describe("an estate that changes", () => {
  const flow = { from: "internet", to: "a", protocol: "tcp", first: 8080, last: 8080 } as const;

  it("is judged by what is declared at each entry", () => {
    const story = new Story().networks();
    story.acls("drop");
    story.metal("198.51.100.1", closed);
    const opened = story.rules(ids.metal, rules([8080]));
    const before = story.rules(ids.metal, rules([8080]));
    const dropped = story.host(ids.metal, "setting", { settings: {} });
    story.rules(ids.metal, closed);
    const later = [
      { after: opened - 1, permissions: [flow], sites: [] },
      { after: before, permissions: [], sites: [] },
    ];
    const judgedBy = (from: number) =>
      openOf(replay(story.entries, { permissions: [], sites: [], later: later.slice(from) }));
    // Withdrawn, it is open undeclared from the next entry on, though nothing changed by it.
    expect(judgedBy(0)).toEqual([[dropped, dropped + 1, "internet → a"]]);
    expect(judgedBy(1)).toEqual([[opened, dropped + 1, "internet → a"]]);
  });
});
