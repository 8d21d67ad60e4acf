import { definePolicyOnEach } from "../kit/policy.ts";
import { openToEveryone, securityRuleTypes } from "../kit/security-rules.ts";

/** SMB, SQL Server, Oracle, NFS, MySQL, PostgreSQL, Redis, Elasticsearch, Memcached, MongoDB. */
const data = [445, 1433, 1521, 2049, 3306, 5432, 6379, 9200, 11211, 27017];

export const dataPortsClosed = definePolicyOnEach("data-ports-closed", securityRuleTypes, (group) =>
  openToEveryone(group, data),
);
