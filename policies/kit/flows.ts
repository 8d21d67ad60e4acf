/** Flows that an estate declares. */
import type { BaselineFlow, Estate } from "../../model/estate/index.ts";

export interface DeclaredFlow {
  /** `vendor-access → badges tcp/8443`. */
  readonly name: string;
  readonly flow: BaselineFlow;
  readonly ends: readonly string[];
}

export function declaredFlows(estate: Estate): readonly DeclaredFlow[] {
  const described = (from: string, flow: BaselineFlow): DeclaredFlow => ({
    name: `${from} → ${flow.to} ${flow.protocol}/${flow.ports.join(",")}`,
    flow,
    ends: [from, flow.to],
  });
  return [
    ...estate.defaults.flows.map((flow) => described("every application", flow)),
    ...estate.applications.flatMap(({ flows }) => flows.map((flow) => described(flow.from, flow))),
  ];
}
