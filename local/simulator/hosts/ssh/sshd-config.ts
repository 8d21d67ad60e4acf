import type { HostFilesystem } from "../filesystem/host-filesystem.ts";

/** What of sshd_config decides who gets in and how far. */
export interface SshdConfig {
  listen: { address: string | undefined; port: number }[];
  acceptEnv: string[];
  allowsForwarding: boolean;
  /** `host:port` patterns of PermitOpen; undefined: any. */
  permitOpen: string[] | undefined;
  allowUsers: string[] | undefined;
  permitsRoot: boolean;
  authorizedKeysFiles: string[];
  problems: string[];
}

/** Keywords that change nothing that is likened. A keyword in neither list stops the server, as OpenSSH would for a wrong one. */
const ignored = [
  "addressfamily",
  "authenticationmethods",
  "banner",
  "challengeresponseauthentication",
  "ciphers",
  "clientalivecountmax",
  "clientaliveinterval",
  "compression",
  "gatewayports",
  "gssapiauthentication",
  "hostkey",
  "hostkeyalgorithms",
  "hostbasedauthentication",
  "ignorerhosts",
  "kbdinteractiveauthentication",
  "kexalgorithms",
  "logingracetime",
  "loglevel",
  "macs",
  "maxauthtries",
  "maxsessions",
  "maxstartups",
  "passwordauthentication",
  "permitemptypasswords",
  "permittty",
  "permittunnel",
  "permituserenvironment",
  "persourcemaxstartups",
  "printlastlog",
  "printmotd",
  "pubkeyacceptedalgorithms",
  "pubkeyauthentication",
  "rekeylimit",
  "requiredrsasize",
  "strictmodes",
  "subsystem",
  "syslogfacility",
  "tcpkeepalive",
  "usedns",
  "usepam",
  "versionaddendum",
  "x11forwarding",
  "allowagentforwarding",
  "allowstreamlocalforwarding",
];

async function configLines(filesystem: HostFilesystem, path: string): Promise<string[]> {
  const lines: string[] = [];
  for (const raw of ((await filesystem.textOf(path)) ?? "").split("\n")) {
    const line = raw.replace(/(^|\s)#.*$/, "").trim();
    if (line === "") continue;
    const include = /^include\s+(.+)$/i.exec(line)?.[1];
    if (include === undefined) {
      lines.push(line);
      continue;
    }
    const folder = include.slice(0, include.lastIndexOf("/"));
    for (const name of await filesystem.namesIn(folder)) {
      if (name.endsWith(".conf")) lines.push(...(await configLines(filesystem, `${folder}/${name}`)));
    }
  }
  return lines;
}

/** Reads sshd_config with its includes; as in OpenSSH the first value of a keyword counts. */
export async function readSshdConfig(filesystem: HostFilesystem): Promise<SshdConfig> {
  const values = new Map<string, string[]>();
  const problems: string[] = [];
  for (const line of await configLines(filesystem, "/etc/ssh/sshd_config")) {
    const [keyword = "", ...rest] = line.split(/[\s=]+/);
    const key = keyword.toLowerCase();
    values.set(key, [...(values.get(key) ?? []), rest.join(" ")]);
  }
  const known = [
    "port",
    "listenaddress",
    "acceptenv",
    "allowtcpforwarding",
    "disableforwarding",
    "permitopen",
    "allowusers",
    "permitrootlogin",
    "authorizedkeysfile",
  ];
  for (const key of values.keys()) {
    if (!known.includes(key) && !ignored.includes(key))
      problems.push(`/etc/ssh/sshd_config: Bad configuration option: ${key}`);
  }
  const first = (key: string): string | undefined => values.get(key)?.[0];
  const words = (key: string): string[] => (values.get(key) ?? []).flatMap((value) => value.split(/\s+/));
  const ports = (values.get("port") ?? ["22"]).map(Number);
  if (ports.some((port) => !(port >= 1 && port <= 65_535)))
    problems.push("/etc/ssh/sshd_config: Badly formatted port number.");
  const listen = (values.get("listenaddress") ?? []).flatMap((value) => {
    const match = /^(?:\[(.+)\]|([^:]+)):(\d+)$/.exec(value);
    if (match) return [{ address: match[1] ?? match[2], port: Number(match[3]) }];
    return ports.map((port) => ({ address: value, port }));
  });
  const everywhere = ports.map((port) => ({ address: undefined, port }));
  const open = words("permitopen");
  const forwarding = first("allowtcpforwarding") ?? "yes";
  return {
    listen:
      listen.length === 0
        ? everywhere
        : listen.map((entry) => (entry.address === "0.0.0.0" ? { ...entry, address: undefined } : entry)),
    acceptEnv: words("acceptenv"),
    allowsForwarding:
      (forwarding === "yes" || forwarding === "local" || forwarding === "all") &&
      first("disableforwarding") !== "yes",
    permitOpen: open.length === 0 || open.includes("any") ? undefined : open,
    allowUsers: values.has("allowusers") ? words("allowusers") : undefined,
    permitsRoot: first("permitrootlogin") !== "no",
    authorizedKeysFiles: values.has("authorizedkeysfile")
      ? words("authorizedkeysfile")
      : [".ssh/authorized_keys"],
    problems,
  };
}

/** Whether a name matches one of OpenSSH's patterns with `*` and `?`. */
export function patternMatches(patterns: readonly string[], text: string): boolean {
  return patterns.some((pattern) => {
    const source = pattern
      .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".");
    return new RegExp(`^${source}$`).test(text);
  });
}
