/** `archipel prove`: that nothing is open which nobody declared, as deployed or as the next update would leave it. */
import { resolve } from "node:path";
import { type Command, Option } from "commander";
import { ensureCredentials } from "../embedded/credentials.ts";
import { placeOf } from "../embedded/environment.ts";
import type { LogEntry } from "../embedded/simulator-control.ts";
import { simulatorControl } from "../embedded/simulator-control.ts";
import { requireSimulator } from "../embedded/simulator-process.ts";
import { worldAt } from "../embedded/world.ts";
import { VisibleError } from "../errors.ts";
import { requireEstate } from "../estates.ts";
import { writeOwnerFile } from "../owner-file.ts";
import { everyFailure, failuresText } from "../proof/failures.ts";
import { flowMatrix } from "../proof/flow-matrix.ts";
import { proofPage } from "../proof/html/page.ts";
import type { InstantsReport } from "../proof/instants.ts";
import { proveInstants } from "../proof/instants.ts";
import { instantsText } from "../proof/instants-text.ts";
import { junitOf } from "../proof/junit.ts";
import { locationsOf } from "../proof/locations.ts";
import { lossOf } from "../proof/losses.ts";
import { declaredBy, keepNetwork } from "../proof/networks.ts";
import { provedNetwork } from "../proof/prove.ts";
import { sarifOf } from "../proof/sarif.ts";
import { proofText } from "../proof/text.ts";
import { Progress, seconds } from "../terminal.ts";
import { answer, openNetwork, proofCommand, sourceHelp } from "./networks.ts";

/** `html`: all of it on a page; `csv`: the flow matrix; `sarif`, `junit`: what keeps it from holding, for reviews and CI. */
const formats = ["html", "csv", "sarif", "junit"] as const;

interface Options {
  readonly json?: true;
  readonly from: string;
  readonly lose?: string;
  readonly everyFailure?: true;
  readonly network?: string;
  readonly format?: (typeof formats)[number];
  readonly output?: string;
  readonly everyInstant?: true;
  readonly after: string;
  readonly compare: string;
}

export function addProveCommand(program: Command): void {
  proofCommand(
    program,
    "prove",
    "that nothing is open which the estate does not declare, and that what it declares passes",
  )
    .option("--from <source>", sourceHelp, "states")
    .option("--lose <what>", "par-1, par-2, or a member of a pair, firewall:NAME: what holds without it")
    .addOption(
      new Option(
        "--every-failure",
        "whole, without each zone, and without each member of a pair in turn",
      ).conflicts("lose"),
    )
    .option("--network <file>", "keep the network that was read, to prove or compare it later")
    .addOption(
      new Option(
        "--format <format>",
        "html: a page to search and click through; csv: the flow matrix; sarif, junit: what keeps it from holding",
      )
        .choices(formats)
        .conflicts(["json", "everyFailure"]),
    )
    .addOption(
      new Option("-o, --output <file>", "keep the format there, html unless said, and tell the verdict here")
        .implies({ format: "html" })
        .conflicts(["json", "everyFailure", "everyInstant"]),
    )
    .addOption(
      new Option(
        "--every-instant",
        "at every instant of what happened: the simulator's log, call by call and host by host",
      ).conflicts(["lose", "everyFailure", "network", "format", "from"]),
    )
    .option("--after <sequence>", "with --every-instant: only what came after this entry of the log", "0")
    .option(
      "--compare <number>",
      "with --every-instant: make the whole proof as well after so many entries",
      "50",
    )
    .action(async (reference: string, options: Options) => {
      const { json, from, lose, everyFailure: all, network: file, format, output } = options;
      if (options.everyInstant) {
        const report = await instantsOf(reference, options);
        answer(report, instantsText, { json, held: report.held });
        return;
      }
      const loss = lose === undefined ? undefined : lossOf(lose);
      const read = await openNetwork(reference, from);
      if (file !== undefined) keepNetwork(file, read.network);
      // Nothing undetermined is taken for held.
      if (all) {
        const progress = new Progress();
        const report = everyFailure(read, ({ lost, held, seconds: took }) =>
          progress.line(`  without ${lost}: ${held ? "holds" : "does not hold"} (${seconds(took)})`),
        );
        answer(report, failuresText, { json, held: report.held });
      } else {
        const proved = provedNetwork(read, loss);
        const { proof, report } = proved;
        const { held } = report;
        const texts = {
          html: () => proofPage(read, proved),
          csv: () => flowMatrix(read, proof),
          sarif: () => JSON.stringify(sarifOf(report, locationsOf(reference)), undefined, 2),
          junit: () => junitOf(report),
        };
        if (format !== undefined && output === undefined) {
          answer(report, texts[format], { json, held, asIs: true });
          return;
        }
        if (format !== undefined && output !== undefined)
          writeOwnerFile(resolve(output), `${texts[format]().trimEnd()}\n`);
        answer(report, proofText, { json, held });
      }
    });
}

/** Only the embedded world keeps a log of everything, the inside of its machines included. */
async function instantsOf(reference: string, { after, compare }: Options): Promise<InstantsReport> {
  const { folder, estate } = requireEstate(reference);
  const counts = { after: countOf("--after", after), compare: countOf("--compare", compare) };
  const world = worldAt();
  if (placeOf(world, process.env) !== "embedded")
    throw new VisibleError(
      "log-missing",
      "what happened at every instant is known of the simulated Scaleway alone",
      "Without Scaleway credentials in the environment, its log is read.",
    );
  const url = await requireSimulator(world);
  const { controlToken } = await ensureCredentials(world);
  const entries: LogEntry[] = [];
  for await (const entry of simulatorControl(url, controlToken).log(0)) entries.push(entry);
  return proveInstants({ estate, declared: declaredBy(folder, estate), entries, ...counts });
}

function countOf(option: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new VisibleError("number-unknown", `${option} ${text} is no whole number`);
}
