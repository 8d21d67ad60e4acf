/** Problems of what runs where: zones, offers, hypervisors, recovery, data. */
import type { CodeEntry } from "./entry.ts";
import { error } from "./entry.ts";

export const placement = {
  "ZONE-001": error(
    "workload absent from a zone",
    "one member or more in each zone, for active-active and warm-standby",
    "give the zone a member, or make the application cold",
  ),
  "ZONE-002": error(
    "workload without members",
    "one member or more in some zone",
    "give it members or remove it",
  ),
  "OFFER-001": error(
    "unknown offer",
    "an offer of the catalogue, of the same kind",
    "choose an offer of the catalogue",
  ),
  "OFFER-002": error(
    "offer not sold in the zone",
    "an offer of the zone's catalogue",
    "choose an offer that the zone sells",
  ),
  "OFFER-003": error(
    "bare-metal offer without cloud-init",
    "an offer with cloud-init: without it a server stays open to the internet until somebody logs in",
    "choose an offer with cloud-init, or make it guests on hypervisors",
  ),
  "OFFER-004": error(
    "unknown operating system",
    "an operating system of the catalogue, of the same kind",
    "choose one of the catalogue",
  ),
  "OFFER-005": error(
    "operating system without cloud-init",
    "an operating system with cloud-init",
    "choose another, or install it as guests on hypervisors",
  ),
  "OFFER-006": error(
    "unknown gateway type",
    "a type of public gateway of the catalogue",
    "choose a type of the catalogue",
  ),
  "HYP-001": error(
    "guests on hypervisors of another trust class",
    "hypervisors of the application's trust class",
    "name hypervisors of that class",
  ),
  "HYP-002": error(
    "too many networks for one group of hypervisors",
    "the guests' networks and the hypervisors' own, within the private networks granted a server",
    "split the guests over two groups of hypervisors",
  ),
  "HYP-003": error(
    "guests beyond the hypervisors' memory",
    "guests' memory within that of the zone's hypervisors, 4 GiB of each kept for itself",
    "add hypervisors or take a larger offer",
  ),
  "RECO-001": error(
    "recovery time that its class cannot meet",
    "active-active from 1 minute, warm-standby from 5, cold from 60",
    "choose another recovery class or another rtoMinutes",
  ),
  "CAP-001": error(
    "peak above the number of users",
    "a peak that `users` can make",
    "correct `peak` or `users`",
  ),
  "DATA-001": error(
    "data without the workload that holds it",
    "`workload`, for all kinds but bucket",
    "name the workload",
  ),
  "DATA-002": error(
    "bucket with a workload",
    "no `workload`: Object Storage holds a bucket",
    "remove `workload`",
  ),
  "DATA-003": error(
    "personal documents without an end",
    "`retentionDays` for files and buckets with personal data (GDPR, article 5(1)(e))",
    "say after how many days they are erased",
  ),
  "DATA-004": error(
    "no loss allowed, and one zone only",
    "a workload in both zones for rpoSeconds: 0",
    "give the workload a member in each zone, or allow a loss",
  ),
  "DATA-005": error(
    "no loss allowed of what is replicated later",
    "rpoSeconds: 0 for postgresql, mariadb, files and bucket; Redis replicates asynchronously",
    "allow a loss, or keep the data elsewhere",
  ),
  "DATA-006": error(
    "cold data that no backup brings back in time",
    "for a cold application, a backup at least as frequent as rpoSeconds",
    "name a backup level, a more frequent one, or allow a greater loss",
  ),
  "DATA-007": error(
    "no loss allowed, on guests",
    "rpoSeconds: 0 on servers that the deployment configures: the writer's lease is held there, and a vendor's guest is not",
    "move the data to a bare-metal or Instance workload, or allow a loss",
  ),
} as const satisfies Record<string, CodeEntry>;
