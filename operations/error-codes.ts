/** Every code that a command ends with. docs/errors.md lists them all; a test keeps the two alike. */
import type { ToolchainCode } from "../local/toolchain/errors.ts";

/** Whose turn it is: the reader's (exit code 2) or the machinery's (exit code 1). */
export type Blame = "user" | "failure";

export interface CodeEntry {
  readonly blame: Blame;
  readonly title: string;
  /** What to do where the message knows nothing better. */
  readonly hint: string;
}

export const codes = {
  "estate-unknown": {
    blame: "user",
    title: "no such estate",
    hint: "name a folder of `estates/`, or give the path of one with an organisation.yaml",
  },
  "estate-refused": {
    blame: "user",
    title: "estate with mistakes",
    hint: "correct what is listed, each at its place; `archipel check` lists it again",
  },
  "plan-refused": {
    blame: "user",
    title: "estate that cannot be planned",
    hint: "see [plan-errors.md](plan-errors.md) for the code that is listed",
  },
  "stack-unknown": { blame: "user", title: "no such stack", hint: "name one of the six stacks" },
  "stack-in-use": {
    blame: "user",
    title: "stack that another run holds",
    hint: "wait for it; after a killed run, `archipel recover STACK`",
  },
  "stack-not-up": {
    blame: "user",
    title: "stack that was never deployed",
    hint: "deploy it with `archipel up`, or ask for what an update would make: `--from preview`",
  },
  "zone-unknown": { blame: "user", title: "no such zone", hint: "name par-1 or par-2" },
  "loss-unknown": {
    blame: "user",
    title: "nothing of that name that could be lost",
    hint: "name a zone, or a member of a pair: `firewall:NAME`",
  },
  "log-missing": {
    blame: "user",
    title: "no log of every instant",
    hint: "ask it of the simulated Scaleway: on an account nobody writes it",
  },
  "number-unknown": { blame: "user", title: "not a whole number", hint: "give a whole number" },
  "source-unknown": {
    blame: "user",
    title: "no such source of a network",
    hint: "name states, preview, or a file that `archipel prove --network` wrote",
  },
  "document-unreadable": {
    blame: "user",
    title: "file that holds no network",
    hint: "write one with `archipel prove --network FILE`",
  },
  "file-unwritable": {
    blame: "user",
    title: "file that cannot be written",
    hint: "name one in a folder that is there and that you may write to",
  },
  "end-unknown": {
    blame: "user",
    title: "no such end of a flow",
    hint: "name a network, workload, server, guest or address of the estate",
  },
  "service-unknown": { blame: "user", title: "not a service", hint: "write it as tcp/5432, udp/53 or icmp" },
  "application-unknown": {
    blame: "user",
    title: "no such application",
    hint: "name an application of the estate",
  },
  "simulator-not-running": {
    blame: "user",
    title: "simulated Scaleway that is not running",
    hint: "start it: `archipel local start`",
  },
  "world-in-use": {
    blame: "user",
    title: "embedded world that is in use",
    hint: "say that you mean it, or put a killed run right first",
  },
  "account-only": {
    blame: "user",
    title: "command that needs credentials of an account",
    hint: "set the variables that the message names",
  },
  "engine-failed": {
    blame: "failure",
    title: "run that the Pulumi engine refused or ended",
    hint: "read what it said; all of it is in the log that the message names",
  },
  "policy-failed": {
    blame: "failure",
    title: "deployment that a policy refuses",
    hint: "correct what the policy names; `archipel policies` says why it is there",
  },
  "policy-undetermined": {
    blame: "failure",
    title: "policy without a verdict",
    hint: "make the value known that it waits for: no verdict is no permission",
  },
  "preview-not-clean": {
    blame: "failure",
    title: "preview right after an update that finds something to change",
    hint: "see what keeps changing, and report it",
  },
  "simulator-failed": {
    blame: "failure",
    title: "simulated Scaleway that did not start",
    hint: "read its log, which the message names",
  },
  "api-refused": {
    blame: "failure",
    title: "call that Scaleway's API refused",
    hint: "read its answer: most often a permission of the key, or a quota",
  },
  "api-unreachable": {
    blame: "failure",
    title: "Scaleway's API that does not answer",
    hint: "try again when it answers; nothing is concluded from half an answer",
  },
  "recovery-ambiguous": {
    blame: "failure",
    title: "killed run whose traces fit several things",
    hint: "decide in the console which one is meant, as the message says",
  },
  "failover-refused": {
    blame: "failure",
    title: "switch that would do more than switch",
    hint: "see what dr has drifted to; nothing was changed",
  },
  "drill-failed": {
    blame: "failure",
    title: "loss that did not go as it must",
    hint: "read the evidence that the message names",
  },
} as const satisfies Readonly<Record<string, CodeEntry>>;

export type Code = keyof typeof codes;

/** Codes of what gets the engine onto a machine; it cannot read this file, being there before anything is installed. */
export const toolchainCodes: Readonly<Record<ToolchainCode, CodeEntry>> = {
  "go-missing": {
    blame: "user",
    title: "machine without Go",
    hint: "install the version that the message names",
  },
  "go-too-old": {
    blame: "user",
    title: "Go that is too old",
    hint: "install the version that the message names",
  },
  "disk-full": {
    blame: "user",
    title: "not enough room on the disk",
    hint: "make room where the message says",
  },
  "build-failed": {
    blame: "failure",
    title: "engine or provider that could not be built",
    hint: "read what Go said; most often a registry that did not answer",
  },
};
