import { execa } from "execa";
import { expect, it } from "vitest";

it("ends without a word when nobody reads on, as in `| head`", async () => {
  const command = execa(process.execPath, ["operations/main.ts", "plan", "estates/guadeloupe", "--json"], {
    cwd: new URL("../..", import.meta.url),
    reject: false,
  });
  command.stdout.destroy();
  const { exitCode, stderr } = await command;
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
});
