/** What sysctl's and keepalived's files make of a kernel: whether it forwards, which families it speaks, which addresses move to it. */
import type { Family } from "../network.ts";

export interface Kernel {
  readonly forwards: Readonly<Record<Family, boolean>>;
  readonly speaks: Readonly<Record<Family, boolean>>;
}

/** A kernel nobody set: it speaks both families and forwards neither (Linux, Documentation/networking/ip-sysctl). */
export const unsetKernel: Kernel = { forwards: { 4: false, 6: false }, speaks: { 4: true, 6: true } };

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
  return {
    forwards: {
      4: on(/^net\.ipv4\.(ip_forward|conf\.[^.]+\.forwarding)$/),
      6: on(/^net\.ipv6\.conf\.[^.]+\.forwarding$/),
    },
    speaks: { 4: true, 6: !ipv6Off || back },
  };
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
