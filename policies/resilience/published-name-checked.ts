import { ofType, written } from "../kit/facts.ts";
import { definePolicyOfEstate } from "../kit/policy.ts";
import { partOf } from "../kit/program.ts";
import { recordType } from "../kit/types.ts";

export const publishedNameChecked = definePolicyOfEstate(
  "published-name-checked",
  ({ applications, platform }, program, report) => {
    if (partOf(program) !== "dr") return { notApplicable: "names are the stack dr's" };
    const records = ofType(program.resources, recordType);
    const behindEdge = new Set(platform.edgeServices.map(({ service }) => service));
    const published = applications
      .flatMap(({ services }) => services)
      .filter(
        ({ exposure, protocol, name }) =>
          exposure === "public" && protocol === "tcp" && !behindEdge.has(name),
      );
    for (const { name, hostname } of published) {
      const label = hostname === "@" ? "" : hostname;
      const record = records.find((each) => {
        const own = written<string>(each, "name");
        return (own.kind === "known" ? own.value : "") === label;
      });
      if (record === undefined) report(`${name}: the program makes no record named ${hostname}`);
      else if (written(record, "httpService").kind === "absent")
        report(`${record.name}: nothing checks what it leads to, so nothing moves it`, record);
      else if (written(record, "httpService", "url").kind !== "known")
        report(`${record.name}: what is checked is undetermined`, record);
    }
    return undefined;
  },
);
