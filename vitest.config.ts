import { defineConfig } from "vitest/config";

/** Tests that start the real engine: few at a time, since each one keeps two cores busy. */
const engine = "test/**/*.engine.test.ts";

export default defineConfig({
  test: {
    passWithNoTests: false,
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
          fileParallelism: false,
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
