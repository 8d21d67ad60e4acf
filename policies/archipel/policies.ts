/** The policies of all packs. */
import { policies as governance } from "../governance/policies.ts";
import { policies as resilience } from "../resilience/policies.ts";
import { policies as segmentation } from "../segmentation/policies.ts";

export const policies = [...segmentation, ...resilience, ...governance] as const;
