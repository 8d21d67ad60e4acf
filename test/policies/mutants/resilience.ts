/** Mutants that the pack `resilience` catches. */
import { added, type Mutant, set, the, without } from "./mutant.ts";

const instance = "assembly-server-par-1-1";
const backend = "load-balancer-par-1-backend-proxies";
const writer = "canteen-server-role";

export const mutants: Readonly<Record<string, Mutant>> = {
  "zone-forgotten": { base: "par-1", change: set("Server", instance, { zone: undefined }) },
  "server-in-the-other-zone": {
    base: "par-1",
    change: set("Server", "payroll-db-par-1-1", { zone: "fr-par-2" }),
  },
  "member-missing": { base: "par-1", change: without("Server", "collaboration-server-par-1-1") },
  "spare-member-missing": { base: "par-1", change: without("Server", "logs-store-par-1-2") },
  "peak-outgrows-a-zone": {
    base: "par-1",
    estate: { "organisation.yaml": [["growth: 4", "growth: 20"]] },
  },
  "health-check-by-default": {
    base: "par-1",
    change: set("Backend", backend, { healthCheckDelay: undefined }),
  },
  "backend-of-one-server": {
    base: "par-1",
    change: set("Backend", backend, ({ serverIps }) => ({
      serverIps: (serverIps as readonly string[]).slice(0, 1),
    })),
  },
  "dead-sessions-kept": {
    base: "par-1",
    change: set("Backend", backend, { onMarkedDownAction: undefined }),
  },
  "ttl-by-default": { base: "dr", change: set("Record", "appointments", { ttl: undefined }) },
  "fallback-on-itself": {
    base: "dr",
    change: set("Record", "business-aid", ({ data, httpService }) => ({
      httpService: { ...(httpService as object), ips: [data], strategy: "random" },
    })),
  },
  "published-name-unchecked": {
    base: "dr",
    change: set("Record", "appointments", { httpService: undefined }),
  },
  "protection-lifted": { base: "services", change: set("Instance", "database", {}, { protect: false }) },
  "server-protection-lifted": {
    base: "par-1",
    change: set("Server", "payroll-db-par-1-1", {}, { protect: false }),
  },
  "backup-disabled": { base: "services", change: set("Instance", "database", { disableBackup: true }) },
  "backup-kept-a-day": {
    base: "services",
    change: set("Instance", "database", { backupScheduleRetention: 1 }),
  },
  "backup-in-the-same-region": {
    base: "services",
    change: set("Instance", "database", { backupSameRegion: true }),
  },
  "database-alone": { base: "services", change: set("Instance", "database", { isHaCluster: undefined }) },
  "replica-in-the-same-zone": {
    base: "services",
    change: set("ReadReplica", "replica", { sameZone: undefined }),
  },
  "redis-alone": { base: "services", change: set("Cluster", "cache", { clusterSize: 1 }) },
  "versioning-off": { base: "services", change: set("Bucket", "letters", { versioning: undefined }) },
  "lock-off": { base: "services", change: set("Bucket", "copies", { objectLockEnabled: undefined }) },
  "lock-without-retention": {
    base: "services",
    change: without("BucketLockConfiguration", "copies-lock"),
  },
  "zonal-resource-in-dr": {
    base: "dr",
    change: added({
      type: "scaleway:instance/placementGroup:PlacementGroup",
      name: "spread",
      props: { zone: "fr-par-1" },
    }),
  },
  "command-with-triggers": { base: "dr", change: set("Command", writer, { triggers: ["par-1"] }) },
  "update-forgotten": { base: "dr", change: set("Command", writer, { update: undefined }) },
  "delete-said": { base: "dr", change: set("Command", writer, { delete: "sudo rm /etc/archipel/role" }) },
  "dr-through-the-lost-zone": {
    base: "dr",
    change: (resources) =>
      set("Command", writer, {
        connection: {
          ...(the(resources, "Command", writer).props.connection as object),
          proxy: { host: "198.18.0.99" },
        },
      })(resources),
  },
  "backup-level-unlocked": {
    base: "foundation",
    estate: { "backups.yaml": [["keepDays: 35, locked: locked", "keepDays: 35, locked: unlocked"]] },
  },
  "backup-level-forgotten": {
    base: "foundation",
    estate: { "applications/assets.yaml": [["rpoSeconds: 3600, backup: daily", "rpoSeconds: 3600"]] },
  },
};
