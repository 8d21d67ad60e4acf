import { checkHostRules, configurations } from "../kit/host-scripts.ts";
import { nothingIfEmpty } from "../kit/joins.ts";
import { definePolicyOfEstate } from "../kit/policy.ts";
import { commandType } from "../kit/types.ts";

export const hostsDropForwarding = definePolicyOfEstate(
  "hosts-drop-forwarding",
  (_, { resources }, report) => {
    checkHostRules(resources, "forward", report, (command, { policies }) => {
      if (!policies.includes("drop"))
        report(`${command.name}: what it forwards is not dropped by default`, command);
    });
    return nothingIfEmpty(configurations(resources), commandType);
  },
);
