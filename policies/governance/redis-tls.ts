import { written, wrong } from "../kit/facts.ts";
import { definePolicyOnEach } from "../kit/policy.ts";
import { redisType } from "../kit/types.ts";

export const redisTls = definePolicyOnEach("redis-tls", [redisType], (cache) =>
  wrong(written<boolean>(cache, "tlsEnabled"), "tlsEnabled", (on) => on, false),
);
