import { join } from "node:path";
import { RunError } from "@pulumi/pulumi";
import { afterEach, describe, expect, it, vi } from "vitest";
import { runStack } from "../../stacks/program.ts";
import { known, layOut } from "../helpers/laid-out.ts";
import { withOperatorKey } from "./run.ts";

const small = join(import.meta.dirname, "../estates/small");
afterEach(() => {
  vi.unstubAllEnvs();
});
const config = { "archipel:estate": small, "archipel:protection": "off" };

describe("runStack", () => {
  it("runs the program that the stack's name says, and exports where the estate lies", async () => {
    await withOperatorKey(async (environment) => {
      vi.stubEnv("ARCHIPEL_SSH_KEY_FILE", environment.ARCHIPEL_SSH_KEY_FILE);
      const { result, ofType } = await layOut(runStack, { stack: "small.foundation", config });
      expect(result.estate).toBe(small);
      expect(ofType("PrivateNetwork")).toHaveLength(8);
      expect(ofType("Zone")[0]?.options.retainOnDelete).toBe(false);
    });
  });

  it("previews a zone on a backend that never saw the foundation", async () => {
    await withOperatorKey(async (environment) => {
      vi.stubEnv("ARCHIPEL_SSH_KEY_FILE", environment.ARCHIPEL_SSH_KEY_FILE);
      const { ofType } = await layOut(runStack, { stack: "small.par-2", mode: "preview", config });
      expect(ofType("Server")).toHaveLength(9);
    });
  });

  it("reads what other stacks of the estate provide, and no other project's", async () => {
    await withOperatorKey(async (environment) => {
      vi.stubEnv("ARCHIPEL_SSH_KEY_FILE", environment.ARCHIPEL_SSH_KEY_FILE);
      const foundation = await layOut(runStack, { stack: "small.foundation", config });
      const provides = await known(foundation.result.provides);
      const stacks = { "organization/archipel/small.foundation": { provides } };
      const { the } = await layOut(runStack, { stack: "small.witness", stacks, config });
      expect(the("witness-payroll", "PrivateNic").inputs.privateNetworkId).toBe("fr-par/id-of-payroll");
    });
  });

  it("takes the active zone from the stack's configuration, else from the estate", async () => {
    await withOperatorKey(async (environment) => {
      vi.stubEnv("ARCHIPEL_SSH_KEY_FILE", environment.ARCHIPEL_SSH_KEY_FILE);
      const activeZone = async (more: Record<string, string>) => {
        const { result } = await layOut(runStack, {
          stack: "small.dr",
          mode: "preview",
          config: { ...config, ...more },
        });
        return (await known(result.provides)) as { activeZone: string };
      };
      expect(await activeZone({})).toEqual({ activeZone: "par-1" });
      expect(await activeZone({ "archipel:activeZone": "" })).toEqual({ activeZone: "par-1" });
      expect(await activeZone({ "archipel:activeZone": "par-2" })).toEqual({ activeZone: "par-2" });
    });
  });

  it.each([
    ["a stack of no part", "small.par-3", {}, /STACK-006.*small\.par-3/],
    ["an estate of another name", "large.foundation", {}, /STACK-007.*large/],
    ["an unknown zone", "small.dr", { "archipel:activeZone": "par-9" }, /STACK-008.*activeZone.*par-9/],
    ["an unknown protection", "small.dr", { "archipel:protection": "maybe" }, /STACK-008.*protection/],
    ["a folder that is not there", "small.dr", { "archipel:estate": `${small}-missing` }, /STACK-003/],
  ])("refuses %s before it makes anything", async (_, stack, more, message) => {
    await expect(layOut(runStack, { stack, config: { ...config, ...more } })).rejects.toThrow(message);
  });
});

describe("the entry", () => {
  it("shows a user's mistake without a stack trace", async () => {
    const refused = layOut(() => import("../../stacks/index.ts"), { stack: "nonsense", config });
    await expect(refused).rejects.toSatisfy(
      (error) => RunError.isInstance(error) && /STACK-006/.test(String(error)),
    );
  });
});
