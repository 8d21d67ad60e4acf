/** The pack `segmentation`: one infected application cannot contaminate another. */
import { PolicyPack } from "@pulumi/policy";
import { exemptionsInUse } from "../kit/exemptions.ts";
import { programAsWritten } from "../kit/written.ts";
import { policies } from "./policies.ts";

new PolicyPack("segmentation", {
  enforcementLevel: "mandatory",
  policies: [programAsWritten, ...policies, exemptionsInUse("segmentation", policies)],
});
