/** Edge Services: one pipeline a published service that asks for it, with a chain behind it for each zone. */
import { frontendKey } from "./balancers.ts";
import type { Layout } from "./layout.ts";
import type { EdgePlan } from "./plan.ts";
import { fqdnOf } from "./service-files.ts";

const plans = ["starter", "professional", "advanced"] as const;

/** The organisation subscribes once: the highest plan that a service asks for. */
export function edgePlan(layout: Layout): EdgePlan {
  const { edgeServices } = layout.estate.platform;
  const services = layout.estate.applications.flatMap((application) => application.services);
  const pipelines = edgeServices.flatMap(({ service, waf }) => {
    const found = services.find(({ name }) => name === service);
    if (found === undefined) return [];
    return [
      {
        key: service,
        name: `${layout.estate.organisation.organisation}-${service}`,
        service,
        fqdn: fqdnOf(layout, found.hostname),
        waf,
        frontends: { "par-1": frontendKey, "par-2": frontendKey },
      },
    ];
  });
  return { plan: plans.findLast((plan) => edgeServices.some((service) => service.plan === plan)), pipelines };
}
