/** A plan on simulated hosts: its machines as Scaleway would list them, configured by its own scripts. */
import { createHash } from "node:crypto";
import { type Hosts, startHosts } from "../../../local/simulator/hosts/index.ts";
import type { HostChange, Leg, Machine, MachineDirectory } from "../../../local/simulator/machines.ts";
import type { BareMetalPlan, InstancePlan, Plan } from "../../../model/plan/plan.ts";
import { serversOf } from "./estates.ts";

type Server = BareMetalPlan | InstancePlan;

export interface World {
  readonly hosts: Hosts;
  readonly changes: readonly HostChange[];
  /** Runs a server's script as its component does. */
  configure(
    server: Server,
    stage: "bootstrap" | "sealed",
  ): Promise<{ stdout: string; stderr: string; exitCode: number }>;
  /** Where a connection ends: the name of the server that answers, or why it does not get there. */
  reach(from: Server | undefined, address: string, port: number): Promise<string>;
  publicAddress(key: string): string;
  /** Public address of a bare-metal server, which nobody books. */
  publicAddressOf(server: Server): string;
  close(): Promise<void>;
}

export function idOf(name: string): string {
  const digits = createHash("sha256").update(name).digest("hex");
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-8${digits.slice(17, 20)}-${digits.slice(20, 32)}`;
}

/** Boots every machine of a plan on day 0; nothing is configured yet. */
export async function bootPlan(plan: Plan): Promise<World> {
  const publicAddresses = new Map(
    plan.foundation.publicAddresses.map(({ key }, index) => [
      key,
      `127.99.${Math.floor(index / 200)}.${10 + (index % 200)}`,
    ]),
  );
  const publicAddress = (key: string): string => publicAddresses.get(key) ?? "";
  const fill = (text: string): string =>
    text.replaceAll(/\{\{address:([^}]+)\}\}/g, (_, key: string) => publicAddress(key));
  const servers = serversOf(plan);
  const machines = servers.map((server, index) => machineOf(plan, server, index, publicAddress, fill));
  const changes: HostChange[] = [];
  const hosts = await startHosts({
    directory: new StaticDirectory(machines),
    changes: { append: (change) => changes.push(change) },
    store: { load: () => undefined, save: () => undefined, remove: () => undefined },
  });
  const byKey = new Map(machines.map((machine) => [machine.name, machine]));
  return {
    hosts,
    changes,
    publicAddress,
    publicAddressOf: ({ name }) => byKey.get(name)?.publicAddresses[0] ?? "",
    configure: (server, stage) => {
      const legs = byKey.get(server.name)?.legs ?? [];
      const values = server.legs.map((leg) => {
        const attached = legs.find(({ privateNetworkId }) => privateNetworkId === idOf(leg.privateNetwork));
        return `${leg.interface}=${server.kind === "bare-metal" ? attached?.vlan : attached?.mac}`;
      });
      const variable = server.kind === "bare-metal" ? "ARCHIPEL_VLANS" : "ARCHIPEL_MACS";
      return hosts.exec(
        idOf(server.name),
        `sudo env ${variable}='${values.join(" ")}' sh -s`,
        fill((stage === "bootstrap" ? server.host.bootstrap : server.host.configure) ?? ""),
      );
    },
    reach: async (from, address, port) => {
      const { reach } = await hosts.connect(from === undefined ? undefined : idOf(from.name), address, port);
      return reach.arrives ? reach.server.name : reach.reason;
    },
    close: () => hosts.close(),
  };
}

function machineOf(
  plan: Plan,
  server: Server,
  index: number,
  publicAddress: (key: string) => string,
  fill: (text: string) => string,
): Machine {
  const reservations = new Map(plan.foundation.reservations.map(({ key, address }) => [key, address]));
  const networks = new Map(plan.foundation.privateNetworks.map((network) => [network.key, network]));
  const legs = server.legs.map((leg, number): Leg => {
    const network = networks.get(leg.privateNetwork);
    const address = reservations.get(leg.reservation);
    const cidr = network?.cidr ?? "";
    return {
      privateNetworkId: idOf(leg.privateNetwork),
      vpcId: idOf(network?.vpc ?? ""),
      cidr,
      mac: `02:00:00:00:${index.toString(16).padStart(2, "0")}:${number.toString(16).padStart(2, "0")}`,
      vlan: server.kind === "bare-metal" ? 1000 + index * 20 + number : undefined,
      addresses: address === undefined ? [] : [`${address}/${cidr.split("/")[1]}`],
    };
  });
  return {
    id: idOf(server.name),
    kind: server.kind,
    name: server.name,
    zone: server.zone,
    projectId: idOf("project"),
    power: "running",
    installation: idOf(`${server.name} installation`),
    boots: 1,
    userData: fill(server.cloudInit),
    authorizedKeys: [],
    publicAddresses:
      server.kind === "bare-metal"
        ? [`127.98.${Math.floor(index / 200)}.${10 + (index % 200)}`]
        : server.publicAddress === undefined
          ? []
          : [publicAddress(server.publicAddress)],
    legs: legs.sort((a, b) => (a.privateNetworkId < b.privateNetworkId ? -1 : 1)),
    securityGroup: server.kind === "bare-metal" ? undefined : groupOf(server),
    tags: server.tags,
  };
}

function groupOf(server: InstancePlan): Machine["securityGroup"] {
  const rules = (["inbound", "outbound"] as const).flatMap((direction) =>
    server.securityGroup[direction].map(({ protocol, portRange, ipRange }) => {
      const [first, last] = (portRange ?? "").split("-").map(Number);
      return {
        direction,
        action: "accept" as const,
        protocol,
        ipRange,
        portFrom: portRange === undefined ? undefined : first,
        portTo: portRange === undefined ? undefined : (last ?? first),
      };
    }),
  );
  return {
    id: idOf(server.securityGroup.name),
    name: server.securityGroup.name,
    stateful: true,
    inboundDefault: "drop",
    outboundDefault: "drop",
    rules,
  };
}

class StaticDirectory implements MachineDirectory {
  readonly #machines: readonly Machine[];
  constructor(machines: readonly Machine[]) {
    this.#machines = [...machines].sort((a, b) => (a.id < b.id ? -1 : 1));
  }
  list(): readonly Machine[] {
    return this.#machines;
  }
  get(id: string): Machine | undefined {
    return this.#machines.find((machine) => machine.id === id);
  }
  onChange(): () => void {
    return () => undefined;
  }
}
