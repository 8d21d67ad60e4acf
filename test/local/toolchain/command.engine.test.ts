import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Project } from "./project.ts";
import { newKey, SshServer } from "./ssh-server.ts";

const key = newKey();

interface Wanted {
  readonly stdin?: string;
  readonly trigger?: string;
  readonly create?: string;
  readonly hostKey?: string;
  readonly host?: string;
  readonly secretStdin?: boolean;
}

describe("remote.Command", () => {
  const machine = new SshServer(key);
  const bastion = new SshServer(key);
  let ports: { readonly machine: number; readonly bastion: number };
  let project: Project;

  /** A command on `machine`, through `bastion`, both known by their host keys. */
  const program = (wanted: Wanted = {}): string => `
import * as pulumi from "@pulumi/pulumi";
import { remote } from "@pulumi/command";
const privateKey = ${JSON.stringify(key.private)};
const command = new remote.Command("command", {
  connection: {
    host: "127.0.0.1", port: ${ports.machine}, user: "operator", privateKey,
    hostKey: ${JSON.stringify(wanted.hostKey ?? machine.hostKey.public)}, dialErrorLimit: 1, perDialTimeout: 5,
    proxy: {
      host: "127.0.0.1", port: ${ports.bastion}, user: "operator", privateKey,
      hostKey: ${JSON.stringify(bastion.hostKey.public)}, dialErrorLimit: 1, perDialTimeout: 5,
    },
  },
  create: ${JSON.stringify(wanted.create ?? "apply first")},
  update: "apply again",
  delete: "remove",
  stdin: pulumi.secret(${JSON.stringify(wanted.stdin ?? "content one")}),
  environment: { STAGE: "sealed" },
  triggers: [${JSON.stringify(wanted.trigger ?? "same")}],
});
export const printed = command.stdout;
`;

  beforeAll(async () => {
    ports = { machine: await machine.listen(), bastion: await bastion.listen() };
    project = await Project.create(["@pulumi/command"]);
    project.write(program());
    await project.up();
  });

  afterAll(async () => {
    project.remove();
    await Promise.all([machine.close(), bastion.close()]);
  });

  it("runs create through the bastion, with its standard input and environment", async () => {
    expect(machine.runs).toEqual([
      { command: "apply first", stdin: "content one", environment: { STAGE: "sealed" } },
    ]);
    expect(bastion.forwarded).toEqual([`127.0.0.1:${ports.machine}`]);
    expect(bastion.runs).toEqual([]);
    expect(await project.outputs()).toEqual({ printed: "content one" });
  });

  it("keeps the connection and what a secret input printed out of the state", async () => {
    const { text, resources } = await project.state();
    const [, line = ""] = key.private.split("\n");
    expect(text).not.toContain(line);
    expect(text).not.toContain("content one");
    const { inputs, outputs } = resources.find(({ type }) => type === "command:remote:Command") ?? {};
    expect(inputs?.connection).toHaveProperty("ciphertext");
    expect(outputs?.connection).toHaveProperty("ciphertext");
    expect(outputs?.stdout).toHaveProperty("ciphertext");
  });

  it("runs update, in place, on a change of stdin, and finds nothing to do after", async () => {
    expect(await project.preview()).toEqual([]);
    project.write(program({ stdin: "content two" }));
    expect(await project.preview()).toEqual(["update command"]);
    machine.runs.length = 0;
    await project.up();
    expect(machine.runs).toEqual([
      {
        command: "apply again",
        stdin: "content two",
        environment: {
          STAGE: "sealed",
          PULUMI_COMMAND_STDOUT: "content one",
          PULUMI_COMMAND_STDERR: "ran apply first",
        },
      },
    ]);
    expect(await project.outputs()).toEqual({ printed: "content two" });
    expect(await project.preview()).toEqual([]);
  });

  it("replaces on a change of triggers: create, then delete of the old one", async () => {
    project.write(program({ stdin: "content two", trigger: "other" }));
    expect(await project.preview()).toEqual(["replace command"]);
    machine.runs.length = 0;
    await project.up();
    expect(machine.runs.map(({ command }) => command)).toEqual(["apply first", "remove"]);
  });

  describe("that cannot do its work", () => {
    beforeEach(() => {
      machine.runs.length = 0;
    });

    it("refuses a machine with another host key, at once, and runs nothing there", async () => {
      project.write(program({ stdin: "content three", trigger: "other", hostKey: newKey().public }));
      const refused = await project.tryUp();
      expect(refused.exitCode).toBe(1);
      expect(refused.all).toMatch(/host key is not the expected one: expected SHA256:\S+, got SHA256:\S+/);
      expect(machine.runs).toEqual([]);
    });

    it("fails with the exit status and what was printed", async () => {
      project.write(program({ trigger: "third", create: "fail now" }));
      const failed = await project.tryUp();
      expect(failed.exitCode).toBe(1);
      expect(failed.all).toMatch(/exited with status 3/);
      expect(failed.all).toContain("ran fail now");
    });

    it("says how often it tried a machine that does not answer", async () => {
      const silent = new SshServer(key);
      const port = await silent.listen();
      await silent.close();
      project.write(program({ trigger: "fourth" }).replace(`port: ${ports.machine}`, `port: ${port}`));
      const failed = await project.tryUp();
      expect(failed.exitCode).toBe(1);
      expect(failed.all).toMatch(new RegExp(`127.0.0.1:${port}: no connection after 2 attempts`));
    });
  });

  it("runs delete when it goes", async () => {
    project.write("");
    machine.runs.length = 0;
    await project.up();
    expect(machine.runs.map(({ command }) => command)).toEqual(["remove"]);
  });
});

describe("local.Command", () => {
  let project: Project;

  const program = (content: string): string => `
import { local } from "@pulumi/command";
const command = new local.Command("command", {
  create: "cat; printf %s \\"$WHERE\\" >&2", update: "printf %s \\"$PULUMI_COMMAND_STDOUT then \\"; cat", stdin: ${JSON.stringify(content)},
  environment: { WHERE: "here" }, logging: "none",
});
export const printed = command.stdout;
export const complained = command.stderr;
`;

  beforeAll(async () => {
    project = await Project.create(["@pulumi/command"]);
  });

  afterAll(() => project.remove());

  it("runs create, then update with what was printed before; logging can be turned off", async () => {
    project.write(program("one"));
    await project.up();
    expect(await project.outputs()).toEqual({ printed: "one", complained: "here" });
    project.write(program("two"));
    expect(await project.up()).not.toContain("Diagnostics");
    expect(await project.outputs()).toEqual({ printed: "one then two", complained: "" });
  });
});
