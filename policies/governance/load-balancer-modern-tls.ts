import { written, wrong } from "../kit/facts.ts";
import { definePolicyOnEach } from "../kit/policy.ts";
import { loadBalancerType } from "../kit/types.ts";

export const loadBalancerModernTls = definePolicyOnEach(
  "load-balancer-modern-tls",
  [loadBalancerType],
  (balancer) =>
    wrong(
      written<string>(balancer, "sslCompatibilityLevel"),
      "sslCompatibilityLevel",
      (level) => level === "ssl_compatibility_level_modern",
      "ssl_compatibility_level_intermediate",
    ),
);
