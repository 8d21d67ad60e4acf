import type { ComponentResourceOptions } from "@pulumi/pulumi";
import { Record as DnsRecord } from "@pulumiverse/scaleway/domain/record.js";
import { DnsStage } from "@pulumiverse/scaleway/edgeservices/dnsStage.js";
import { HeadStage } from "@pulumiverse/scaleway/edgeservices/headStage.js";
import { TlsStage } from "@pulumiverse/scaleway/edgeservices/tlsStage.js";
import { ArchipelComponent } from "./archipel-component.ts";
import type { PipelinePlan } from "./edge-service.ts";

/** Every pipeline answers at `<its id>.` and this (Scaleway, Edge Services concepts, 2024); a DNS stage's `defaultFqdn` was empty in every recorded answer. */
const edgeServicesDomain = "svc.edge.scw.cloud";

export interface EdgeEntryArgs {
  /** `fqdn` updates in place; so does everything else but the pipeline. */
  readonly plan: PipelinePlan;
  readonly pipelineId: string;
  /** First stage of the active zone's chain; a change updates one stage in place. */
  readonly firewallId: string;
  /** Zone that holds the service's name. */
  readonly dnsZone: string;
}

/**
 * The head of a pipeline, up to the point where a zone is chosen. It lives in `dr`: switching zones changes one field of the TLS stage
 * and touches no zone's API.
 *
 * Creates:
 * 1. the TLS stage, with a certificate that Scaleway renews, which leads to the active zone's chain;
 * 2. the DNS stage, which holds the name;
 * 3. the choice of that stage as the pipeline's head;
 * 4. the record that leads the service's name to the pipeline's own. Scaleway's console makes one itself in a zone of Scaleway's DNS;
 *    whether its API does is an assumption to try: if so, the first `up` refuses this one, which shows, where a name that leads nowhere would not.
 *
 * Cost: none beyond the subscription.
 */
export class EdgeEntry extends ArchipelComponent {
  constructor(args: EdgeEntryArgs, opts?: ComponentResourceOptions) {
    super("archipel:recovery:EdgeEntry", args.plan.key, opts);
    const { plan, pipelineId } = args;
    const tls = new TlsStage(
      this.child("tls"),
      { pipelineId, wafStageId: args.firewallId, managedCertificate: true },
      this.within(),
    );
    const dns = new DnsStage(
      this.child("dns"),
      { pipelineId, tlsStageId: tls.id, fqdns: [plan.fqdn] },
      this.within(),
    );
    if (!plan.fqdn.endsWith(`.${args.dnsZone}`)) {
      throw new Error(`Edge Services takes names below ${args.dnsZone}, not ${plan.fqdn}`);
    }
    new DnsRecord(
      this.child("name"),
      {
        dnsZone: args.dnsZone,
        name: plan.fqdn.slice(0, -(args.dnsZone.length + 1)),
        type: "CNAME",
        data: `${pipelineId}.${edgeServicesDomain}.`,
        ttl: 3600,
      },
      this.within({ deleteBeforeReplace: true }),
    );
    new HeadStage(this.child("head"), { pipelineId, headStageId: dns.id }, this.within());
    this.registerOutputs({});
  }
}
