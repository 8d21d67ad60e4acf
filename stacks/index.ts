/** The only entry: Pulumi.yaml's `main`. The stack's name says which program runs. */
import { RunError } from "@pulumi/pulumi";
import { MissingContractError } from "./contracts.ts";
import { StackInputError } from "./load-estate.ts";
import { runStack } from "./program.ts";

async function outputs() {
  try {
    return await runStack();
  } catch (error) {
    // Pulumi shows a RunError's message alone, without a stack trace.
    if (error instanceof StackInputError || error instanceof MissingContractError)
      throw new RunError(error.message);
    throw error;
  }
}

export const { provides, consumes, estate, protection } = await outputs();
