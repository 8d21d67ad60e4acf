import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Credentials } from "../../../operations/embedded/credentials.ts";
import {
  accountEnvironment,
  embeddedEnvironment,
  embeddedVariables,
  exportLines,
  placeOf,
} from "../../../operations/embedded/environment.ts";
import { worldAt } from "../../../operations/embedded/world.ts";

const world = worldAt("/srv/clone");
const tools = { bin: "/srv/tools" };
const credentials: Credentials = {
  accessKey: "SCW0123456789ABCDEFG",
  secretKey: "11111111-1111-4111-8111-111111111111",
  controlToken: "control-token-of-a-test",
  organizationId: "22222222-2222-4222-8222-222222222222",
  projectId: "33333333-3333-4333-8333-333333333333",
  port: 4321,
  publicAddresses: "127.70.0.0/20",
};

describe("the place that the environment chooses", () => {
  it("is the embedded world when nothing is set", () => {
    expect(placeOf(world, { PATH: "/bin", SCW_PROFILE: "" })).toBe("embedded");
  });

  it.each(["SCW_SECRET_KEY", "SCW_PROFILE", "PULUMI_BACKEND_URL"])("is an account when %s is set", (name) => {
    expect(placeOf(world, { [name]: "something" })).toBe("account");
  });

  it("is the embedded world when the variables are those that `archipel env` printed", () => {
    expect(placeOf(world, embeddedVariables(world, credentials))).toBe("embedded");
    expect(placeOf(worldAt("/srv/other"), embeddedVariables(world, credentials))).toBe("account");
  });
});

describe("the embedded environment", () => {
  const environment = embeddedEnvironment(world, credentials, tools, {
    PATH: "/bin",
    HOME: "/home/someone",
    SCW_SECRET_KEY: "a key of the user's own",
    SCW_PROFILE: "production",
    PULUMI_ACCESS_TOKEN: "a token of the user's own",
    PULUMI_STACK: "production",
  });

  it("holds nothing of another Scaleway or Pulumi", () => {
    expect(environment.SCW_SECRET_KEY).toBe(credentials.secretKey);
    expect(environment.SCW_PROFILE).toBeUndefined();
    expect(environment.PULUMI_ACCESS_TOKEN).toBeUndefined();
    expect(environment.PULUMI_STACK).toBeUndefined();
    expect(environment.HOME).toBe("/home/someone");
  });

  it("never tells the simulator's own token, nor the passphrase by value", () => {
    expect(Object.values(environment).join("\n")).not.toContain(credentials.controlToken);
    expect(environment.PULUMI_CONFIG_PASSPHRASE).toBeUndefined();
    expect(environment.PULUMI_CONFIG_PASSPHRASE_FILE).toBe(join(world.home, "passphrase"));
  });

  it("finds the engine first, then this Node", () => {
    const [first, second] = (environment.PATH as string).split(":");
    expect(first).toBe("/srv/tools");
    expect(join(second as string, "node")).toBe(process.execPath);
  });
});

it("leaves an account's variables alone", () => {
  const environment = accountEnvironment(world, tools, {
    PATH: "/bin",
    SCW_SECRET_KEY: "own",
    PULUMI_HOME: "/home/own",
  });
  expect(environment).toMatchObject({ SCW_SECRET_KEY: "own", PULUMI_HOME: "/home/own" });
  expect(environment.SCW_API_URL).toBeUndefined();
});

it("quotes what a shell would read otherwise", () => {
  expect(exportLines({ B: "it's $HOME", A: "1" })).toBe("export A='1'\nexport B='it'\\''s $HOME'");
});
