import { createHash, X509Certificate } from "node:crypto";
import { loadBalancerParts } from "../core/dialects.ts";
import { invalidArgument, plainNotFound, preconditionFailed } from "../core/errors.ts";
import { isBody } from "../core/fields.ts";
import { type Answer, type Demand, defineKind } from "../core/kind.ts";
import { demand, type World } from "../core/world.ts";
import type { Body, Resource } from "../store/store.ts";
import { balancerOf } from "./lb-ends.ts";

function readMatch(input: unknown): Body {
  const match = isBody(input) ? input : {};
  return {
    ip_subnet: Array.isArray(match.ip_subnet) ? match.ip_subnet : [],
    ips_edge_services: match.ips_edge_services === true,
    http_filter: match.http_filter ?? "acl_http_filter_none",
    http_filter_value: Array.isArray(match.http_filter_value) ? match.http_filter_value : [],
    http_filter_option: match.http_filter_option ?? null,
    invert: match.invert === true,
  };
}

function readAction(input: unknown): Body {
  const action = isBody(input) ? input : {};
  if (!["allow", "deny", "redirect"].includes(action.type as string)) {
    throw invalidArgument("action.type", "allow, deny or redirect");
  }
  return { type: action.type, redirect: isBody(action.redirect) ? action.redirect : null };
}

/** PUT on a frontend's list: all its rules at once. */
function replaceAll(world: World, { input, params, locality }: Demand): Answer {
  const frontend = world.require("lb.frontend", params.frontend ?? "", locality);
  for (const held of world.store.list({ kind: "lb.acl", parent: frontend.id })) world.remove(held);
  const asked = Array.isArray(input.acls) ? input.acls.filter(isBody) : [];
  const made = asked.map((one) => world.create("lb.acl", demand(locality, one, { frontend: frontend.id })));
  return { status: 200, body: { acls: made.map((one) => world.show(one)), total_count: made.length } };
}

/** Access rules of a frontend, by rising index. */
export const acl = defineKind<{ action: Body; match: Body; index: number }>({
  name: "lb.acl",
  dialect: loadBalancerParts,
  collection: "/lb/v1/zones/:zone/frontends/:frontend/acls",
  item: "/lb/v1/zones/:zone/acls",
  calls: ["create", "list", "get", "put", "delete"],
  listKey: "acls",
  localityFields: [],
  parent: { kind: "lb.frontend", param: "frontend", onDeletion: "delete" },
  project: "parent",
  fields: {
    name: { type: "string" },
    description: { type: "string" },
    action: { type: "object", required: true },
    match: { type: "object" },
    index: { type: "integer" },
  },
  missing: () => plainNotFound("acl not Found"),
  prepare: (_world, { body }) => {
    body.action = readAction(body.action);
    body.match = readMatch(body.match);
  },
  changed: (_world, { body }) => {
    body.action = readAction(body.action);
    body.match = readMatch(body.match);
  },
  view: (world, resource) => {
    const frontend = world.store.get(resource.parent, "lb.frontend");
    return { frontend: frontend ? world.show(frontend) : null };
  },
  actions: [{ method: "PUT", path: "", onCollection: true, run: replaceAll }],
});

interface CertificateBody {
  type: "letsencrypt" | "custom";
  common_name: string;
  subject_alternative_name: string[];
  fingerprint: string;
  not_valid_before: string;
  not_valid_after: string;
}

const ninetyDays = 90 * 24 * 3600 * 1000;

function fromChain(pem: string): Omit<CertificateBody, "type"> {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(pem);
  } catch {
    throw invalidArgument("custom_certificate.certificate_chain", "not a PEM chain", "format");
  }
  const names = (certificate.subjectAltName ?? "").split(", ").filter((name) => name.startsWith("DNS:"));
  return {
    common_name: /CN=([^\n]+)/.exec(certificate.subject)?.[1] ?? "",
    subject_alternative_name: names.map((name) => name.slice("DNS:".length)),
    fingerprint: certificate.fingerprint.replaceAll(":", "").toLowerCase(),
    not_valid_before: new Date(certificate.validFrom).toISOString(),
    not_valid_after: new Date(certificate.validTo).toISOString(),
  };
}

/** TLS certificates of a load balancer. The private half of a custom one is not kept. */
export const certificate = defineKind<CertificateBody>({
  name: "lb.certificate",
  dialect: loadBalancerParts,
  collection: "/lb/v1/zones/:zone/lbs/:lb/certificates",
  item: "/lb/v1/zones/:zone/certificates",
  calls: ["create", "list", "get", "put", "delete"],
  listKey: "certificates",
  localityFields: [],
  parent: { kind: "lb.lb", param: "lb", onDeletion: "delete" },
  project: "parent",
  fields: {
    name: { type: "string" },
    letsencrypt: { type: "object", argument: true },
    custom_certificate: { type: "object", argument: true },
  },
  states: { field: "status", path: ["pending", "ready"] },
  missing: () => plainNotFound("certificate not Found"),
  inUse: () => preconditionFailed("resource_still_in_use", "the certificate is used by a frontend"),
  prepare: (_world, { id, body }, { input }) => {
    const { letsencrypt, custom_certificate: custom } = input;
    if (isBody(custom)) Object.assign(body, fromChain(String(custom.certificate_chain)), { type: "custom" });
    else if (isBody(letsencrypt) && typeof letsencrypt.common_name === "string") {
      const names = letsencrypt.subject_alternative_name;
      Object.assign(body, {
        type: "letsencrypt",
        common_name: letsencrypt.common_name,
        subject_alternative_name: Array.isArray(names) ? names : [],
        fingerprint: createHash("sha1").update(id).digest("hex"),
        not_valid_before: new Date().toISOString(),
        not_valid_after: new Date(Date.now() + ninetyDays).toISOString(),
      });
    } else throw invalidArgument("letsencrypt", "letsencrypt or custom_certificate", "required");
  },
  view: (world, resource) => ({ lb: balancerOf(world, resource), status_details: null }),
});

interface RouteBody {
  frontend_id: string;
  backend_id: string;
  match: Body | null;
}

/** Routes choose a backend by host, SNI or path. They belong to the frontend's load balancer. */
export const route = defineKind<RouteBody>({
  name: "lb.route",
  dialect: loadBalancerParts,
  collection: "/lb/v1/zones/:zone/routes",
  calls: ["create", "list", "get", "put", "delete"],
  listKey: "routes",
  localityFields: [],
  parent: { kind: "lb.lb", onDeletion: "delete" },
  fields: {
    frontend_id: {
      type: "uuid",
      required: true,
      fixed: true,
      refersTo: { kind: "lb.frontend", onDeletion: "refuse" },
    },
    backend_id: { type: "uuid", required: true, refersTo: { kind: "lb.backend", onDeletion: "refuse" } },
    match: { type: "object" },
  },
  indexed: { frontend_id: { role: "frontend_id" } },
  missing: () => plainNotFound("privateNetwork not Found"),
  prepare: (world, draft) => {
    draft.parent = world.require("lb.frontend", draft.body.frontend_id, draft.locality).parent;
  },
  view: (_world, { body }: Resource<RouteBody>) => ({
    match: body.match ? { match_subdomains: false, ...body.match } : null,
  }),
});
