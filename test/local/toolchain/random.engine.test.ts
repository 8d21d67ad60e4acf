import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Project } from "./project.ts";

const program = (keeper: string): string => `
import { RandomId, RandomPassword, RandomString } from "@pulumi/random";
const keepers = { turn: ${JSON.stringify(keeper)} };
const password = new RandomPassword("password", { length: 100, minSpecial: 3, overrideSpecial: "_", keepers });
const text = new RandomString("text", { length: 12, special: false, upper: false, numeric: false });
const id = new RandomId("id", { byteLength: 4, prefix: "x-" });
export const result = password.result;
export const hash = password.bcryptHash;
export const letters = text.result;
export const numbers = [id.hex, id.dec, id.b64Url, id.b64Std];
`;

describe("the random provider", () => {
  let project: Project;
  let first: Readonly<Record<string, unknown>>;

  beforeAll(async () => {
    project = await Project.create(["@pulumi/random"]);
    project.write(program("one"));
    await project.up();
    first = await project.outputs();
  });

  afterAll(() => project.remove());

  it("draws what is asked for", () => {
    expect(first.result).toMatch(/^[A-Za-z0-9_]{100}$/);
    expect(String(first.result).split("_").length).toBeGreaterThan(3);
    expect(first.hash).toMatch(/^\$2a\$10\$/);
    expect(first.letters).toMatch(/^[a-z]{12}$/);
    const [hex, dec, url] = first.numbers as readonly string[];
    expect(hex).toMatch(/^x-[0-9a-f]{8}$/);
    expect(dec).toBe(`x-${Number.parseInt(String(hex).slice(2), 16)}`);
    expect(Buffer.from(String(url).slice(2), "base64url").toString("hex")).toBe(String(hex).slice(2));
  });

  it("keeps a password and its hash out of the state, and ids as the official provider has them", async () => {
    const { text, resources } = await project.state();
    expect(text).not.toContain(String(first.result));
    expect(text).not.toContain(String(first.hash));
    const ids = new Map(resources.map(({ type, id }) => [type, id]));
    expect(ids.get("random:index/randomPassword:RandomPassword")).toBe("none");
    expect(ids.get("random:index/randomString:RandomString")).toBe(first.letters);
    expect(ids.get("random:index/randomId:RandomId")).toBe(String((first.numbers as string[])[2]).slice(2));
    const password = resources.find(({ type }) => type.endsWith("RandomPassword"));
    expect(password?.outputs).toMatchObject({
      lower: true,
      minLower: 0,
      minSpecial: 3,
      numeric: true,
      special: true,
    });
  });

  it("changes nothing without a change, and replaces on one", async () => {
    expect(await project.preview()).toEqual([]);
    project.write(program("two"));
    expect(await project.preview()).toEqual(["replace password"]);
    await project.up();
    const second = await project.outputs();
    expect(second.result).not.toBe(first.result);
    expect(second.letters).toBe(first.letters);
  });

  it("refuses what cannot be drawn, by property", async () => {
    project.write(
      `import { RandomPassword } from "@pulumi/random"; new RandomPassword("p", { length: 2, minLower: 3 });`,
    );
    const refused = await project.tryUp();
    expect(refused.exitCode).toBe(1);
    expect(refused.all).toMatch(/length is 2; it must be at least 3/);
  });
});
