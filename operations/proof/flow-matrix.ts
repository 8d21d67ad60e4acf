/**
 * The flow matrix as CSV (RFC 4180), for those who review it: every declared flow with what the proof found of it, its justification and,
 * where its protocol is not safe by itself, what makes up for that (SecNumCloud 3.2, 13.1.a); then whatever is open and declared by nobody.
 */
import type { Pair, PairVerdict } from "../../model/proof/matrix.ts";
import type { Permission } from "../../model/proof/permissions.ts";
import type { Proof } from "../../model/proof/prove.ts";
import type { ReadNetwork } from "./networks.ts";
import { worst } from "./verdicts.ts";
import { packetText } from "./words.ts";

export const columns = [
  "source",
  "destination",
  "service",
  "protocol",
  "port",
  "ipv4",
  "ipv6",
  "justification",
  "owner",
  "declared by",
  "until",
  "unsafe because",
  "compensating measure",
] as const;

type Row = Readonly<Record<(typeof columns)[number], string>>;

/** Protocols that neither encrypt nor authenticate, by port. */
const unsafe: Readonly<Record<string, string>> = {
  "tcp/21": "FTP sends passwords in clear",
  "tcp/23": "Telnet sends passwords in clear",
  "tcp/25": "SMTP may be in clear",
  "tcp/80": "HTTP is in clear",
  "tcp/110": "POP3 is in clear",
  "tcp/143": "IMAP may be in clear",
  "tcp/389": "LDAP may be in clear",
  "tcp/445": "SMB is a common way of contagion",
  "tcp/3128": "a proxy is asked in clear",
  "tcp/3389": "RDP is a common way of contagion",
  "udp/53": "DNS is in clear",
  "tcp/53": "DNS is in clear",
  "udp/69": "TFTP asks no password",
  "udp/123": "NTP is not authenticated",
  "udp/161": "SNMP may be in clear",
  "udp/514": "syslog is in clear",
};

export function flowMatrix({ declared }: ReadNetwork, proof: Proof): string {
  const verdicts = verdictsByName(proof.pairs);
  const rows = [
    ...declared.permissions.map((permission) => declaredRow(permission, verdicts)),
    ...proof.violations.flatMap((violation) => undeclaredRows(violation)),
  ];
  const lines = [[...columns], ...rows.map((row) => columns.map((column) => row[column]))];
  return lines.map((cells) => cells.map(cellOf).join(",")).join("\r\n");
}

/** The worst of each pair of names: two places may bear one, as a network `vpn` and the people who come by the tunnel do. */
function verdictsByName(pairs: readonly Pair[]): ReadonlyMap<string, PairVerdict> {
  const found = new Map<string, PairVerdict>();
  for (const { from, to, family, verdict } of pairs) {
    const key = `${from} ${to} ${family}`;
    found.set(key, worst([found.get(key), verdict]) as PairVerdict);
  }
  return found;
}

function declaredRow(permission: Permission, verdicts: ReadonlyMap<string, PairVerdict>): Row {
  const { from, to, sender, receiver, protocol, first, last, why, owner, declaredBy, expires, forwarded } =
    permission;
  const hasPorts = protocol === "tcp" || protocol === "udp";
  const danger = hasPorts && first === last ? unsafe[`${protocol}/${first}`] : undefined;
  return {
    source: endText(from, sender),
    destination: endText(to, receiver),
    service: permission.key,
    protocol,
    port: !hasPorts ? "" : first === last ? `${first}` : `${first}-${last}`,
    ipv4: stateOf(verdicts.get(`${from} ${to} 4`), from === to),
    ipv6: stateOf(verdicts.get(`${from} ${to} 6`), from === to),
    justification: why,
    owner,
    "declared by": declaredBy,
    until: expires ?? "",
    "unsafe because": danger ?? "",
    "compensating measure": danger === undefined ? "" : measureOf(forwarded),
  };
}

/** What the proof has shown of every flow that it let through: nothing that is only meant. */
function measureOf(forwarded: boolean): string {
  return forwarded
    ? "let through between the declared ends and on the declared port alone"
    : "stays on one private network, or ends at the machine with the public address";
}

function stateOf(verdict: PairVerdict | undefined, isNeighbour: boolean): string {
  if (verdict === undefined) return isNeighbour ? "neighbours" : "closed";
  return verdict === "denied" ? "closed" : verdict;
}

function endText(place: string, party: Permission["sender"]): string {
  return party === undefined || party.name === place ? place : `${party.name} (${place})`;
}

function undeclaredRows(violation: Proof["violations"][number]): readonly Row[] {
  if (violation.kind === "forwarding") return [];
  const { from, to, receiver, family, services, packet } = violation;
  return services.map((service): Row => {
    const [protocol = service, port = ""] = service.split("/");
    return {
      source: from,
      destination: receiver === undefined ? to : `${receiver} (${to})`,
      service: `such as ${packetText(packet)}`,
      protocol,
      port,
      ipv4: family === 4 ? "violated" : "",
      ipv6: family === 6 ? "violated" : "",
      justification: "none: declared by nobody",
      owner: "",
      "declared by": "",
      until: "",
      "unsafe because": "",
      "compensating measure": "",
    };
  });
}

/** Quoted where it must be; a text that a spreadsheet would take for a formula is not one. */
function cellOf(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
