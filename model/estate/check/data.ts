/** Data: where it is held, what may be lost of it, what brings it back, when it ends. */
import type { ApplicationEntity, Check, Report } from "../draft.ts";
import { zoneKeys } from "../estate.ts";
import type { Register } from "./register.ts";
import { registerOf } from "./register.ts";

type Data = ApplicationEntity["value"]["data"][number];

export const checkData: Check = (draft, report) => {
  const register = registerOf(draft);
  for (const entity of draft.applications) {
    for (const [index, data] of entity.value.data.entries()) {
      checkHolder(entity, data, index, report);
      checkLoss(entity, data, index, report);
      checkCold(entity, data, index, register, report);
      if (
        (data.kind === "files" || data.kind === "bucket") &&
        data.personal !== "none" &&
        data.retentionDays === undefined
      ) {
        report("DATA-003", entity.file, ["data", index], {
          got: `${data.personal} ${data.kind} without \`retentionDays\``,
        });
      }
    }
  }
};

function checkHolder({ file }: ApplicationEntity, data: Data, index: number, report: Report): void {
  if (data.kind !== "bucket" && data.workload === undefined)
    report("DATA-001", file, ["data", index], { got: `${data.kind} without \`workload\`` });
  if (data.kind === "bucket" && data.workload !== undefined)
    report("DATA-002", file, ["data", index, "workload"], { got: data.workload });
}

/** `rpoSeconds: 0` is synchronous replication between the zones under one writer's lease. */
function checkLoss({ file, value }: ApplicationEntity, data: Data, index: number, report: Report): void {
  if (data.rpoSeconds > 0 || data.kind === "bucket") return;
  const at = ["data", index, "rpoSeconds"];
  if (data.kind === "redis") report("DATA-005", file, at, { got: data.kind });
  const holder = value.workloads.find(({ name }) => name === data.workload);
  if (holder === undefined) return;
  const empty = zoneKeys.filter((zone) => holder.count?.[zone] === 0);
  if (empty.length > 0)
    report("DATA-004", file, at, { got: `0, and ${holder.name} has none in ${empty.join(", ")}` });
  if (holder.kind === "guest") report("DATA-007", file, at, { got: `0, on guests ${holder.name}` });
}

const secondsPerHour = 3600;

/**
 * A cold application comes back from its backups: what was written since the last one is lost. Not so for data replicated
 * synchronously, nor for a bucket, which spans three zones by itself.
 */
function checkCold(
  { file, value }: ApplicationEntity,
  data: Data,
  index: number,
  register: Register,
  report: Report,
): void {
  if (value.recovery !== "cold" || data.kind === "bucket" || data.rpoSeconds === 0) return;
  const level = data.backup === undefined ? undefined : register.levels.get(data.backup);
  if (data.backup !== undefined && level === undefined) return;
  const least = level === undefined ? undefined : level.everyHours * secondsPerHour;
  if (least === undefined) report("DATA-006", file, ["data", index], { got: "no `backup`" });
  else if (data.rpoSeconds < least) {
    report("DATA-006", file, ["data", index, "rpoSeconds"], {
      got: data.rpoSeconds,
      allowed: `${least} or more with backups of level ${data.backup}`,
    });
  }
}
