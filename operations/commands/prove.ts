/** `archipel prove`: that nothing is open which nobody declared, as deployed or as the next update would leave it. */
import { type Command, Option } from "commander";
import { everyFailure, failuresText } from "../proof/failures.ts";
import { flowMatrix } from "../proof/flow-matrix.ts";
import { junitOf } from "../proof/junit.ts";
import { lossOf } from "../proof/losses.ts";
import { keepNetwork } from "../proof/networks.ts";
import { provedNetwork } from "../proof/prove.ts";
import { sarifOf } from "../proof/sarif.ts";
import { proofText } from "../proof/text.ts";
import { Progress, seconds } from "../terminal.ts";
import { answer, openNetwork, proofCommand, sourceHelp } from "./networks.ts";

/** `csv`: the flow matrix; `sarif`, `junit`: what keeps it from holding, for reviews and CI. */
const formats = ["csv", "sarif", "junit"] as const;

interface Options {
  readonly json?: true;
  readonly from: string;
  readonly lose?: string;
  readonly everyFailure?: true;
  readonly network?: string;
  readonly format?: (typeof formats)[number];
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
      new Option("--format <format>", "csv: the flow matrix; sarif, junit: what keeps it from holding")
        .choices(formats)
        .conflicts(["json", "everyFailure"]),
    )
    .action(
      async (reference: string, { json, from, lose, everyFailure: all, network: file, format }: Options) => {
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
          const { proof, report } = provedNetwork(read, loss);
          const texts = {
            csv: () => flowMatrix(read, proof),
            sarif: () => JSON.stringify(sarifOf(report), undefined, 2),
            junit: () => junitOf(report),
          };
          answer(report, format === undefined ? proofText : texts[format], {
            json,
            held: report.held,
            asIs: format !== undefined,
          });
        }
      },
    );
}
