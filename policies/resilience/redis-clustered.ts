import { written, wrong } from "../kit/facts.ts";
import { definePolicyOnEach } from "../kit/policy.ts";
import { redisType } from "../kit/types.ts";

export const redisClustered = definePolicyOnEach("redis-clustered", [redisType], (cache) =>
  wrong(written<number>(cache, "clusterSize"), "clusterSize", (size) => size >= 2, 1),
);
