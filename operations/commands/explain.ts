/** `archipel explain`: why one thing reaches another, or all that keeps it from it. */
import type { Command } from "commander";
import { explainNetwork } from "../proof/explain.ts";
import { explanationText } from "../proof/explain-text.ts";
import { answer, openNetwork, proofCommand, sourceHelp } from "./networks.ts";

interface Options {
  readonly json?: true;
  readonly from: string;
}

export function addExplainCommand(program: Command): void {
  proofCommand(program, "explain", "all that allows a flow, or all that would have to change for it to pass")
    .argument("<sender>", "a network, workload, server, guest, site, address, internet or vpn")
    .argument("<receiver>", "the same")
    .argument("[service]", "tcp/5432, udp/53 or icmp", "tcp/443")
    .option("--from <source>", sourceHelp, "states")
    .action(async (reference: string, from: string, to: string, service: string, options: Options) => {
      const report = explainNetwork(await openNetwork(reference, options.from), { from, to, service });
      answer(report, explanationText, { json: options.json, held: report.held });
    });
}
