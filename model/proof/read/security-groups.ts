/** Security groups of Instances: stateful filters of the public interface. */
import type { Filter, SecurityGroup } from "../network.ts";
import { originOf, type Reading } from "./reading.ts";
import { factOf, fieldsOf, flagOf, knownText, listOf, type Resource, textOf } from "./resource.ts";
import { protocolOf } from "./vpcs.ts";

const everyPort: readonly [number, number] = [0, 65535];

/** The group that a server is in; undefined when it names none, which filters nothing. `scope` is the server's key. */
export function securityGroupOf(
  reading: Reading,
  server: Resource,
  scope: string,
): SecurityGroup | undefined {
  const id = server.inputs.securityGroupId;
  if (id === undefined) return undefined;
  const group = reading.refer(server, "securityGroupId", id, "securityGroup", scope);
  if (group === undefined) return undefined;
  const extra = reading
    .of("securityGroupRules")
    .filter(
      (rules) =>
        reading.refer(rules, "securityGroupId", rules.inputs.securityGroupId, "securityGroup") === group,
    );
  const stateful = flagOf(group, "stateful");
  const side = (direction: "inbound" | "outbound"): Filter => {
    const policy = textOf(group, `${direction}DefaultPolicy`);
    if (policy.kind === "unknown" || policy.kind === "secret")
      reading.note(group, `inputs.${direction}DefaultPolicy`, policy.kind, scope);
    return {
      defaultPolicy: policy.kind === "known" && policy.value === "drop" ? "drop" : "accept",
      rules: [group, ...extra].flatMap((owner) => rulesOf(reading, owner, `${direction}Rules`, scope)),
    };
  };
  return {
    origin: originOf(group),
    stateful: stateful.kind !== "known" || stateful.value,
    inbound: side("inbound"),
    outbound: side("outbound"),
  };
}

/** The provider's defaults: TCP, from anywhere, every port (instance/securityGroup.ts, 1.54). */
function rulesOf(reading: Reading, owner: Resource, property: string, scope: string): Filter["rules"] {
  const list = listOf(owner, property);
  if (list.kind === "unknown" || list.kind === "secret")
    reading.note(owner, `inputs.${property}`, list.kind, scope);
  if (list.kind !== "known") return [];
  return list.value.map(fieldsOf).map((rule, index) => {
    for (const [field, value] of Object.entries(rule)) {
      const { kind } = factOf(value);
      if (kind === "unknown" || kind === "secret")
        reading.note(owner, `inputs.${property}[${index}].${field}`, kind, scope);
    }
    return {
      action: knownText(rule.action) === "drop" ? "drop" : "accept",
      protocol: rule.protocol === undefined ? "tcp" : protocolOf(rule.protocol),
      remote: knownText(rule.ipRange) ?? knownText(rule.ip) ?? "0.0.0.0/0",
      ports: portsOf(rule),
    };
  });
}

function portsOf({ port, portRange }: Readonly<Record<string, unknown>>): readonly [number, number] {
  const text = knownText(portRange);
  if (text !== undefined) {
    const [first, last] = text.split("-").map(Number) as [number, number?];
    return first === 0 && last === undefined ? everyPort : [first, last ?? first];
  }
  return typeof port === "number" && port !== 0 ? [port, port] : everyPort;
}
