/** The rules that a program loads on its hosts, found in what it runs there. */
import type { PolicyResource } from "@pulumi/policy";
import { ofType, written } from "./facts.ts";
import { type Hook, type HookRules, RulesetError, rulesAt } from "./host-rules.ts";
import type { Report } from "./policy.ts";
import { commandType } from "./types.ts";

/** Files that the host's script writes: `file MODE PATH <<'ARCHIPEL_EOF'`, the content, and the mark alone on a line. */
const filePattern = /^file \d{4} (\S+) <<'ARCHIPEL_EOF'\n([\s\S]*?)^ARCHIPEL_EOF$/gm;

const rulesPath = "/etc/nftables/archipel.json";

/** Commands that configure a host over its private path. */
export function configurations(resources: readonly PolicyResource[]): readonly PolicyResource[] {
  return ofType(resources, commandType).filter(({ name }) => name.endsWith("-configure"));
}

/**
 * Hands each host's rules at a hook to `check`. What cannot be read is a violation of the policy that asks: rules that nobody can read
 * are no proof of anything.
 */
export function checkHostRules(
  resources: readonly PolicyResource[],
  hook: Hook,
  report: Report,
  check: (command: PolicyResource, rules: HookRules) => void,
): void {
  for (const command of configurations(resources)) {
    const script = written<string>(command, "stdin");
    if (script.kind !== "known") {
      report(`${command.name}: the host's configuration is undetermined`, command);
      continue;
    }
    const rules = rulesIn(script.value);
    if (rules === undefined) {
      report(`${command.name}: loads no rules at ${rulesPath}`, command);
      continue;
    }
    try {
      check(command, rulesAt(hook, rules));
    } catch (error) {
      if (!(error instanceof RulesetError)) throw error;
      report(`${command.name}: its rules cannot be read: ${error.message}`, command);
    }
  }
}

/** Rules that the command loads on its host; undefined when the script loads none. */
function rulesIn(script: string): string | undefined {
  for (const [, path, content] of script.matchAll(filePattern)) if (path === rulesPath) return content;
  return undefined;
}
