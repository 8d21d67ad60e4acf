import { liesIn } from "../kit/addresses.ts";
import { consumedValues } from "../kit/estate.ts";
import type { Passage } from "../kit/host-rules.ts";
import { checkHostRules, configurations } from "../kit/host-scripts.ts";
import { nothingIfEmpty } from "../kit/joins.ts";
import { definePolicyOfEstate } from "../kit/policy.ts";
import { commandType } from "../kit/types.ts";

const ssh = 22;

/** Whether a way in lets a new session on the host's SSH server in from another machine. */
function letsSshIn({ incoming, states, protocol, ports }: Passage): boolean {
  if (incoming?.every((name) => name === "lo")) return false;
  if (states?.every((state) => state === "established" || state === "related")) return false;
  if (protocol !== undefined && !protocol.split(",").includes("tcp")) return false;
  return (
    ports === undefined ||
    ports.some((range) => {
      const [first = 0, last = first] = range.split("-").map(Number);
      return first <= ssh && ssh <= last;
    })
  );
}

export const managementFromBastionsOnly = definePolicyOfEstate(
  "management-from-bastions-only",
  (_, { resources }, report) => {
    const concerned = configurations(resources);
    if (concerned.length === 0) return nothingIfEmpty(concerned, commandType);
    const admin = consumedValues(resources, "subnets")?.get("admin");
    if (admin === undefined) {
      report("undetermined: the program does not say which subnet is admin (output `consumes.subnets`)");
      return undefined;
    }
    checkHostRules(resources, "input", report, (command, { passages }) => {
      for (const passage of passages.filter(letsSshIn)) {
        const { rule, sources, unknown } = passage;
        const why =
          unknown.length > 0
            ? `is undetermined (${unknown.join("; ")})`
            : sources === undefined
              ? "lets SSH in from any address"
              : sources.every((source) => liesIn(source, admin))
                ? undefined
                : `lets SSH in from ${sources.filter((source) => !liesIn(source, admin)).join(", ")}`;
        if (why !== undefined) report(`${command.name}: ${rule || "a rule"} ${why}`, command);
      }
    });
    return undefined;
  },
);
