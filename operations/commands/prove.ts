/** `archipel prove`: that nothing is open which nobody declared, as deployed or as the next update would leave it. */
import { type Command, Option } from "commander";
import { everyFailure, failuresText } from "../proof/failures.ts";
import { lossOf } from "../proof/losses.ts";
import { keepNetwork } from "../proof/networks.ts";
import { proveNetwork } from "../proof/prove.ts";
import { proofText } from "../proof/text.ts";
import { Progress, seconds } from "../terminal.ts";
import { answer, openNetwork, proofCommand, sourceHelp } from "./networks.ts";

interface Options {
  readonly json?: true;
  readonly from: string;
  readonly lose?: string;
  readonly everyFailure?: true;
  readonly network?: string;
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
    .action(async (reference: string, { json, from, lose, everyFailure: all, network: file }: Options) => {
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
        const report = proveNetwork(read, loss);
        answer(report, proofText, { json, held: report.held });
      }
    });
}
