import { listJson, listText } from "../../nftables/listing.ts";
import { NftError, type Table } from "../../nftables/ruleset.ts";
import {
  type CommandContext,
  type CommandOutput,
  type CommandTable,
  failure,
  privileged,
} from "../command.ts";

/** Turns the few commands of nft's own language that hosts need into a JSON document. */
function commandDocument(words: readonly string[]): string {
  const [verb = "", kind = "", family = "", name = "", chain = ""] = words;
  const command = (body: object): string => JSON.stringify({ nftables: [{ [verb]: body }] });
  if (verb === "flush" && kind === "ruleset") return command({ ruleset: null });
  const verbs = ["add", "create", "delete", "destroy", "flush"];
  if (verbs.includes(verb) && kind === "table" && name !== "" && chain === "")
    return command({ table: { family, name } });
  if ((verb === "flush" || verb === "delete") && kind === "chain" && chain !== "") {
    return command({ chain: { family, table: name, name: chain } });
  }
  throw new NftError(
    `syntax error: "${words.join(" ")}": rules are likened in libnftables JSON only (nft -j -f FILE); ` +
      "in nft's own language: list, flush ruleset, add|delete|flush table, flush|delete chain",
  );
}

/** Documents of a file in nft's own language: comments and the commands above, one a line. */
function textDocuments(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.replace(/#.*$/, "").trim().replace(/;$/, ""))
    .filter((line) => line !== "")
    .map((line) => commandDocument(line.split(/\s+/)));
}

function list(words: readonly string[], json: boolean, context: CommandContext): CommandOutput {
  const [, kind = "ruleset", family, name] = words;
  const { ruleset } = context.host.rules;
  if (kind === "tables") {
    return { stdout: ruleset.tables.map((table) => `table ${table.family} ${table.name}\n`).join("") };
  }
  let tables: readonly Table[] = ruleset.tables;
  if (kind !== "ruleset") {
    tables = tables.filter((table) => table.family === family && table.name === name);
    if (tables.length === 0) return failure("Error: No such file or directory");
    if (kind === "set" || kind === "map" || kind === "chain") {
      const item = words[4];
      tables = tables.map((table) => ({
        ...table,
        counters: [],
        chains: kind === "chain" ? table.chains.filter((chain) => chain.name === item) : [],
        sets: kind === "chain" ? [] : table.sets.filter((set) => set.name === item),
      }));
      if (tables.every(({ chains, sets }) => chains.length + sets.length === 0))
        return failure("Error: No such file or directory");
    } else if (kind !== "table") return failure(`Error: list ${kind} is not likened`);
  }
  return { stdout: json ? listJson(ruleset, tables) : listText(tables) };
}

async function nft(args: string[], context: CommandContext): Promise<CommandOutput> {
  let json = false;
  let checkOnly = false;
  let file: string | undefined;
  const words: string[] = [];
  const rest = [...args];
  while (rest.length > 0) {
    const word = rest.shift() ?? "";
    if (word === "-f" || word === "--file") file = rest.shift() ?? "";
    else if (word === "--json") json = true;
    else if (word === "--check") checkOnly = true;
    else if (/^-[jcansStef]+$/.test(word)) {
      json ||= word.includes("j");
      checkOnly ||= word.includes("c");
      if (word.includes("f")) file = rest.shift() ?? "";
    } else words.push(...word.split(/\s+/).filter((part) => part !== ""));
  }
  if (words[0] === "list") return list(words, json, context);
  try {
    let documents: string[];
    if (file === undefined) documents = [json ? words.join(" ") : commandDocument(words)];
    else {
      const text = await context.read(file);
      documents = json ? [text] : textDocuments(text);
    }
    for (const document of documents) {
      if (checkOnly) context.host.checkRules(document);
      else context.host.loadRules(document);
    }
    return {};
  } catch (error) {
    if (error instanceof NftError) return failure(`Error: ${error.message}`);
    return failure(`Error: Could not open file "${file}": No such file or directory`);
  }
}

/** The packet filter's command. */
export const nftCommands: CommandTable = { nft: privileged(nft) };
