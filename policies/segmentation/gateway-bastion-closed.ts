import { isEverywhere } from "../kit/addresses.ts";
import { textsOf, written } from "../kit/facts.ts";
import { definePolicyOnEach } from "../kit/policy.ts";
import { gatewayType } from "../kit/types.ts";

export const gatewayBastionClosed = definePolicyOnEach(
  "gateway-bastion-closed",
  [gatewayType],
  (gateway, { estate }) => {
    const bastion = written<boolean>(gateway, "bastionEnabled");
    if (bastion.kind === "undetermined") return "whether its own bastion is open is undetermined";
    if (bastion.kind === "absent" || !bastion.value) return undefined;
    // An estate has bastions of its own, which take declared keys alone.
    if (estate !== undefined) return "its own bastion is open, with every SSH key of the project";
    const ranges = textsOf(gateway, "allowedIpRanges");
    if (ranges === undefined) return "who may reach its bastion is undetermined";
    return ranges.length === 0 || ranges.some(isEverywhere)
      ? "its bastion answers every address, with every SSH key of the project"
      : undefined;
  },
);
