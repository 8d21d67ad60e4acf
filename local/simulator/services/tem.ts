import { createHash } from "node:crypto";
import { standard } from "../core/dialects.ts";
import { notFound } from "../core/errors.ts";
import { defineKind, type Service } from "../core/kind.ts";
import { demand, type World } from "../core/world.ts";
import type { Body } from "../store/store.ts";
import { zoneOf } from "./domain.ts";

const base = "/transactional-email/v1alpha1/regions/:region";

interface DomainBody {
  id: string;
  name: string;
  autoconfig: boolean;
  project_id: string;
  status: "checked" | "unchecked" | "revoked";
  last_valid_at: string | null;
  next_check_at: string | null;
}

/** A key's text, which signs nothing: no mail is sent. */
function dkim(id: string): string {
  return `v=DKIM1; h=sha256; k=rsa; p=${createHash("sha512").update(id).digest("base64")}`;
}

/** A domain whose zone is here is configured by Scaleway when asked for; another waits for its owner. */
function configure(world: World, body: DomainBody): void {
  const own = body.autoconfig && zoneOf(world, body.name) !== undefined;
  const now = Date.now();
  body.status = own ? "checked" : "unchecked";
  body.last_valid_at = own ? standard.time(now) : null;
  body.next_check_at = own ? standard.time(now + 3_600_000) : null;
}

/** Domains that mail is sent from (v1alpha1). */
const domain = defineKind<DomainBody>({
  name: "tem.domain",
  dialect: { ...standard, updated: undefined },
  collection: `${base}/domains`,
  calls: ["create", "list", "get", "patch"],
  listKey: "domains",
  localityFields: ["region"],
  fields: {
    domain_name: { type: "string", required: true, fixed: true, answeredAs: "name" },
    autoconfig: { type: "boolean" },
    accept_tos: { type: "boolean", argument: true },
  },
  filters: { status: "status" },
  missing: (id) => notFound("domain", id),
  prepare: (world, { body }) => configure(world, body),
  changed: (world, { body }) => configure(world, body),
  creationView: (_world, { body }) => ({
    status: body.autoconfig ? "autoconfiguring" : "unchecked",
    last_valid_at: null,
    next_check_at: body.autoconfig ? standard.time(Date.now()) : null,
  }),
  view: (_world, { id, body, project }) => ({
    dkim_config: dkim(id),
    spf_config: "include:_spf.tem.scaleway.com",
    last_error: null,
    revoked_at: null,
    records: {
      dkim: { name: `${project}._domainkey.${body.name}.`, value: dkim(id) },
      dmarc: { name: `_dmarc.${body.name}.`, value: "v=DMARC1; p=none" },
      mx: { name: `${body.name}.`, value: "10 blackhole.tem.scaleway.com." },
      spf: { name: `${body.name}.`, value: "v=spf1 include:_spf.tem.scaleway.com -all" },
    },
    reputation: {
      status: "excellent",
      score: 100,
      scored_at: standard.time(Date.now()),
      previous_score: null,
      previous_scored_at: null,
    },
    statistics: { canceled_count: 0, failed_count: 0, sent_count: 0, total_count: 0 },
  }),
  actions: [
    {
      method: "POST",
      path: "/check",
      run: (world, _demand, held) => {
        const { records, ...shown } = world.show(held);
        const { dmarc } = records as { dmarc: Body };
        const brief = { dkim: null, dmarc, mx: null, spf: null };
        return { status: 200, body: { ...shown, autoconfig: false, records: brief, reputation: null } };
      },
    },
    {
      method: "POST",
      path: "/revoke",
      run: (world, _demand, held) => {
        const shown = {
          ...world.show(held),
          autoconfig: false,
          records: null,
          reputation: null,
          next_check_at: null,
          revoked_at: standard.time(Date.now()),
          spf_config: "",
          status: "revoked",
        };
        world.remove(held);
        return { status: 200, body: shown };
      },
    },
  ],
});

/** Addresses that no mail goes to. */
const blocked = defineKind<Body>({
  name: "tem.blocklist",
  dialect: { ...standard, organization: undefined, project: undefined },
  collection: `${base}/blocklists`,
  calls: ["list", "delete"],
  listKey: "blocklists",
  localityFields: [],
  parent: { kind: "tem.domain", field: "domain_id", onDeletion: "delete" },
  project: "parent",
  fields: {
    domain_id: { type: "uuid", required: true, fixed: true },
    email: { type: "string", required: true, fixed: true },
    type: { type: "string", fixed: true },
    reason: { type: "string", fixed: true },
  },
  indexed: { domain_id: { parent: true } },
  filters: { email: "email" },
  missing: (id) => notFound("blocklist", id),
  view: () => ({ custom: true, ends_at: null }),
  actions: [
    {
      method: "POST",
      path: "",
      onCollection: true,
      run: (world, { input, locality }) => {
        const { emails, ...said } = input;
        const made = (Array.isArray(emails) ? emails : []).map((email) =>
          world.create("tem.blocklist", demand(locality, { ...said, email })),
        );
        return { status: 200, body: { blocklists: made.map((one) => world.show(one)) } };
      },
    },
  ],
});

const webhook = defineKind({
  name: "tem.webhook",
  dialect: standard,
  collection: `${base}/webhooks`,
  calls: ["create", "list", "get", "patch", "delete"],
  listKey: "webhooks",
  localityFields: [],
  parent: { kind: "tem.domain", field: "domain_id", onDeletion: "delete" },
  fields: {
    domain_id: { type: "uuid", required: true, fixed: true },
    name: { type: "string" },
    event_types: { type: "strings" },
    sns_arn: { type: "string" },
  },
  indexed: { domain_id: { parent: true } },
  missing: (id) => notFound("webhook_id", id),
});

/** Transactional e-mail. */
export const tem: Service = { kinds: [domain, blocked, webhook] };
