/** Names of a lab's namespaces, which tell whose they are: what a killed run left is known by its owner being gone. */
import { readFileSync } from "node:fs";
import { run } from "./programs.ts";

const family = "archipel-lab";
let labs = 0;

/** When a process began, in the kernel's ticks: process numbers are used again. Undefined: there is no such process. */
function startOf(process: number): string | undefined {
  try {
    // The name, in brackets, may hold anything.
    return readFileSync(`/proc/${process}/stat`, "utf8").split(") ").at(-1)?.split(" ")[19];
  } catch {
    return undefined;
  }
}

/** A prefix that no other lab has, of this process or another. */
export function newPrefix(): string {
  labs += 1;
  return `${family}-${process.pid}-${startOf(process.pid)}-${labs}-`;
}

/** Those of all names that belong to labs whose process is gone. */
export function abandoned(
  names: readonly string[],
  start: (process: number) => string | undefined = startOf,
): string[] {
  return names.filter((name) => {
    const owner = new RegExp(`^${family}-(\\d+)-(\\w+)-\\d+-`).exec(name);
    return owner !== null && start(Number(owner[1])) !== owner[2];
  });
}

export async function namesOfAll(): Promise<readonly string[]> {
  const listed = await run("ip", ["netns", "list"]);
  return listed
    .split("\n")
    .map((line) => line.split(" ")[0] as string)
    .filter((name) => name !== "");
}

/** Removes namespaces and with them every interface inside. `force`: those that are gone already are no error. */
export async function removeNamespaces(names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  await run("ip", ["-force", "-batch", "-"], names.map((name) => `netns del ${name}\n`).join("")).catch(
    async (error: unknown) => {
      const left = new Set(await namesOfAll());
      if (names.some((name) => left.has(name))) throw error;
    },
  );
}
