import { outputOf } from "../kit/estate.ts";
import { ofType, written } from "../kit/facts.ts";
import { nothingIfEmpty } from "../kit/joins.ts";
import { definePolicyOfEstate } from "../kit/policy.ts";
import { partOf } from "../kit/program.ts";
import { commandType } from "../kit/types.ts";

export const drThroughServingZone = definePolicyOfEstate("dr-through-serving-zone", (_, program, report) => {
  if (partOf(program) !== "dr") return { notApplicable: "the stack is not dr" };
  const { resources } = program;
  const commands = ofType(resources, commandType);
  const active = outputOf<string>(resources, "provides", "activeZone");
  const bastion = outputOf<string>(resources, "consumes", "publicAddresses", `bastion.${active}`, "address");
  for (const command of commands) {
    const door = written<string>(command, "connection", "proxy", "host");
    if (bastion === undefined)
      report(`${command.name}: undetermined, the program does not say which bastion serves`, command);
    else if (door.kind === "undetermined") report(`${command.name}: its bastion is undetermined`, command);
    else if (door.kind === "absent" || door.value !== bastion)
      report(`${command.name}: does not go through the bastion of ${active}, which serves`, command);
  }
  return nothingIfEmpty(commands, commandType);
});
