#!/usr/bin/env node
// Plain JavaScript on purpose: this file runs on whatever Node the machine has (18 or later) and hands
// over to the Node 24 of the lockfile, which runs TypeScript sources as they are.
import { spawn } from "node:child_process";
import { readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { constants, homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The first Node that strips types without a warning. */
const LEAST = [24, 12];
const FORWARDED = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR2"];

/** The checkout this file belongs to. */
export const checkout = fileURLToPath(new URL("../../..", import.meta.url)).replace(/\/$/, "");

function fits(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
  return major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1]);
}

/** The path of a Node that fits: the running one, else the one that `npm ci` installed; undefined if none. */
export function findNode() {
  if (fits(process.version)) return process.execPath;
  const name = `node-${process.platform}-${process.arch}`;
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
    const { version } = JSON.parse(readFileSync(manifest, "utf8"));
    return fits(version) ? join(dirname(manifest), "bin", "node") : undefined;
  } catch {
    return undefined;
  }
}

function refuse(lines) {
  process.stderr.write(`${lines.join("\n")}\n`);
  process.exit(2);
}

// Ctrl-C reaches every process of the terminal's foreground group by itself; forwarding it as well would
// make it two, and Pulumi takes a second one for "stop without cleaning up".
function inForeground() {
  try {
    const stat = readFileSync("/proc/self/stat", "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[4] !== "0" && fields[2] === fields[5];
  } catch {
    return Boolean(process.stdin.isTTY);
  }
}

/** Runs Node 24 with these arguments in place of this process: same terminal, signals and exit code. */
export function runNode(args) {
  const node = findNode();
  if (node === undefined) {
    refuse([
      `Archipel needs Node ${LEAST.join(".")} or later; this is Node ${process.version} on ${process.platform}-${process.arch}.`,
      "On Linux (x64 or arm64) `npm ci` installs it beside the other packages: run it without --omit=optional.",
      "Elsewhere, install Node 24 and put it first on PATH.",
    ]);
  }
  const child = spawn(node, args, {
    stdio: "inherit",
    env: {
      // Sources are compiled once for all commands and programs; Node itself tells by their content when to do it again.
      NODE_COMPILE_CACHE: join(
        process.env.XDG_CACHE_HOME || join(homedir(), ".cache"),
        "archipel",
        "compiled",
      ),
      ...process.env,
      PATH: [dirname(node), process.env.PATH].filter(Boolean).join(delimiter),
    },
  });
  for (const signal of FORWARDED) {
    process.on(signal, () => {
      if (!(signal === "SIGINT" && inForeground())) child.kill(signal);
    });
  }
  child.on("error", (error) => {
    refuse([
      `Node 24 does not start: ${error.message} (${node}).`,
      "The packaged one needs glibc 2.28 or later; elsewhere install Node 24 and put it first on PATH.",
    ]);
  });
  child.on("exit", (code, signal) => {
    process.exit(code ?? 128 + (constants.signals[signal] ?? 0));
  });
}

function isMain() {
  try {
    return process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url);
  } catch {
    return false;
  }
}

if (isMain()) runNode(process.argv.slice(2));
