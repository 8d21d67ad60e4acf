/** Whole estates, laid out by their own programs: what the reader makes of them, counted by hand. */
import { beforeAll, describe, expect, it } from "vitest";
import type { Network } from "../../../../model/proof/network.ts";
import { fromPreview, fromState, joined, readNetwork } from "../../../../model/proof/read/index.ts";
import {
  type EstateResources,
  estateResources,
  harbour,
  previewsOf,
  statesOf,
} from "../../../helpers/estate-resources.ts";

const figures = {
  guadeloupe: {
    folder: "estates/guadeloupe",
    counts: {
      networks: 123,
      vpcs: 2,
      bareMetal: 83,
      instances: 90,
      firewalls: 20,
      guests: 128,
    },
    exposed: /^(bastion|firewall-access)-/,
  },
  small: {
    folder: "test/estates/small",
    counts: {
      networks: 8,
      vpcs: 1,
      bareMetal: 6,
      instances: 13,
      firewalls: 2,
      guests: 2,
    },
    exposed: /^bastion-/,
  },
  harbour: {
    ...harbour,
    counts: {
      networks: 11,
      vpcs: 1,
      bareMetal: 10,
      instances: 21,
      firewalls: 8,
      guests: 1,
    },
    exposed: /^(bastion|firewall-access|firewall-edge)-/,
  },
} as const;

