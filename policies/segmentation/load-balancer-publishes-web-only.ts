import { written, wrong } from "../kit/facts.ts";
import { definePolicyOnEach } from "../kit/policy.ts";
import { frontendType } from "../kit/types.ts";

const web = [80, 443];

export const loadBalancerPublishesWebOnly = definePolicyOnEach(
  "load-balancer-publishes-web-only",
  [frontendType],
  (frontend) => wrong(written<number>(frontend, "inboundPort"), "inboundPort", (port) => web.includes(port)),
);
