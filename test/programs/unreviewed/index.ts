/** A branch that deploys more than was reviewed: the program runs on one estate and names another as the reviewed one. */
import { runStack } from "../../../stacks/program.ts";

const outputs = await runStack();

export const { provides, consumes, protection } = outputs;
export const estate = process.env.REVIEWED_ESTATE;
