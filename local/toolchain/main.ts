/** `npm run toolchain`: gets the Pulumi engine and its plugins, and says where they are. */
import { ensureToolchain, ToolchainError } from "./index.ts";

try {
  const toolchain = await ensureToolchain({ report: (line) => process.stdout.write(`${line}\n`) });
  const versions = Object.entries(toolchain.versions).map(([name, version]) => `${name} ${version}`);
  process.stdout.write(`Ready in ${toolchain.bin}: ${versions.join(", ")}.\n`);
} catch (error) {
  if (!(error instanceof ToolchainError)) throw error;
  process.stderr.write(`${error.code}: ${error.message}\n`);
  process.exitCode = error.exitCode;
}