for (const [name, figure] of Object.entries(figures)) {
  describe(name, () => {
    let laidOut: EstateResources;
    let networks: Readonly<Record<"states" | "previews", Network>>;
    beforeAll(async () => {
      laidOut = await estateResources(figure.folder, "changes" in figure ? figure.changes : {});
      networks = {
        states: readNetwork(joined(statesOf(laidOut).map(fromState))),
        previews: readNetwork(joined(previewsOf(laidOut).map(fromPreview))),
      };
    }, 120_000);

    for (const source of ["states", "previews"] as const) {
      describe(`from ${source}`, () => {
        const nodes = (kind: string) => networks[source].nodes.filter((node) => node.kind === kind);
        const machines = () => [...nodes("bare-metal"), ...nodes("instance")];
        const firewalls = () => machines().filter(({ role }) => role === "firewall");

        it("counts networks, machines and guests", () => {
          expect({
            networks: networks[source].privateNetworks.length,
            vpcs: networks[source].vpcs.length,
            bareMetal: nodes("bare-metal").length,
            instances: nodes("instance").length,
            firewalls: firewalls().length,
            guests: nodes("guest").length,
          }).toEqual(figure.counts);
        });

        it("leaves nothing undetermined", () => {
          expect(networks[source].undetermined).toEqual([]);
        });

        it("drops everything in both families of every VPC", () => {
          for (const { acls } of networks[source].vpcs)
            for (const family of [4, 6] as const)
              expect(acls[family]).toMatchObject({ defaultPolicy: "drop", rules: [] });
        });

        it("finds the rules of every machine, of its first boot and of its configuration", () => {
          for (const { key, rulesets } of machines()) {
            expect([key, ...rulesets.map(({ stage }) => stage)]).toEqual([key, "day-zero", "configured"]);
            for (const { json } of rulesets) expect(JSON.parse(json)).toHaveProperty("nftables");
          }
        });

        it("gives every leg its interface, and an address but where it only carries guests", () => {
          const bare = machines().flatMap(({ key, role, legs }) =>
            legs
              .filter(
                ({ interface: its, addresses, privateNetwork }) =>
                  its.startsWith("unset-") ||
                  (addresses.length === 0 && privateNetwork !== undefined && role !== "hypervisor"),
              )
              .map((leg) => `${key} ${leg.interface}`),
          );
          expect(bare).toEqual([]);
        });

        it("gives both members of a pair the same virtual addresses, one on each leg that it serves", () => {
          const byPair = Map.groupBy(firewalls(), ({ key }) => key.replace(/-par-[12]$/, ""));
          for (const [pair, members] of byPair) {
            const [one, other] = members.map(({ legs }) =>
              legs.map((leg) => `${leg.interface} ${leg.virtualAddresses.join(" ")}`).sort(),
            );
            expect(members, pair).toHaveLength(2);
            expect(one).toEqual(other);
            for (const leg of members
              .flatMap(({ legs }) => legs)
              .filter(({ privateNetwork }) => privateNetwork !== undefined))
              expect(leg.virtualAddresses, `${pair} ${leg.interface}`).toHaveLength(1);
          }
        });

        it("lets firewalls alone forward, and in IPv4 alone", () => {
          expect(
            machines()
              .filter(({ forwards }) => forwards[4])
              .map(({ key }) => key),
          ).toEqual(firewalls().map(({ key }) => key));
          expect(machines().filter(({ forwards, speaks }) => forwards[6] || speaks[6])).toEqual([]);
        });

        it("has every guest carried in its own zone", () => {
          for (const guest of nodes("guest")) {
            expect(guest.carriedBy.length, guest.key).toBeGreaterThan(0);
            for (const key of guest.carriedBy)
              expect(networks[source].nodes.find((node) => node.key === key)?.zone).toBe(guest.zone);
          }
        });

        it("has every guest sent to the address that its network's pair holds", () => {
          for (const { key, legs, routes } of nodes("guest")) {
            const holders = firewalls().flatMap((node) =>
              node.legs.filter(({ privateNetwork }) => privateNetwork === legs[0]?.privateNetwork),
            );
            const [gateway] = holders.flatMap(({ virtualAddresses }) => virtualAddresses);
            expect(routes, key).toEqual([{ destination: "0.0.0.0/0", gateway, interface: "eth0" }]);
          }
        });

        it("puts every bare-metal server on the internet, and of Instances those with an address", () => {
          expect(nodes("bare-metal").filter(({ publicInterface }) => publicInterface === undefined)).toEqual(
            [],
          );
          const exposed = nodes("instance").filter(({ publicInterface }) => publicInterface !== undefined);
          expect(exposed.map(({ key }) => key)).toEqual(
            nodes("instance")
              .map(({ key }) => key)
              .filter((key) => figure.exposed.test(key)),
          );
          for (const { publicInterface } of exposed)
            expect(publicInterface?.securityGroup).toMatchObject({
              stateful: true,
              inbound: { defaultPolicy: "drop" },
            });
        });
      });
    }

    it("reads the same network from both, but for what only a deployed one has", () => {
      const shape = ({ nodes }: Network) =>
        nodes.map(({ key, legs, routes, forwards, carriedBy }) => ({
          key,
          legs,
          routes,
          forwards,
          carriedBy,
        }));
      expect(shape(networks.previews)).toEqual(shape(networks.states));
    });
  });
}

describe("harbour, which has a site and serves datagrams", () => {
  let network: Network;
  beforeAll(async () => {
    const laidOut = await estateResources(harbour.folder, harbour.changes);
    network = readNetwork(joined(previewsOf(laidOut).map(fromPreview)));
  }, 60_000);
  const node = (key: string) => network.nodes.find((each) => each.key === key);

  it("knows what lies beyond each tunnel", () => {
    const tunnels = node("firewall-access-par-1")?.legs.filter(
      ({ privateNetwork }) => privateNetwork === undefined,
    );
    expect(tunnels?.map((leg) => [leg.interface, ...leg.beyond])).toEqual([
      ["wg-clients", "172.31.0.0/24"],
      ["wg-sites", "192.168.40.0/24"],
    ]);
  });

  it("knows that what comes from egress leaves by another route than the rest", () => {
    const routes = node("firewall-edge-par-1")?.routes.filter(
      ({ destination }) => destination === "0.0.0.0/0",
    );
    const gateway = node("gateway-par-1")?.legs[0]?.addresses[0]?.split("/")[0];
    expect(routes).toEqual([
      { destination: "0.0.0.0/0", gateway, interface: "pn-egress", incoming: "pn-egress" },
      { destination: "0.0.0.0/0", gateway: undefined, interface: "ens2" },
    ]);
  });
});
