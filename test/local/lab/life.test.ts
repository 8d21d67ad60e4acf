/** What becomes of a lab when something is missing, dies, or was left behind. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Lab } from "../../../local/lab/lab.ts";
import { abandoned, namesOfAll } from "../../../local/lab/namespaces.ts";
import { run } from "../../../local/lab/programs.ts";
import type { LabSpec } from "../../../local/lab/spec.ts";
import { leg, plainHost, routed } from "./specs.ts";

const one: LabSpec = { hosts: [plainHost("only", [leg("eth0", "a", "10.9.1.10/24")])] };
const flow = {
  from: "only",
  protocol: "udp",
  source: "10.9.1.10",
  sourcePort: 4_000,
  destination: "10.9.1.11",
  port: 53,
} as const;
const mayRun = process.platform === "linux" && process.getuid?.() === 0;

/** Waits for a condition, not for a time. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise(setImmediate);
}

describe.skipIf(!mayRun)("a lab's life (needs root on Linux)", () => {
  it("leaves nothing behind", async () => {
    const lab = await Lab.open(one);
    const names = lab.namespaces;
    const process = lab.agentProcess;
    expect(await namesOfAll()).toEqual(expect.arrayContaining([...names]));
    await lab.close();
    expect((await namesOfAll()).filter((name) => names.includes(name))).toEqual([]);
    expect(existsSync(`/proc/${process}`)).toBe(false);
  });

  it("says that its program has ended, to who waits and to who asks after", async () => {
    const lab = await Lab.open(one);
    try {
      const waiting = lab.send([flow], 60_000);
      process.kill(lab.agentProcess as number, "SIGKILL");
      await expect(waiting).rejects.toThrow("The lab's agent has ended: SIGKILL");
      await expect(lab.send([flow], 1)).rejects.toThrow("The lab's agent has ended: SIGKILL");
    } finally {
      await lab.close();
    }
  });

  it("names a namespace that is gone, and a host that never was", async () => {
    const lab = await Lab.open(one);
    try {
      await expect(lab.send([{ ...flow, from: "other" }], 1)).rejects.toThrow(
        "No host of the lab is called other",
      );
      const name = lab.namespaces.at(-1) as string;
      await run("ip", ["netns", "del", name]);
      await expect(lab.send([flow], 1)).rejects.toThrow(`namespace ${name} is not there`);
    } finally {
      await lab.close();
    }
  });

  it("names the host whose rules the kernel refuses, and leaves nothing", async () => {
    const before = await namesOfAll();
    await expect(Lab.open(routed('{"nftables": [{"add": {"chain": {}}}]}'))).rejects.toThrow(
      /^router: nsenter/,
    );
    expect((await namesOfAll()).filter((name) => !before.includes(name))).toEqual([]);
  });

  it("removes what a killed run left; its program has ended with it", async () => {
    const module = join(import.meta.dirname, "../../../local/lab/lab.ts");
    const program = `
      import { Lab } from ${JSON.stringify(module)};
      const lab = await Lab.open(${JSON.stringify(one)});
      console.log(JSON.stringify([lab.agentProcess, ...lab.namespaces]));
      setInterval(() => {}, 1e6);`;
    const killed = spawn(process.execPath, ["--input-type=module", "-e", program], { stdio: "pipe" });
    const printed = await new Promise<string>((resolve, reject) => {
      killed.once("exit", (status) => reject(new Error(`ended before it was killed: ${status}`)));
      killed.stdout.once("data", (chunk: Buffer) => resolve(chunk.toString()));
    });
    const [agent, ...names] = JSON.parse(printed) as [number, ...string[]];
    const ended = new Promise((resolve) => killed.on("exit", resolve));
    killed.kill("SIGKILL");
    await ended;
    await until(() => !existsSync(`/proc/${agent}`));
    expect(await namesOfAll()).toEqual(expect.arrayContaining(names));
    await (await Lab.open(one)).close();
    expect((await namesOfAll()).filter((name) => names.includes(name))).toEqual([]);
  });
});

it("takes for left behind what a process that is gone, or another of its number, called so", () => {
  const starts: Readonly<Record<number, string>> = { 12: "700", 13: "900" };
  const names = [
    "archipel-lab-11-500-1-0",
    "archipel-lab-12-700-1-0",
    "archipel-lab-13-800-1-fabric",
    "other",
  ];
  expect(abandoned(names, (process) => starts[process])).toEqual([names[0], names[2]]);
});
