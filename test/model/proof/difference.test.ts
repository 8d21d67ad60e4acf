/** What a change opens and closes, by packets: small networks for each outcome, both ways and in both families. */
import { describe, expect, test } from "vitest";
import type { Change, Difference } from "../../../model/proof/difference.ts";
import { differenceOf } from "../../../model/proof/difference.ts";
import type { Network } from "../../../model/proof/network.ts";
import type { Permission } from "../../../model/proof/permissions.ts";
import {
  accept,
  drop,
  firewall,
  group,
  host,
  leg,
  match,
  network,
  node,
  origin,
  payload,
  permission,
  type Statement,
  toB443,
} from "./small.ts";

const permissions = [permission()];
const [a, b] = [host("a", 1), host("b", 2)];
const dport = (low: number, high = low): Statement =>
  match(payload("tcp", "dport"), low === high ? low : { range: [low, high] });
const rule = (family: 4 | 6, ...ports: [number, number?]): readonly Statement[] => {
  const [protocol, from, to] =
    family === 4 ? ["ip", "10.0.1.1", "10.0.2.1"] : ["ip6", "fd00:1::1", "fd00:2::1"];
  const address = (field: string, value: string): Statement =>
    match(payload(protocol as string, field), value);
  return [address("saddr", from as string), address("daddr", to as string), dport(...ports), accept];
};

function between(...rules: readonly (readonly Statement[])[]): Network {
  return network([a, b, firewall(rules)]);
}

function difference(before: Network, after: Network, of: readonly Permission[] = permissions): Difference {
  return differenceOf(before, after, { permissions: of });
}

/** Kind, family, places and services. */
function told({ changes }: Difference): readonly string[] {
  return changes.map(
    ({ kind, family, from, to, services }) => `${kind} ${family} ${from} → ${to} ${services.join()}`,
  );
}

describe.each([4, 6] as const)("in IPv%i", (family) => {
  const [one, wide] = [rule(family, 443), rule(family, 440, 450)];

  test("the same network differs in nothing", () => {
    expect(difference(between(one), between(one))).toEqual({ held: true, changes: [], undetermined: [] });
  });

  test("what is opened is told with a packet, its way and who approves it", () => {
    const found = difference(between(), between(one));
    expect(told(found)).toEqual([`opened ${family} a → b tcp/443`]);
    expect(found.held).toBe(true);
    const [change] = found.changes as [Change];
    expect(change.packet).toMatchObject({
      destination: family === 4 ? "10.0.2.1" : "fd00:2::1",
      protocol: "tcp",
      destinationPort: 443,
    });
    expect(change.hops.map((hop) => hop.node)).toEqual(["firewall", "b-1"]);
    expect(change.hops[0]?.rules.at(-1)).toMatchObject({ chain: "forward", index: 1 });
    expect(change.approvedBy.map(({ key }) => key)).toEqual(["a → b tcp/443"]);
    expect(change.unapproved).toEqual([]);
  });

  test("the other way round it is closed, which nobody has to approve", () => {
    const found = difference(between(one), between(), []);
    expect(told(found)).toEqual([`closed ${family} a → b tcp/443`]);
    expect(found.held).toBe(true);
    expect(found.changes[0]?.packet.destinationPort).toBe(443);
  });

  test("what is widened is told without what was open before, and is not approved beyond what is declared", () => {
    const found = difference(between(one), between(wide));
    expect(told(found)).toEqual([`widened ${family} a → b tcp/440-442,tcp/444-450`]);
    expect(found.held).toBe(false);
    expect(found.changes[0]).toMatchObject({ unapproved: ["tcp/440-442", "tcp/444-450"], approvedBy: [] });
  });

  test("the other way round it is narrowed", () => {
    expect(told(difference(between(wide), between(one)))).toEqual([
      `narrowed ${family} a → b tcp/440-442,tcp/444-450`,
    ]);
  });

  test("a flow moved to another port is both", () => {
    const found = difference(between(one), between(rule(family, 8443)), [
      permission({ first: 8443, last: 8443 }),
    ]);
    expect(told(found)).toEqual([`widened ${family} a → b tcp/8443`, `narrowed ${family} a → b tcp/443`]);
    expect(found.held).toBe(true);
  });

  test("of what is opened the packet shown is one that nobody approves", () => {
    const found = difference(between(), between(wide));
    expect(found.changes[0]?.approvedBy).toHaveLength(1);
    expect(found.changes[0]?.unapproved).toEqual(["tcp/440-442", "tcp/444-450"]);
    expect(found.changes[0]?.packet.destinationPort).not.toBe(443);
  });
});

