/** Estates that must parse, and what becomes of their defaults. */
import { describe, expect, it } from "vitest";
import type { Estate } from "../../../model/estate/index.ts";
import { parseEstate, renderText } from "../../../model/estate/index.ts";
import { readEstate, today } from "../../estates/read-estate.ts";

function estateOf(files: ReadonlyMap<string, string>): Estate {
  const result = parseEstate(files, today);
  if (!result.ok) throw new Error(renderText(result.problems));
  expect(result.warnings).toEqual([]);
  return result.estate;
}

/** The file with one text replaced by another; the text must be there. */
function edited(
  files: ReadonlyMap<string, string>,
  file: string,
  from: string,
  to: string,
): Map<string, string> {
  const text = files.get(file) ?? "";
  expect(text).toContain(from);
  return new Map([...files, [file, text.replace(from, to)]]);
}

describe("valid estates", () => {
  it.each(["small", "valid/harbour", "valid/hamlet"])("%s parses without a warning", (name) => {
    expect(estateOf(readEstate(name)).organisation.organisation).toBe(name.split("/").at(-1));
  });

  it("need not have groups, backups and sites", () => {
    const { accessGroups, backupLevels, sites, hypervisors } = estateOf(readEstate("valid/hamlet"));
    expect({ accessGroups, backupLevels, sites, hypervisors }).toEqual({
      accessGroups: [],
      backupLevels: [],
      sites: [],
      hypervisors: [],
    });
  });

  it("ignore files that are not YAML", () => {
    const files = readEstate("small");
    expect(estateOf(new Map([...files, ["README.md", "# The town: {"]]))).toEqual(estateOf(files));
  });
});

describe("defaults", () => {
  const harbour = estateOf(readEstate("valid/harbour"));
  const application = (name: string) =>
    harbour.applications.find((candidate) => candidate.application === name);

  it("give a network its size, unless it or its prefix says another", () => {
    expect(application("telephony")?.networks).toEqual([{ name: "telephony", prefixLength: 27 }]);
    expect(application("documents")?.networks.map(({ prefixLength }) => prefixLength)).toEqual([28, 27]);
    const files = edited(
      readEstate("valid/harbour"),
      "applications/directory.yaml",
      "172.20.8.0/27",
      "172.20.8.0/25",
    );
    expect(estateOf(files).applications[0]?.networks).toEqual([
      { name: "directory", cidr: "172.20.8.0/25", prefixLength: 25 },
    ]);
  });

  it("give a workload its operating system and one member in each zone", () => {
    const [front, gpu] = application("documents")?.workloads ?? [];
    expect(front).toMatchObject({ os: "ubuntu-24.04", count: { "par-1": 1, "par-2": 1 } });
    expect(gpu).toMatchObject({ os: "ubuntu-22.04-gpu" });
    expect(application("telephony")?.workloads[0]).toMatchObject({ os: "debian-12" });
    expect(application("tides")?.workloads[0]).toMatchObject({ count: { "par-1": 1, "par-2": 0 } });
  });

  it("give an application its recovery time by how critical it is", () => {
    expect(harbour.applications.map(({ application: name, rtoMinutes }) => [name, rtoMinutes])).toEqual([
      ["directory", 5],
      ["documents", 60],
      ["telephony", 5],
      ["tides", 240],
    ]);
  });

  it("give a service its own name as host name, and a flow its only network as origin", () => {
    expect(application("telephony")?.services.map(({ name, hostname }) => [name, hostname])).toEqual([
      ["provisioning", "telephones"],
      ["sip", "sip"],
    ]);
    const small = estateOf(readEstate("small"));
    expect(small.applications.flatMap(({ flows }) => flows).map(({ from, to }) => [from, to])).toEqual([
      ["portal", "payroll"],
    ]);
  });

  it("write ports as sorted texts", () => {
    expect(harbour.defaults.flows.map(({ to, ports }) => [to, ports])).toEqual([
      ["directory", ["636"]],
      ["egress", ["53", "123"]],
    ]);
    expect(application("tides")?.flows[0]?.ports).toEqual(["4000-4010"]);
  });
});

describe("order", () => {
  it("of files does not change a byte", () => {
    const files = [...readEstate("valid/harbour")];
    const text = JSON.stringify(estateOf(new Map(files)));
    expect(JSON.stringify(estateOf(new Map(files.reverse())))).toBe(text);
  });

  it("of entries does not change a byte", () => {
    const files = readEstate("valid/harbour");
    const levels = (files.get("backups.yaml") ?? "").split("\n").filter((line) => line !== "");
    const turned = [levels[0], ...levels.slice(1).reverse()].join("\n");
    expect(turned).not.toBe(files.get("backups.yaml"));
    expect(JSON.stringify(estateOf(new Map([...files, ["backups.yaml", turned]])))).toBe(
      JSON.stringify(estateOf(files)),
    );
  });
});

describe("flows past their day", () => {
  const files = edited(
    readEstate("small"),
    "applications/portal.yaml",
    'portal", owner: citizens-office }',
    'portal", owner: citizens-office, expires: 2026-11-01 }',
  );

  it("hold on that day, and not on the next", () => {
    expect(parseEstate(files, "2026-11-01").ok).toBe(true);
    const next = parseEstate(files, "2026-11-02");
    expect(next.ok ? [] : next.problems.map(({ code }) => code)).toEqual(["FLOW-010"]);
  });

  it("hold where no day is given", () => {
    expect(parseEstate(files).ok).toBe(true);
  });
});
