/**
 * The three packs as one, under which every preview and update of `archipel` runs. The engine asks each pack about every resource, twice and
 * in turn: three processes cost a zone's preview 6 to 9 s more than this one, which judges the same.
 */
import { PolicyPack } from "@pulumi/policy";
import { exemptionsInUse } from "../kit/exemptions.ts";
import { programAsWritten } from "../kit/written.ts";
import { policies } from "./policies.ts";

new PolicyPack("archipel", {
  enforcementLevel: "mandatory",
  policies: [programAsWritten, ...policies, exemptionsInUse("archipel", policies)],
});
