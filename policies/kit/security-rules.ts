/** What security groups let in from anywhere. */
import type { PolicyResource } from "@pulumi/policy";
import { isEverywhere } from "./addresses.ts";
import { indexesOf, written } from "./facts.ts";
import { securityGroupType, securityRulesType } from "./types.ts";

export const securityRuleTypes = [securityGroupType, securityRulesType] as const;

/**
 * Why a security group opens one of some ports to the whole internet, undefined when it does not.
 * @param ports TCP ports that must not be open to it
 */
export function openToEveryone(group: PolicyResource, ports: readonly number[]): string | undefined {
  const indexes = indexesOf(group, "inboundRules");
  if (indexes === undefined) return "its inbound rules are undetermined";
  for (const index of indexes) {
    const why = ruleOpening(group, index, ports);
    if (why !== undefined) return `inbound rule ${index + 1} ${why}`;
  }
  return undefined;
}

function ruleOpening(group: PolicyResource, index: number, ports: readonly number[]): string | undefined {
  const field = <T>(name: string) => written<T>(group, "inboundRules", index, name);
  const [action, protocol] = [field<string>("action"), field<string>("protocol")];
  const [range, single] = [field<string>("ipRange"), field<string>("ip")];
  const [port, portRange] = [field<number>("port"), field<string>("portRange")];
  if ([action, protocol, range, single, port, portRange].some(({ kind }) => kind === "undetermined"))
    return "is undetermined";
  if (action.kind === "known" && action.value !== "accept") return undefined;
  if (protocol.kind === "known" && !["TCP", "ANY"].includes(protocol.value.toUpperCase())) return undefined;
  // Without a range a rule is for every address; a single address is never everybody.
  if (range.kind === "known" ? !isEverywhere(range.value) : single.kind === "known") return undefined;
  const opened = ports.filter((asked) => covers(asked, port, portRange));
  return opened.length === 0 ? undefined : `opens tcp/${opened.join(", tcp/")} to every address`;
}

type Port = ReturnType<typeof written<number>>;
type PortRange = ReturnType<typeof written<string>>;

/** A rule that names no port is for all of them; the provider reads 0 as none. */
function covers(asked: number, port: Port, range: PortRange): boolean {
  if (port.kind === "known" && port.value !== 0) return port.value === asked;
  if (range.kind !== "known" || range.value === "") return true;
  const [first = 0, last = first] = range.value.split("-").map(Number);
  return first <= asked && asked <= last;
}
