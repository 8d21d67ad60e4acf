import type { HostFilesystem } from "../filesystem/host-filesystem.ts";
import { lastValue, readUnitFile, type UnitFile, valuesOf } from "./unit-file.ts";

/** Folders of units, the first winning. */
const folders = [
  "/etc/systemd/system",
  "/run/systemd/system",
  "/usr/local/lib/systemd/system",
  "/usr/lib/systemd/system",
];

/** A port a unit listens on while it is active. */
export interface Listener {
  unit: string;
  protocol: "tcp" | "udp";
  port: number;
  /** Only on this address; every address of the host when undefined. */
  address: string | undefined;
}

/** A unit as its files describe it. */
export interface Unit {
  name: string;
  file: UnitFile;
  masked: boolean;
}

/** The full name of a unit: `.service` unless it has another suffix. */
export function unitName(name: string): string {
  const full = /\.(service|socket|target|timer|path|mount)$/.test(name) ? name : `${name}.service`;
  // Debian's own alias for the OpenSSH server.
  return full === "sshd.service" ? "ssh.service" : full;
}

/** Finds a unit's file, an instance of a template included (`name@instance.service`). */
export async function findUnit(filesystem: HostFilesystem, name: string): Promise<Unit | undefined> {
  const template = /^([^@]+@)([^.]+)(\..+)$/.exec(name);
  const candidates = template ? [name, `${template[1]}${template[3]}`] : [name];
  for (const candidate of candidates) {
    for (const folder of folders) {
      const path = `${folder}/${candidate}`;
      if (!(await filesystem.exists(path))) {
        const masked = await filesystem.readlink(path).catch(() => undefined);
        if (masked === "/dev/null") return { name, file: { path, sections: [] }, masked: true };
        continue;
      }
      if ((await filesystem.realpath(path)) === "/dev/null")
        return { name, file: { path, sections: [] }, masked: true };
      const file = await readUnitFile(filesystem, path, `/etc/systemd/system/${candidate}.d`);
      if (!file) continue;
      return { name, file: template ? instantiate(file, template[2] ?? "") : file, masked: false };
    }
  }
  return undefined;
}

function instantiate(file: UnitFile, instance: string): UnitFile {
  return {
    path: file.path,
    sections: file.sections.map(({ name, entries }) => ({
      name,
      entries: entries.map(([key, value]) => [key, value.replaceAll(/%[iI]/g, instance)]),
    })),
  };
}

/** Links that enabling a unit makes: one in each target's .wants or .requires folder. */
export function enablementLinks(unit: Unit): string[] {
  const link = (kind: string) => (target: string) => `/etc/systemd/system/${target}.${kind}/${unit.name}`;
  const targets = (key: string): string[] =>
    valuesOf(unit.file, "Install", key).flatMap((value) => value.split(/\s+/));
  return [
    ...targets("WantedBy").map(link("wants")),
    ...targets("RequiredBy").map(link("requires")),
    ...targets("Alias").map((alias) => `/etc/systemd/system/${alias}`),
  ].sort();
}

/** Units that a target's folders name, sorted. */
export async function wantedBy(filesystem: HostFilesystem, target: string): Promise<string[]> {
  const names = new Set<string>();
  for (const folder of ["/etc/systemd/system", "/usr/lib/systemd/system"]) {
    for (const kind of ["wants", "requires"]) {
      for (const name of await filesystem.namesIn(`${folder}/${target}.${kind}`)) names.add(name);
    }
  }
  return [...names].sort();
}

/** Words of a list-valued key such as After=. */
export function wordsOf(unit: Unit, section: string, key: string): string[] {
  return valuesOf(unit.file, section, key).flatMap((value) =>
    value.split(/\s+/).filter((word) => word !== ""),
  );
}

/** Orders units so that After= and Before= among them hold; ties and circles fall back to the given order. */
export function startOrder(units: readonly Unit[]): Unit[] {
  const ordered: Unit[] = [];
  const visit = (unit: Unit, path: readonly Unit[]): void => {
    if (ordered.includes(unit) || path.includes(unit)) return;
    const after = wordsOf(unit, "Unit", "After");
    for (const other of units) {
      if (after.includes(other.name) || wordsOf(other, "Unit", "Before").includes(unit.name))
        visit(other, [...path, unit]);
    }
    ordered.push(unit);
  };
  for (const unit of units) visit(unit, []);
  return ordered;
}

/**
 * Ports a unit declares: ListenStream= and ListenDatagram= of sockets; in services the key X-Listen=tcp/443, which
 * systemd ignores as every X- key, since nothing here runs the program that would open the port.
 */
export function listenersOf(unit: Unit): Listener[] {
  const listeners: Listener[] = [];
  for (const value of wordsOf(unit, "Service", "X-Listen")) {
    const match = /^(tcp|udp)\/(?:\[?([0-9a-f.:]+)\]?:)?(\d{1,5})$/.exec(value);
    if (!match) continue;
    listeners.push({
      unit: unit.name,
      protocol: match[1] as "tcp" | "udp",
      port: Number(match[3]),
      address: match[2],
    });
  }
  for (const [key, protocol] of [
    ["ListenStream", "tcp"],
    ["ListenDatagram", "udp"],
  ] as const) {
    for (const value of wordsOf(unit, "Socket", key)) {
      const match = /^(?:\[?([0-9a-f.:]+)\]?:)?(\d{1,5})$/.exec(value);
      if (match) listeners.push({ unit: unit.name, protocol, port: Number(match[2]), address: match[1] });
    }
  }
  return listeners;
}

/** Type= of a service, as systemd defaults it. */
export function serviceType(unit: Unit): string {
  return lastValue(unit.file, "Service", "Type") ?? "simple";
}
