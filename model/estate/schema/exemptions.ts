/** exemptions.yaml: what policies are told to let be, for a while. Read by the policy packs; the planner never sees it. */
import { z } from "zod";

const exemption = z.strictObject({
  policy: z.string().min(2).describe("name of one policy"),
  urn: z
    .string()
    .regex(/^urn:/, "a URN")
    .describe("URN of one resource, or the subject that the violation names"),
  reason: z.string().trim().min(8).max(300),
  approver: z.string().trim().min(2).max(80).describe("who answers for it: a team, never a person"),
  expires: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/, "a day written YYYY-MM-DD")
    .describe("last day that it holds; past it, what it covered is a violation again"),
});

export const exemptions = z.strictObject({ exemptions: z.array(exemption) });

export type Exemption = z.output<typeof exemption>;
