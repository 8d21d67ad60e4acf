import type { ComponentResourceOptions } from "@pulumi/pulumi";
import { Record as DnsRecord, type RecordArgs } from "@pulumiverse/scaleway/domain/record.js";
import type { ZoneKey } from "../model/estate/estate.ts";
import type { DnsRecordPlan } from "../model/plan/plan.ts";
import { ArchipelComponent } from "./archipel-component.ts";
import { type Foundation, fillAddresses } from "./foundation.ts";

export interface DnsFailoverArgs {
  /** `addresses`, `url`, `ttlSeconds` and the like update in place; `name` and `type` replace the record, which is absent meanwhile. */
  readonly plan: DnsRecordPlan;
  readonly dnsZone: string;
  /** Zone that serves; a change updates in place. */
  readonly activeZone: ZoneKey;
  /** Where the plan's public addresses are looked up. */
  readonly foundation: Pick<Foundation, "publicAddress">;
}

/**
 * One name of the estate. It lives in `dr` and needs no zone to change.
 *
 * Creates one DNS record:
 * - `http-service`, active-passive: Scaleway's name servers check the active zone's load balancer and answer with the other
 *   zone's (the fallback) while it fails. There is no order among `ips`, so the active zone's is the only one in it;
 * - `http-service`, all: both zones' addresses that answer the check;
 * - `zone-address`: the active zone's address, moved by this stack only;
 * - `fixed`: as planned.
 *
 * Cost: free.
 */
export class DnsFailover extends ArchipelComponent {
  readonly record: DnsRecord;

  constructor(args: DnsFailoverArgs, opts?: ComponentResourceOptions) {
    super("archipel:recovery:DnsFailover", args.plan.key, opts);
    const { name, type, ttlSeconds } = args.plan;
    this.record = new DnsRecord(
      this.key,
      { dnsZone: args.dnsZone, name, type, ttl: ttlSeconds, ...content(args) },
      // A name of one type holds what the new record would hold too: the old one goes first.
      this.within({ deleteBeforeReplace: true }),
    );
    this.registerOutputs({});
  }
}

function content({
  plan,
  activeZone,
  foundation,
}: DnsFailoverArgs): Pick<RecordArgs, "data" | "httpService"> {
  if (plan.kind === "fixed") return { data: fillAddresses(plan.data, foundation) };
  const addressOf = (key: string): string => foundation.publicAddress(key).address;
  const passiveZone: ZoneKey = activeZone === "par-1" ? "par-2" : "par-1";
  const active = addressOf(plan.addresses[activeZone]);
  if (plan.kind === "zone-address") return { data: active };
  const passive = addressOf(plan.addresses[passiveZone]);
  const check = { url: plan.url, mustContain: plan.mustContain };
  return plan.strategy === "all"
    ? { data: active, httpService: { ...check, ips: [active, passive].sort(), strategy: "all" } }
    : { data: passive, httpService: { ...check, ips: [active], strategy: "random" } };
}