test("rules written otherwise that let the same through differ in nothing", () => {
  const one = between(rule(4, 440, 450));
  const other = between([dport(446), drop], rule(4, 440, 445), rule(4, 446), rule(4, 447, 450));
  const same = between(rule(4, 445, 450), rule(4, 440, 446), rule(4, 443));
  expect(told(difference(one, same))).toEqual([]);
  expect(told(difference(one, other))).toEqual(["narrowed 4 a → b tcp/446"]);
});

test("the directions are apart", () => {
  const back = [match(payload("ip", "saddr"), "10.0.2.1"), dport(443), accept];
  const found = difference(between(toB443), between(toB443, back));
  expect(told(found)).toEqual(["opened 4 b → a tcp/443"]);
  expect(found.held).toBe(false);
});

test("a permission for one workload approves nothing for another", () => {
  const of = (name: string) => [permission({ receiver: { kind: "workload", name } })];
  const workload = host("b", 2, { workload: "b-web" });
  const [before, after] = [[], [toB443]].map((rules) => network([a, workload, firewall(rules)]));
  expect(difference(before as Network, after as Network, of("b-web")).held).toBe(true);
  expect(difference(before as Network, after as Network, of("b-db")).held).toBe(false);
});

test("a host set on two networks opens both to each other", () => {
  const bridging = node("a-2", [leg("a", 1, 2), leg("b", 2, 2)]);
  const found = difference(between(toB443), network([a, b, bridging, firewall([toB443])]));
  expect(found.held).toBe(false);
  expect(told(found)).toContainEqual(expect.stringMatching(/^widened 4 a → b .*tcp\/0-442/));
  expect(told(found)).toContain("opened 6 b → a any");
});

test("the internet is a place: a public address with an open group is opened to it", () => {
  const exposed = (inbound: "accept" | "drop"): Network =>
    network([
      a,
      {
        ...b,
        publicInterface: { interface: "ens2", addresses: ["198.51.100.7"], securityGroup: group(inbound) },
      },
      firewall([toB443]),
    ]);
  const found = difference(exposed("drop"), exposed("accept"));
  expect(told(found)).toContain("opened 4 internet → b any");
  expect(found.held).toBe(false);
});

describe("what Scaleway draws", () => {
  const publicInterface = { interface: "ens2", addresses: ["198.51.100.7"], securityGroup: group("accept") };
  const drawn = (...rules: (readonly Statement[])[]): Network =>
    network([a, { ...b, publicInterface }, firewall(rules)]);
  /** The same with another prefix and public address. */
  const redrawn = (net: Network): Network =>
    JSON.parse(
      JSON.stringify(net).replaceAll("fd00:2::", "fdab:cd::").replaceAll("198.51.100.7", "203.0.113.9"),
    ) as Network;

  test("is nothing new where it is drawn anew: a prefix, a public address", () => {
    const before = drawn([dport(443), accept]);
    expect(told(difference(before, redrawn(before)))).toEqual([]);
    expect(told(difference(redrawn(before), before))).toEqual([]);
  });

  test("is told with the address that it has after the change", () => {
    const found = difference(drawn(), redrawn(drawn(rule(6, 443))), []);
    expect(told(found)).toEqual(["opened 6 a → b tcp/443"]);
    expect(found.changes[0]?.packet.destination).toBe("fdab:cd::1");
  });
});

describe("what is not known", () => {
  const unknown = { origin, property: "inputs.stdin", why: "unknown", scope: "firewall" };
  const doubtful = (): Network => ({ ...between(), undetermined: [unknown] });

  test("after the change is never taken for approved", () => {
    const found = difference(between(), doubtful(), []);
    expect(found.held).toBe(false);
    expect(found.undetermined).toContainEqual(unknown);
    expect(found.undetermined).toContainEqual(expect.objectContaining({ from: "a", to: "b", family: 4 }));
  });

  test("before it counts as closed, so that what is open after it is told", () => {
    const found = difference(doubtful(), between(toB443));
    expect(told(found)).toContain("opened 4 a → b tcp/443");
    expect(found.held).toBe(true);
  });
});
