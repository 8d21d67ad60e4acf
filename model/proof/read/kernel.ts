/** What sysctl's and keepalived's files make of a kernel: whether it forwards, which families it speaks, which addresses move to it. */
import type { Family } from "../network.ts";

export interface Kernel {
  readonly forwards: Readonly<Record<Family, boolean>>;
  readonly speaks: Readonly<Record<Family, boolean>>;
  /** Settings with which who answers, or where packets go, is not known. */
  readonly strange: readonly string[];
}

/** A kernel nobody set: it speaks both families and forwards neither (Linux, Documentation/networking/ip-sysctl). */
export const unsetKernel: Kernel = {
  forwards: { 4: false, 6: false },
  speaks: { 4: true, 6: true },
  strange: [],
};

/** Settings of /etc/sysctl.d, in the order that sysctl reads them. One interface that forwards, or speaks IPv6, is enough. */
export function readKernel(files: ReadonlyMap<string, string>): Kernel {
  const settings = new Map<string, string>();
  const texts = [...files]
    .filter(([path]) => path.startsWith("/etc/sysctl.d/"))
    .sort(([one], [other]) => (one < other ? -1 : 1));
  for (const [, text] of texts) {
    for (const line of text.split("\n")) {
      const match = /^\s*-?([a-z][\w./-]*)\s*=\s*(\S+)\s*$/.exec(line);
      if (match !== null) settings.set((match[1] as string).replaceAll("/", "."), match[2] as string);
    }
  }
  const on = (pattern: RegExp): boolean =>
    [...settings].some(([key, value]) => pattern.test(key) && value !== "0");
  const ipv6Off = settings.get("net.ipv6.conf.all.disable_ipv6") === "1";
  const back = [...settings].some(
    ([key, value]) => /^net\.ipv6\.conf\.(?!all\.)[^.]+\.disable_ipv6$/.test(key) && value === "0",
  );
  const forwards = {
    4: on(/^net\.ipv4\.(ip_forward|conf\.[^.]+\.forwarding)$/),
    6: on(/^net\.ipv6\.conf\.[^.]+\.forwarding$/),
  };
  const strange = [...settings]
    .filter(([key, value]) => !isUnderstood(key, value))
    .map(([key, value]) => `${key} = ${value} is not understood`);
  return {
    forwards,
    speaks: { 4: true, 6: !ipv6Off || back },
    strange: [...strange, ...(forwards[4] ? answeredElsewhere(settings) : [])],
  };
}

/** Read here, or without a say in who takes a packet and where it goes; `rp_filter` drops what rules let through, and is planned with them. */
const understood = new Set([
  "arp_announce",
  "arp_ignore",
  "disable_ipv6",
  "forwarding",
  "log_martians",
  "rp_filter",
  "secure_redirects",
  "send_redirects",
  "use_tempaddr",
]);

/** Of interfaces and bridges every other setting may do something to packets, unless it is off (`proxy_arp`, `route_localnet`…). */
function isUnderstood(key: string, value: string): boolean {
  if (!/^net\.(ipv[46]\.conf|bridge|mpls)\./.test(key)) return true;
  return value === "0" || understood.has(/^net\.ipv[46]\.conf\.[^.]+\.(\w+)$/.exec(key)?.[1] ?? "");
}

/** A router's addresses are taken to be answered for on their own legs alone, which is not how a kernel begins. */
function answeredElsewhere(settings: ReadonlyMap<string, string>): readonly string[] {
  const value = (name: string): string => settings.get(`net.ipv4.conf.all.${name}`) ?? "0";
  return [
    ...(/^[12]$/.test(value("arp_ignore"))
      ? []
      : ["net.ipv4.conf.all.arp_ignore is not 1: on each network it answers for its addresses on others"]),
    ...(value("arp_announce") === "2"
      ? []
      : ["net.ipv4.conf.all.arp_announce is not 2: on each network it asks in the name of others"]),
  ];
}

export interface VirtualAddresses {
  /** Addresses without prefix, by interface. */
  readonly byInterface: ReadonlyMap<string, readonly string[]>;
  readonly strange: readonly string[];
}

/** Every address of keepalived's instances: `virtual_ipaddress` and `virtual_ipaddress_excluded`, lines of `ADDRESS dev INTERFACE`. */
export function readKeepalived(text: string): VirtualAddresses {
  const byInterface = new Map<string, string[]>();
  const strange: string[] = [];
  let own: string | undefined;
  let inside = false;
  for (const raw of text.split("\n")) {
    const line = raw.replace(/[#!].*$/, "").trim();
    if (/^virtual_ipaddress(_excluded)?\s*\{$/.test(line)) inside = true;
    else if (line === "}") inside = false;
    else if (inside && line !== "") {
      const match = /^([0-9a-f.:]+)(?:\/\d+)?(?:\s+dev\s+(\S+))?$/i.exec(line);
      const name = match?.[2] ?? own;
      if (match === null || name === undefined) strange.push(line);
      else byInterface.set(name, [...(byInterface.get(name) ?? []), match[1] as string]);
    } else if (/^(virtual_routes|virtual_rules|include)\b/.test(line)) strange.push(line);
    else own = /^interface\s+(\S+)$/.exec(line)?.[1] ?? own;
  }
  return { byInterface, strange };
}
