/** Small resources made by hand, as a state has them. */
import { hostScript } from "../../../../model/plan/host-script.ts";
import { type Documents, fromState } from "../../../../model/proof/read/index.ts";

export const region = "fr-par";
export const zone = "fr-par-1";
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export interface Made {
  readonly type: string;
  readonly name: string;
  readonly stack?: string;
  readonly id?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly parent?: string;
  readonly propertyDependencies?: Readonly<Record<string, readonly string[]>>;
}

export function urnOf({ type, name, stack = "some.stack" }: Made): string {
  return `urn:pulumi:${stack}::archipel::${type}::${name}`;
}

export function documents(...made: readonly Made[]): Documents {
  return fromState({
    version: 3,
    deployment: {
      resources: made.map(({ stack: _, name: __, ...rest }, at) => ({
        urn: urnOf(made[at] as Made),
        ...rest,
      })),
    },
  });
}

export const vpc: Made = { type: "scaleway:network/vpc:Vpc", name: "vpc-1", id: `${region}/vpc-uuid` };

export function acl(isIpv6: boolean, inputs: Readonly<Record<string, unknown>>): Made {
  return {
    type: "scaleway:network/acl:Acl",
    name: `acl-${isIpv6 ? 6 : 4}`,
    id: `${region}/vpc-uuid`,
    inputs: { vpcId: vpc.id, isIpv6, rules: [], ...inputs },
  };
}

/** A network of 10.0.NUMBER.0/24. */
export function network(name: string, number: number): Made {
  return {
    type: "scaleway:network/privateNetwork:PrivateNetwork",
    name,
    id: `${region}/pn-${name}`,
    inputs: { vpcId: vpc.id, ipv4Subnet: { subnet: `10.0.${number}.0/24` } },
    outputs: { ipv6Subnets: [{ subnet: `fd00:${number}::/64` }] },
  };
}

export function reservation(networkName: string, holder: string, address: string, purpose = "leg"): Made {
  return {
    type: "scaleway:ipam/ip:Ip",
    name: `${networkName}.${holder}`,
    id: `${region}/ip-${address}`,
    inputs: {
      address,
      sources: [{ privateNetworkId: `${region}/pn-${networkName}` }],
      tags: [`network=${networkName}`, `purpose=${purpose}`],
    },
  };
}

/** Legs as network, VLAN number and booked address, if any. */
export function bareMetal(name: string, legs: readonly (readonly [string, number, string?])[]): Made {
  return {
    type: "scaleway:elasticmetal/server:Server",
    name,
    id: `${zone}/${name}`,
    inputs: {
      zone,
      privateNetworks: legs.map(([pn, , address]) => ({
        id: `${region}/pn-${pn}`,
        ...(address === undefined ? {} : { ipamIpIds: [`${region}/ip-${address}`] }),
      })),
      tags: ["role=fleet"],
    },
    outputs: {
      ipv4s: [{ address: "203.0.113.9" }],
      ipv6s: [{ address: "2001:db8:9::1" }],
      // The API answers in an order of its own, and without the region.
      privateNetworks: legs.map(([pn, vlan]) => ({ id: `pn-${pn}`, vlan })).reverse(),
    },
  };
}

/** With the functions that every script begins with. */
const [functions] = hostScript([], {
  programs: [],
  modules: [],
  units: [],
  legs: [],
  gateway: undefined,
}).split("need ip") as [string];

function script(files: readonly string[]): string {
  return `${functions}need ip nft\nname_interfaces\n\n${files.join("")}\nwithdraw_others\napply_settings\napply_rules\napply_network\nremember\n`;
}

/** The command that configures a machine: its links as `pn-a=1201`, its script from `files`. */
export function configure(server: Made, links: string, files: readonly string[], name = "configure"): Made {
  return {
    type: "command:remote:Command",
    name: `${server.name}-host-${name}`,
    id: `${server.name}-${name}`,
    inputs: {
      create: `sudo env ARCHIPEL_VLANS='${links}' sh -s`,
      stdin: script(files),
    },
    propertyDependencies: { create: [urnOf(server)] },
  };
}

export function file(path: string, content: string, verb = "file"): string {
  return `${verb} 0644 ${path} <<'ARCHIPEL_EOF'\n${content}ARCHIPEL_EOF\n`;
}

/** The two files of a VLAN. */
export function leg(name: string, lines: string): string {
  const folder = "/etc/systemd/network";
  return (
    file(`${folder}/10-${name}.netdev`, `[NetDev]\nName=${name}\nKind=vlan\n[VLAN]\nId=__VLAN_${name}__\n`) +
    file(`${folder}/20-${name}.network`, `[Match]\nName=${name}\n[Network]\n${lines}`)
  );
}

export const rules = '{"nftables":[]}\n';
