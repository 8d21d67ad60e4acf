/** The pack `governance`: what there is has an owner, an end, a key and a price. */
import { PolicyPack } from "@pulumi/policy";
import { exemptionsInUse } from "../kit/exemptions.ts";
import { programAsWritten } from "../kit/written.ts";
import { policies } from "./policies.ts";

new PolicyPack("governance", {
  enforcementLevel: "mandatory",
  policies: [programAsWritten, ...policies, exemptionsInUse("governance", policies)],
});
