/** Resources that touch a network and have no reader: whatever they open is not known, so what they touch is undetermined. */
import { kindOf } from "./kinds.ts";
import type { Reading } from "./reading.ts";
import { factOf, fieldsOf, type Resource } from "./resource.ts";

/** Inputs by which the provider's resources reach a private network or a VPC (bridged schema, 1.54). */
const reaching = new Set([
  "privateNetworkId",
  "privateNetworks",
  "privateNetwork",
  "pnId",
  "vpcId",
  "gatewayId",
]);

export function noteNotUnderstood(reading: Reading): void {
  for (const resource of reading.resources) {
    if (!resource.type.startsWith("scaleway:") || kindOf(resource.type) !== undefined) continue;
    const property = Object.keys(resource.inputs).find((name) => reaching.has(name));
    if (property !== undefined)
      reading.note(
        resource,
        `inputs.${property}`,
        `${resource.type} is not understood`,
        scopeOf(reading, resource, property),
      );
  }
}

/** The one private network that it reaches; all verdicts hang on it otherwise. */
function scopeOf(reading: Reading, resource: Resource, property: string): string | undefined {
  const value = resource.inputs[property];
  const first = Array.isArray(value) && value.length === 1 ? (value[0] as unknown) : value;
  const fields = fieldsOf(first);
  const fact = factOf(
    typeof first === "string" ? first : (fields.pnId ?? fields.privateNetworkId ?? fields.id),
  );
  const network = fact.kind === "known" ? reading.byId("privateNetwork", String(fact.value)) : undefined;
  return network === undefined ? undefined : reading.keyOf(network);
}
