import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** Tests that start the real engine, each in a world of its own with addresses of its own. */
const engine = "test/**/*.engine.test.ts";

export default defineConfig({
  test: {
    passWithNoTests: false,
    // Vitest leaves a core for itself, which waits most of the time: on two cores nothing would run side by side.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: [engine],
          setupFiles: ["test/setup/silence.ts"],
          // Generous: tests of the real engine run beside these, and a busy machine is no failure.
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "engine",
          include: [engine],
          setupFiles: ["test/setup/silence.ts"],
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
