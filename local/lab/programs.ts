/** The machine's own programs, and whether it has all that a lab needs. */
import { spawn, spawnSync } from "node:child_process";
import { LabError } from "./errors.ts";

/** System programs are often not on the path of plain users. */
export const environment: NodeJS.ProcessEnv = {
  ...process.env,
  PATH: `${process.env.PATH ?? ""}:/usr/sbin:/sbin:/usr/local/go/bin`,
};

/** What a lab needs and this machine lacks, in words; empty: nothing. */
export function missingForLab(): readonly string[] {
  if (process.platform !== "linux") return ["Linux"];
  const programs = ["ip", "nft", "nsenter", "go"].filter(
    (name) => spawnSync("sh", ["-c", `command -v ${name}`], { env: environment }).status !== 0,
  );
  return [...(process.getuid?.() === 0 ? [] : ["root"]), ...programs];
}

/** Runs a program to its end and returns what it printed. Throws {@link LabError} with what it complained of. */
export function run(program: string, args: readonly string[], input = "", folder?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: environment, cwd: folder, stdio: "pipe" });
    let printed = "";
    let complaint = "";
    child.stdout.on("data", (chunk: Buffer) => {
      printed += chunk.toString();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      complaint += chunk.toString();
    });
    const told = `${program} ${args.join(" ")}`;
    child.on("error", (error) => reject(new LabError(`${told}: ${error.message}`)));
    child.on("close", (status) => {
      if (status === 0) resolve(printed);
      else reject(new LabError(`${told} failed: ${`${complaint}${printed}`.trim().slice(0, 2000)}`));
    });
    // A program that ends before it has read everything says why by its status.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
  });
}

/** Does the work for each item, a few at a time: there are few cores. */
export async function forEachOf<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const rest = [...items];
  const worker = async (): Promise<void> => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: 4 }, worker));
}
