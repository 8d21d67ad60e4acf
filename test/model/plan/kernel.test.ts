/** The planner's files as the real programs read them: nftables JSON by the kernel, keepalived.conf among its interfaces, scripts by dash. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hostFiles } from "../../../model/plan/index.ts";
import type { BareMetalPlan, InstancePlan } from "../../../model/plan/plan.ts";
import { fileOf, planned, readEstate, serversOf } from "./estates.ts";

const namespace = `plan-${process.pid}`;
const path = `${process.env.PATH ?? ""}:/usr/sbin:/sbin`;
const environment = { ...process.env, PATH: path };

function available(): boolean {
  if (process.getuid?.() !== 0) return false;
  const programs = ["nft", "keepalived", "conntrackd", "ip", "dash"];
  return programs.every(
    (name) => spawnSync("sh", ["-c", `command -v ${name}`], { env: environment }).status === 0,
  );
}

const rules = "/etc/nftables/archipel.json";

describe.skipIf(!available())(
  "with the kernel's own programs (needs root, nftables, keepalived, conntrackd)",
  () => {
    let folder = "";

    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), "archipel-plan-"));
      execFileSync("ip", ["netns", "add", namespace], { env: environment, stdio: "pipe" });
    });

    afterAll(() => {
      spawnSync("ip", ["netns", "del", namespace], { env: environment });
      rmSync(folder, { recursive: true, force: true });
    });

    function inNamespace(...command: string[]): { readonly status: number | null; readonly output: string } {
      const result = spawnSync("ip", ["netns", "exec", namespace, ...command], {
        env: environment,
        encoding: "utf8",
        timeout: 20_000,
      });
      return { status: result.status, output: `${result.stdout}${result.stderr}`.slice(0, 2000) };
    }

    /** What a daemon printed until it said `word`, or until it ended; it is stopped then. */
    function startedBy(word: string, ...command: string[]): Promise<string> {
      return new Promise((resolve) => {
        const daemon = spawn("ip", ["netns", "exec", namespace, ...command], {
          env: environment,
          stdio: "pipe",
        });
        let printed = "";
        const read = (chunk: Buffer): void => {
          printed += chunk.toString();
          if (printed.includes(word)) daemon.kill();
        };
        daemon.stdout.on("data", read);
        daemon.stderr.on("data", read);
        daemon.on("close", () => resolve(printed));
      });
    }

    function written(name: string, text: string): string {
      const file = join(folder, name);
      writeFileSync(
        file,
        text
          .replaceAll("{{address:bastion.par-1}}", "198.51.100.1")
          .replaceAll("{{address:bastion.par-2}}", "198.51.100.2"),
      );
      return file;
    }

    const accepted = { status: 0, output: "" };

    for (const name of ["test/estates/small", "estates/guadeloupe"] as const) {
      describe(name, () => {
        const servers: (BareMetalPlan | InstancePlan)[] = [];
        beforeAll(() => {
          servers.push(...serversOf(planned(readEstate(name)).plan));
        });

        it("has rules that the kernel takes, on every host", () => {
          for (const server of servers) {
            const file = written("rules.json", fileOf(server, rules));
            expect(inNamespace("nft", "-j", "-c", "-f", file), server.key).toEqual(accepted);
          }
        }, 120_000);

        it("has first-boot and bootstrap rules that the kernel takes, one on top of the other", () => {
          for (const server of servers.filter(({ kind }) => kind === "bare-metal").slice(0, 12)) {
            const bootstrap = new Map(
              hostFiles(server.host.bootstrap ?? "").map(({ path: where, content }) => [where, content]),
            );
            for (const path of [rules, "/etc/nftables/bootstrap.json"]) {
              const file = written("bootstrap.json", bootstrap.get(path) ?? "");
              expect(inNamespace("nft", "-j", "-f", file), `${server.key} ${path}`).toEqual(accepted);
            }
            const dayZero = /<<'ARCHIPEL_EOF'\n([\s\S]*?)\s*ARCHIPEL_EOF/.exec(server.cloudInit)?.[1] ?? "";
            expect(inNamespace("nft", "-j", "-c", "-f", written("day-0.json", dayZero)), server.key).toEqual(
              accepted,
            );
          }
        }, 60_000);

        it("has keepalived files that keepalived takes among the member's interfaces", () => {
          for (const server of servers.filter(({ role }) => role === "firewall")) {
            for (const leg of server.legs) inNamespace("ip", "link", "add", leg.interface, "type", "bridge");
            const file = written("keepalived.conf", fileOf(server, "/etc/keepalived/keepalived.conf"));
            const scripts = server.host.files.filter(({ mode }) => mode === "0755");
            let text = fileOf(server, "/etc/keepalived/keepalived.conf");
            for (const script of scripts) {
              const place = written(script.path.slice(script.path.lastIndexOf("/") + 1), script.content);
              chmodSync(place, 0o755);
              text = text.replaceAll(script.path, place);
            }
            writeFileSync(file, text);
            expect(inNamespace("keepalived", "-t", "-f", file), server.key).toEqual(accepted);
          }
        }, 120_000);

        it("has a conntrackd file that conntrackd starts with", async () => {
          const member = servers.find(({ role }) => role === "firewall") as BareMetalPlan;
          const leg = member.legs.find(({ privateNetwork }) => privateNetwork === "transit");
          inNamespace("ip", "link", "add", leg?.interface ?? "", "type", "bridge");
          inNamespace("ip", "link", "set", leg?.interface ?? "", "up");
          const text = fileOf(member, "/etc/conntrackd/conntrackd.conf");
          const own = /IPv4_address (\S+)/.exec(text)?.[1] ?? "";
          inNamespace("ip", "addr", "add", `${own}/24`, "dev", leg?.interface ?? "");
          const file = written(
            "conntrackd.conf",
            text.replaceAll("/var/lock/", `${folder}/`).replaceAll("/var/run/", `${folder}/`),
          );
          expect(await startedBy("initialization completed", "conntrackd", "-C", file)).toContain(
            "initialization completed",
          );
        }, 30_000);

        it("has scripts that a POSIX shell parses", () => {
          for (const server of servers) {
            const file = written("configure.sh", server.host.configure);
            expect(spawnSync("dash", ["-n", file], { encoding: "utf8" }).stderr, server.key).toBe("");
          }
        }, 60_000);
      });
    }
  },
);
