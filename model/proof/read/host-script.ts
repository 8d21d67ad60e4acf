/**
 * What a host's configuration script lays down. Its text is read here by its format alone, apart from the planner that writes it: lines
 * `file MODE PATH <<'ARCHIPEL_EOF'` (or `initial`), the content, and the mark alone on a line; between them a closed set of verbs.
 */
import { createHash } from "node:crypto";

export interface HostScript {
  /** Text of each file after the script ran, by path, in the order laid down. */
  readonly files: ReadonlyMap<string, string>;
  /** Lines that are not understood: what they do to the host is not known. */
  readonly strange: readonly string[];
}

const mark = "ARCHIPEL_EOF";
const heading = /^(?:initial|file) \d{4} (\S+) <<'ARCHIPEL_EOF'$/;

/** Verbs of the part that differs from host to host; their functions stand before it and are the same on every host. */
const verbs = new Set([
  "need",
  "name_interfaces",
  "withdraw_others",
  "modprobe",
  "apply_settings",
  "apply_rules",
  "apply_network",
  "apply_units",
  "seal",
  "serve",
  "prove_leg",
  "prove_gateway",
  "remember",
]);

/** Whether a text lays any file down. */
export function isHostScript(text: string): boolean {
  return new RegExp(heading, "m").test(text);
}

/**
 * Digests of the functions that scripts begin with, before the first line that differs from host to host. What their verbs do was read by
 * people; a script with other functions does nobody knows what, until its digest is here as well.
 */
const knownFunctions: ReadonlySet<string> = new Set(["f3d2c2973cfab1b3"]);

/** Files that do nothing until a verb after them has the kernel take them. */
const appliers = [
  { below: "/etc/sysctl.d/", verb: "apply_settings" },
  { below: "/etc/nftables/", verb: "apply_rules" },
  { below: "/etc/systemd/network/", verb: "apply_network" },
] as const;

/** Undefined for a text that is no such script: it lays no file down. */
export function readHostScript(text: string): HostScript | undefined {
  const lines = text.split("\n");
  const files = new Map<string, string>();
  const strange: string[] = [];
  const start = lines.findIndex((line) => line.startsWith("need "));
  const functions = createHash("sha256")
    .update(lines.slice(0, Math.max(start, 0)).join("\n"))
    .digest("hex")
    .slice(0, 16);
  if (!knownFunctions.has(functions)) strange.push(`its functions, of the digest ${functions}`);
  const applied = new Set<string>();
  let found = false;
  for (let at = Math.max(start, 0); at < lines.length; at += 1) {
    const line = lines[at] as string;
    const match = heading.exec(line);
    if (match === null) {
      const verb = line.split(" ", 1)[0] as string;
      if (line !== "" && !verbs.has(verb)) strange.push(line);
      applied.add(verb);
      continue;
    }
    found = true;
    // What was applied before is applied no more to what comes now.
    for (const { below, verb } of appliers) if (match[1]?.startsWith(below)) applied.delete(verb);
    const last = lines.indexOf(mark, at + 1);
    if (last < 0) {
      strange.push(`${line}: has no end`);
      break;
    }
    const content = lines.slice(at + 1, last).map((each) => `${each}\n`);
    files.set(match[1] as string, content.join(""));
    at = last;
  }
  for (const { below, verb } of appliers) {
    const path = [...files.keys()].find((each) => each.startsWith(below));
    if (path !== undefined && !applied.has(verb)) strange.push(`${path} without ${verb} after it`);
  }
  return found ? { files, strange } : undefined;
}

/** Whether a command hands its script to a shell, with what tells each interface, and does nothing else. */
export function isHostCommand(command: string): boolean {
  return /^sudo env ARCHIPEL_(?:VLANS|MACS)='[^']*' sh -s$/.test(command);
}

/** What tells each interface: `pn-a=1201 pn-b=1202`, VLAN numbers or MAC addresses, in a command's own text. */
export function linksIn(command: string): ReadonlyMap<string, string> {
  const list = /\bARCHIPEL_(?:VLANS|MACS)='([^']*)'/.exec(command)?.[1] ?? "";
  return new Map(
    list
      .split(" ")
      .filter(Boolean)
      .map((pair): [string, string] => {
        const at = pair.indexOf("=");
        return [pair.slice(0, at), pair.slice(at + 1).toLowerCase()];
      }),
  );
}

/** Rules that a first boot loads, by path: `cat >PATH <<'MARK'` inside cloud-init's YAML, at any indentation. */
export function dayZeroRules(cloudInit: string): ReadonlyMap<string, string> {
  const lines = cloudInit.split("\n");
  const files = new Map<string, string>();
  for (const [at, line] of lines.entries()) {
    const match = /^(\s*)cat >(\S+\.json) <<'(\w+)'$/.exec(line);
    if (match === null) continue;
    const [, indent = "", path = "", end = ""] = match;
    const last = lines.findIndex((each, index) => index > at && each.trim() === end);
    if (last < 0) continue;
    files.set(
      path,
      lines
        .slice(at + 1, last)
        .map((each) => `${each.slice(indent.length)}\n`)
        .join(""),
    );
  }
  return files;
}

/** Commands that change what a kernel lets pass or where it sends it. */
const networkPrograms =
  /\b(nft|iptables|ip6tables|ipset|ebtables|ip|ifconfig|sysctl|networkctl|nmcli|netplan|wg|wg-quick|tc|brctl|conntrack|keepalived|systemctl)\b/;

/** Whether a text that is no host script may change a host's network all the same. */
export function mayChangeNetwork(text: string): boolean {
  return networkPrograms.test(text);
}
