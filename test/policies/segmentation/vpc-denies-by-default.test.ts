import { describe, expect, it } from "vitest";
import { vpcDeniesByDefault } from "../../../policies/segmentation/vpc-denies-by-default.ts";
import { type Sketch, unknown, violationsOf } from "../resources.ts";

const vpc: Sketch = { type: "scaleway:network/vpc:Vpc", name: "vpc-a" };
const acl = (family: 4 | 6, props: Record<string, unknown> = {}): Sketch => ({
  type: "scaleway:network/acl:Acl",
  name: `acl-${family}`,
  props: { vpcId: unknown, isIpv6: family === 6, defaultPolicy: "drop", rules: [], ...props },
  from: { vpcId: ["vpc-a"] },
});
const network = (after: readonly string[]): Sketch => ({
  type: "scaleway:network/privateNetwork:PrivateNetwork",
  name: "payroll",
  props: { vpcId: unknown },
  from: { vpcId: ["vpc-a"] },
  after,
});
const closed = network(["acl-4", "acl-6"]);

describe("vpc-denies-by-default", () => {
  it("accepts a VPC whose two ACLs drop before its networks are made, ids unknown", async () => {
    expect(await violationsOf(vpcDeniesByDefault, [vpc, acl(4), acl(6), closed])).toEqual([]);
  });

  it("does not apply to a program without VPC", async () => {
    expect(
      await violationsOf(vpcDeniesByDefault, [{ type: "scaleway:iam/sshKey:SshKey", name: "key" }]),
    ).toEqual([]);
  });

  it.each([
    ["one family is forgotten", [vpc, acl(4), network(["acl-4"])], "vpc-a: no ACL denies IPv6"],
    [
      "the default policy accepts",
      [vpc, acl(4, { defaultPolicy: "accept" }), acl(6), closed],
      "its default policy is accept",
    ],
    [
      "a rule accepts",
      [vpc, acl(4, { rules: [{ action: "accept" }] }), acl(6), closed],
      "rule 1 does not drop",
    ],
    ["a network is made before an ACL", [vpc, acl(4), acl(6), network(["acl-4"])], "open for an instant"],
    ["the policy is unknown", [vpc, acl(4, { defaultPolicy: unknown }), acl(6), closed], "undetermined"],
    ["the rules are unknown", [vpc, acl(4, { rules: unknown }), acl(6), closed], "undetermined"],
    [
      "a rule's action is unknown",
      [vpc, acl(4, { rules: [{ action: unknown }] }), acl(6), closed],
      "does not drop",
    ],
    [
      "the VPC is another program's",
      [{ type: "scaleway:network/privateNetwork:PrivateNetwork", name: "stray", props: { vpcId: unknown } }],
      "undetermined",
    ],
  ])("refuses when %s", async (_, sketches, expected) => {
    expect(await violationsOf(vpcDeniesByDefault, sketches as Sketch[])).toEqual([
      expect.stringContaining(expected),
    ]);
  });
});
