import { expect, it } from "vitest";
import { plain, readable, readableErrors } from "../../../operations/engine/messages.ts";

const refused = `invocation of scaleway:elasticmetal/getOffer:getOffer returned an error: 1 error occurred:
	* scaleway-sdk-go: http error 503 Service Unavailable`;

const thrown = (
  waiting: number,
): string => `<{%reset%}>Running program '/checkout/stacks/index.ts' failed with an unhandled exception:
\u001b[36m<ref *1>\u001b[39m Error: ${'error serializing property "offer": '.repeat(waiting)}${refused}


    at Object.callback (/checkout/node_modules/@pulumi/runtime/invoke.ts:281:37)
    at processTicksAndRejections (node:internal/process/task_queues:85:11) {
  promise: Promise { <rejected> [Circular *1] }
}
<{%reset%}>`;

it("takes colours away", () => {
  expect(plain("<{%fg 1%}>no\u001b[0m way<{%reset%}>")).toBe("no way");
});

it("keeps what an error says and leaves out where it was thrown", () => {
  expect(readable(thrown(3))).toBe(refused);
  expect(readable("error: conflict: the name is taken\n  allowed: another\n")).toBe(
    "error: conflict: the name is taken\n  allowed: another",
  );
});

it("says the same thing once, and no more than ten", () => {
  expect(readableErrors([thrown(1), thrown(2), thrown(0)])).toEqual([refused]);
  const many = readableErrors(Array.from({ length: 13 }, (_, index) => `error ${index}`));
  expect(many).toHaveLength(11);
  expect(many.at(-1)).toBe("and 3 more");
});
