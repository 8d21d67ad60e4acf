/** The pack `resilience`: losing a zone, a server or a copy loses nothing else. */
import { PolicyPack } from "@pulumi/policy";
import { exemptionsInUse } from "../kit/exemptions.ts";
import { programAsWritten } from "../kit/written.ts";
import { policies } from "./policies.ts";

new PolicyPack("resilience", {
  enforcementLevel: "mandatory",
  policies: [programAsWritten, ...policies, exemptionsInUse("resilience", policies)],
});
