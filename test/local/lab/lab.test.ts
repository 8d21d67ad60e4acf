/** Small networks by hand, whose outcome anybody can tell, through the real kernel. */
import { afterEach, describe, expect, it } from "vitest";
import { Lab } from "../../../local/lab/lab.ts";
import { missingForLab } from "../../../local/lab/programs.ts";
import type { LabFlow, LabOutcome, LabSpec } from "../../../local/lab/spec.ts";
import {
  accept,
  client,
  drop,
  established,
  field,
  leg,
  meta,
  plainHost,
  routed,
  router,
  rules,
  server,
  via,
} from "./specs.ts";

const missing = missingForLab();
const quick = 1_500;
const open = rules([], []);
const forward = ["forward", "filter", "forward", 0, "drop"] as const;
let sourcePort = 30_000;

// On a root Linux machine this must run: what is missing then is a failure, not a notice.
const mayRun = process.platform === "linux" && process.getuid?.() === 0;

describe.skipIf(!mayRun)(`a lab of the kernel's (needs ${missing.join(", ") || "what is here"})`, () => {
  let lab: Lab | undefined;
  afterEach(async () => {
    await lab?.close();
    lab = undefined;
  });

  async function started(spec: LabSpec): Promise<Lab> {
    lab = await Lab.open(spec);
    return lab;
  }

  function flow(
    protocol: "tcp" | "udp",
    port: number,
    family: 4 | 6 = 4,
    more: Partial<LabFlow> = {},
  ): LabFlow {
    sourcePort += 1;
    const addresses = { source: client[family], destination: server[family] };
    return { from: "client", protocol, sourcePort, port, ...addresses, ...more };
  }

  async function tried(on: Lab, flows: readonly LabFlow[]): Promise<readonly LabOutcome[]> {
    await on.listen(
      flows
        .filter(({ destination }) => Object.values(server).includes(destination))
        .map(({ protocol, destination, port }) => ({ host: "server", protocol, address: destination, port })),
    );
    return await on.send(flows, quick);
  }

  const reached = (source: string): object => ({ answered: true, arrival: { host: "server", source } });
  const dropped = { answered: false, arrival: undefined };

  it("has every program that it needs", () => {
    expect(missing).toEqual([]);
  });

  it("carries both families and protocols through a router that filters nothing", async () => {
    const outcomes = await tried(await started(routed(open)), [
      flow("tcp", 80),
      flow("udp", 53),
      flow("tcp", 80, 6),
      flow("udp", 53, 6),
    ]);
    expect(outcomes).toMatchObject([
      reached(client[4]),
      reached(client[4]),
      reached(client[6]),
      reached(client[6]),
    ]);
  });

  it("opens one port of a default drop, by a map of interfaces", async () => {
    const pair = (from: string, to: string, target: string) => [{ concat: [from, to] }, { jump: { target } }];
    const byInterfaces = {
      vmap: {
        key: { concat: [{ meta: { key: "iifname" } }, { meta: { key: "oifname" } }] },
        data: { set: [pair("pn-a", "pn-b", "a-to-b")] },
      },
    };
    const ruleset = rules(
      [forward],
      [
        ["forward", established, accept],
        ["forward", byInterfaces],
        ["a-to-b", field("ip", "saddr", client[4]), field("tcp", "dport", 5432), accept],
      ],
      ["a-to-b"],
    );
    const outcomes = await tried(await started(routed(ruleset)), [
      flow("tcp", 5432),
      flow("tcp", 5433),
      flow("udp", 5432),
      flow("tcp", 5432, 6),
    ]);
    expect(outcomes).toMatchObject([reached(client[4]), dropped, dropped, dropped]);
  });

  it("tells what came from what was answered", async () => {
    const oneWay = rules([forward], [["forward", meta("iifname", "pn-a"), accept]]);
    const [datagram, connection] = await tried(await started(routed(oneWay)), [
      flow("udp", 53),
      flow("tcp", 53),
    ]);
    expect(datagram).toMatchObject({ answered: false, arrival: { source: client[4] } });
    expect(connection).toMatchObject(dropped);
  });

  it("translates destinations and sources, and tells the source that the listener saw", async () => {
    const nat = rules(
      [
        ["arrivals", "nat", "prerouting", -100, "accept"],
        ["departures", "nat", "postrouting", 100, "accept"],
      ],
      [
        ["arrivals", field("tcp", "dport", 443), { dnat: { family: "ip", addr: server[4], port: 8443 } }],
        ["departures", meta("oifname", "pn-b"), { masquerade: null }],
      ],
    );
    const on = await started(routed(nat));
    await on.listen([{ host: "server", protocol: "tcp", address: server[4], port: 8443 }]);
    const [outcome] = await on.send([flow("tcp", 443, 4, { destination: router.outside })], quick);
    expect(outcome).toMatchObject(reached(router.inside));
  });

  it("drops foreign sources where the rules ask for the way back, and only there", async () => {
    const spoofed = {
      match: { op: "==", left: { fib: { result: "oif", flags: ["saddr", "iif"] } }, right: false },
    };
    const checked = rules([["early", "filter", "prerouting", -300, "accept"]], [["early", spoofed, drop]]);
    const foreign = flow("udp", 53, 4, { source: "10.9.2.77" });
    expect(await tried(await started(routed(checked)), [foreign, flow("udp", 53)])).toMatchObject([
      dropped,
      reached(client[4]),
    ]);
    await lab?.flush(["router"]);
    expect(await tried(lab as Lab, [{ ...foreign, sourcePort: 29_999 }])).toMatchObject([
      { answered: false, arrival: { source: "10.9.2.77" } },
    ]);
  });

  it("sends marked flows by another next hop of the same segment", async () => {
    const closed = routed(rules([forward], []));
    const marked = { destination: "0.0.0.0/0", gateway: "10.9.1.2", interface: "eth0", mark: 7 };
    const spec = {
      hosts: [
        ...closed.hosts.map((host) =>
          host.name === "client" ? { ...host, routes: [...host.routes, marked] } : host,
        ),
        plainHost("way", [leg("pn-a", "a", "10.9.1.2/24"), leg("pn-b", "b", "10.9.2.2/24")], [], {
          forwards: { 4: true, 6: false },
        }),
      ],
    };
    const outcomes = await tried(await started(spec), [flow("udp", 53), flow("udp", 53, 4, { mark: 7 })]);
    // The answer goes by the closed router: it comes, and nothing comes back.
    expect(outcomes).toMatchObject([dropped, { answered: false, arrival: { source: client[4] } }]);
  });

  it("routes what came in by one interface by its own table", async () => {
    const spec = routed(open, {
      routes: [{ destination: "10.9.9.9/32", gateway: server[4], interface: "pn-b", incoming: "pn-a" }],
    });
    const on = await started({
      hosts: spec.hosts.map((host) =>
        host.name !== "server"
          ? host
          : { ...host, interfaces: [leg("eth0", "b", "10.9.2.10/24", "fd00:9:2::10/64", "10.9.9.9/32")] },
      ),
    });
    await on.listen([{ host: "server", protocol: "tcp", address: "10.9.9.9", port: 1 }]);
    const far = { destination: "10.9.9.9" };
    const outcomes = await on.send(
      [flow("tcp", 1, 4, far), flow("tcp", 1, 4, { ...far, from: "router", source: router.inside })],
      quick,
    );
    expect(outcomes).toMatchObject([reached(client[4]), dropped]);
  });

  it("speaks no IPv6 where it is off", async () => {
    const hosts = [
      plainHost("client", [leg("eth0", "a", "10.9.1.10/24")]),
      plainHost("server", [leg("eth0", "a", "10.9.1.11/24")]),
    ];
    const on = await started({ hosts });
    const [outcome] = await on.send(
      [
        {
          from: "client",
          protocol: "udp",
          source: "fd00::1",
          sourcePort: 1,
          destination: "fd00::2",
          port: 1,
        },
      ],
      quick,
    );
    expect(outcome).toMatchObject({ ...dropped, refusal: "network is unreachable" });
  });

  it("has no way out of the lab", async () => {
    const on = await started({
      hosts: [plainHost("client", [leg("eth0", "a", "10.9.1.10/24")], [via("10.9.1.1", "eth0")])],
    });
    const [outcome] = await on.send([flow("udp", 53, 4, { destination: "192.0.2.1" })], quick);
    expect(outcome).toMatchObject(dropped);
  });
});
