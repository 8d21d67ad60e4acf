/** A lab's spec as what its programs are told: text alone, nothing is run here. */
import type { LabHost, LabInterface, LabRoute, LabSpec } from "./spec.ts";

export interface Layout {
  /** Namespace of each host, by its name. */
  readonly namespaces: ReadonlyMap<string, string>;
  /** Where the bridges are. */
  readonly fabric: string;
  /** For `ip -batch` in the fabric's namespace: bridges, and cables from them to hosts. */
  readonly cabling: string;
  readonly hosts: readonly HostLayout[];
}

export interface HostLayout {
  readonly host: LabHost;
  readonly namespace: string;
  /** Before interfaces exist, and once they do, by path below /proc/sys. */
  readonly early: Readonly<Record<string, string>>;
  readonly late: Readonly<Record<string, string>>;
  /** For `ip -batch` in the host's namespace, and for `ip -6 -batch`. */
  readonly commands: string;
  readonly rules6: string;
}

const markTables = 10_000;
const incomingTables = 20_000;

export function layoutOf({ hosts }: LabSpec, prefix: string): Layout {
  const namespaces = new Map(hosts.map(({ name }, index) => [name, `${prefix}${index}`]));
  const segments = [...new Set(hosts.flatMap(({ interfaces }) => interfaces.map(({ segment }) => segment)))];
  const bridges = new Map(segments.map((segment, index) => [segment, `segment${index}`]));
  const cables = hosts.flatMap(({ name, interfaces }) =>
    interfaces.map((each) => ({ each, namespace: namespaces.get(name) as string })),
  );
  const cabling = [
    ...[...bridges.values()].flatMap((bridge) => [
      `link add ${bridge} type bridge stp_state 0 mcast_snooping 0`,
      `link set ${bridge} up`,
    ]),
    ...cables.flatMap(({ each, namespace }, index) => [
      `link add cable${index} type veth peer name ${each.name} netns ${namespace}`,
      `link set cable${index} master ${bridges.get(each.segment)} up`,
    ]),
  ];
  return {
    namespaces,
    fabric: `${prefix}fabric`,
    cabling: lines(cabling),
    hosts: hosts.map((host) => hostLayout(host, namespaces.get(host.name) as string)),
  };
}

function hostLayout(host: LabHost, namespace: string): HostLayout {
  const { forwards, interfaces, reversePathFilter, settings } = host;
  const flag = (on: boolean): string => (on ? "1" : "0");
  const early = {
    // First: it resets others.
    "net/ipv4/ip_forward": flag(forwards[4]),
    "net/ipv6/conf/all/forwarding": flag(forwards[6]),
    "net/ipv6/conf/default/forwarding": flag(forwards[6]),
  };
  const rest = {
    ...Object.fromEntries(
      ["all", "default"].flatMap((scope) => [
        [`net/ipv4/conf/${scope}/rp_filter`, String(reversePathFilter)],
        // A router on the same link must not teach anybody a shorter way.
        [`net/ipv4/conf/${scope}/send_redirects`, "0"],
        [`net/ipv4/conf/${scope}/accept_redirects`, "0"],
        [`net/ipv6/conf/${scope}/accept_redirects`, "0"],
        [`net/ipv6/conf/${scope}/accept_ra`, "0"],
        [`net/ipv6/conf/${scope}/accept_dad`, "0"],
      ]),
    ),
    "net/ipv6/conf/default/disable_ipv6": "1",
    ...settings,
  };
  const late = Object.fromEntries(
    interfaces.filter(({ ipv6 }) => ipv6).map(({ name }) => [`net/ipv6/conf/${name}/disable_ipv6`, "0"]),
  );
  const rules = rulesOf(host);
  const six = host.routes.some(({ destination }) => destination.includes(":"));
  return {
    host,
    namespace,
    early: { ...early, ...rest },
    late,
    commands: lines([
      ...linksOf(host),
      ...rules,
      ...host.routes.map((route) => routeCommand(route, incomingOf(host))),
    ]),
    rules6: six ? lines(rules) : "",
  };
}

function linksOf({ interfaces }: LabHost): string[] {
  return [
    "link set lo up",
    ...interfaces.flatMap(({ name, addresses }: LabInterface) => [
      ...addresses.map(
        (address) => `addr add ${address} dev ${name}${address.includes(":") ? " nodad" : ""}`,
      ),
      `link set ${name} up`,
    ]),
  ];
}

/** Which packets ask which table before the table of all. */
function rulesOf(host: LabHost): string[] {
  const marks = [...new Set(host.routes.flatMap((route) => route.mark ?? []))];
  return [
    ...marks.map((mark) => `rule add pref 100 fwmark ${mark} lookup ${markTables + mark}`),
    ...incomingOf(host).map(
      (name, index) => `rule add pref 200 iif ${name} lookup ${incomingTables + index}`,
    ),
  ];
}

/** Interfaces that have a table of their own. */
function incomingOf({ routes }: LabHost): readonly string[] {
  return [...new Set(routes.flatMap((route) => route.incoming ?? []))];
}

function routeCommand(
  { destination, gateway, interface: name, mark, incoming }: LabRoute,
  all: readonly string[],
): string {
  const via = gateway === undefined ? "" : ` via ${gateway}`;
  const table =
    mark !== undefined
      ? markTables + mark
      : incoming === undefined
        ? undefined
        : incomingTables + all.indexOf(incoming);
  const where = table === undefined ? "" : ` table ${table}`;
  // A gateway is on the link whether or not an address of the host says so.
  return `route add ${destination}${via} dev ${name}${where}${gateway === undefined ? "" : " onlink"}`;
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join("");
}
