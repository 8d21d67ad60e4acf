/** What Scaleway sells in Paris, as recorded: offers, operating systems, quotas. Nothing here is asked of an API at run time. */
export type { BareMetalOffer } from "./catalogue/bare-metal.ts";
export { bareMetalOffers } from "./catalogue/bare-metal.ts";
export type { InstanceType } from "./catalogue/instances.ts";
export { instanceTypes } from "./catalogue/instances.ts";
export type { OperatingSystem } from "./catalogue/operating-systems.ts";
export { gatewayTypes, operatingSystems } from "./catalogue/operating-systems.ts";
export type { QuotaEntry } from "./catalogue/quotas.ts";
export { isQuota, quotaDefault, quotaNames } from "./catalogue/quotas.ts";
