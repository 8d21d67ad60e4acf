import { parse, serialize } from "just-bash";
import type { ShellFrame } from "./command.ts";

/** Text of the functions a script defines, so that a trap which runs after the script can call them. */
function functionsOf(source: string): string {
  try {
    const script = parse(source);
    const definitions: string[] = [];
    for (const statement of script.statements) {
      const isDefinition = statement.pipelines.some(({ commands }) =>
        commands.some(({ type }) => type === "FunctionDef"),
      );
      if (isDefinition) definitions.push(serialize({ ...script, statements: [statement] }));
    }
    return definitions.join("\n");
  } catch {
    return "";
  }
}

/** What a shell's EXIT trap runs as, or undefined when it set none. `$?` in it is the shell's exit code. */
export function exitTrap(
  frame: ShellFrame,
  exitCode: number,
): { script: string; variables: Record<string, string> } | undefined {
  if (!frame.onExit) return undefined;
  const script = `${functionsOf(frame.source)}\n(exit ${exitCode})\n${frame.onExit.script}`;
  return { script, variables: frame.onExit.variables };
}
