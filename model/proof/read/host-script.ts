/**
 * What a host's configuration script lays down. Its text is read here by its format alone, apart from the planner that writes it: lines
 * `file MODE PATH <<'ARCHIPEL_EOF'` (or `initial`), the content, and the mark alone on a line; between them a closed set of verbs.
 */

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

/** Undefined for a text that is no such script: it lays no file down. */
export function readHostScript(text: string): HostScript | undefined {
  const lines = text.split("\n");
  const files = new Map<string, string>();
  const strange: string[] = [];
  const start = lines.findIndex((line) => line.startsWith("need "));
  let found = false;
  for (let at = Math.max(start, 0); at < lines.length; at += 1) {
    const line = lines[at] as string;
    const match = heading.exec(line);
    if (match === null) {
      if (line !== "" && !verbs.has(line.split(" ", 1)[0] as string)) strange.push(line);
      continue;
    }
    found = true;
    const last = lines.indexOf(mark, at + 1);
    if (last < 0) {
      strange.push(`${line}: has no end`);
      break;
    }
    const content = lines.slice(at + 1, last).map((each) => `${each}\n`);
    files.set(match[1] as string, content.join(""));
    at = last;
  }
  return found ? { files, strange } : undefined;
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
