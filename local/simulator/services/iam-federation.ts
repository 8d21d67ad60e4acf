import { randomBytes } from "node:crypto";
import { standard } from "../core/dialects.ts";
import { alreadyExists, notFound } from "../core/errors.ts";
import { type AnyKind, type Call, defineKind } from "../core/kind.ts";
import { demand, type World } from "../core/world.ts";
import type { Resource } from "../store/store.ts";

const base = "/iam/v1alpha1";
const bare = {
  ...standard,
  organization: undefined,
  project: undefined,
  created: undefined,
  updated: undefined,
};
const year = 365 * 24 * 3_600_000;

/** Sign-on by the organisation's own identity provider: one at most. Nobody signs on here. */
const saml = defineKind({
  name: "iam.saml",
  dialect: bare,
  collection: `${base}/saml`,
  calls: ["get", "patch", "delete"],
  listKey: "saml",
  localityFields: [],
  project: "none",
  fields: {
    entity_id: { type: "string" },
    single_sign_on_url: { type: "string" },
  },
  missing: (id) => notFound("saml", id),
  view: (world, { id, body }) => ({
    status:
      world.store.count({ kind: "iam.saml_certificate", parent: id }) === 0
        ? "missing_certificate"
        : body.entity_id === ""
          ? "missing_entity_id"
          : body.single_sign_on_url === ""
            ? "missing_single_sign_on_url"
            : "valid",
    service_provider: {
      entity_id: `https://iam.scaleway.com/saml/${id}`,
      assertion_consumer_service_url: `https://api.scaleway.com/iam/v1/saml/${id}/acs`,
    },
  }),
  actions: [
    {
      method: "GET",
      path: "/certificates",
      run: (world, _demand, { id }) => {
        const certificates = world.store.list({ kind: "iam.saml_certificate", parent: id });
        return { status: 200, body: { certificates: certificates.map((one) => world.show(one)) } };
      },
    },
  ],
});

const certificate = defineKind({
  name: "iam.saml_certificate",
  dialect: bare,
  collection: `${base}/saml/:saml/certificates`,
  item: `${base}/saml-certificates`,
  calls: ["create", "get", "delete"],
  listKey: "certificates",
  localityFields: [],
  parent: { kind: "iam.saml", param: "saml", onDeletion: "delete" },
  project: "none",
  fields: {
    type: { type: "string", initial: "signing", fixed: true },
    content: { type: "string", required: true, fixed: true },
  },
  missing: (id) => notFound("saml_certificate", id),
  prepare: (_world, { body }) => {
    Object.assign(body, {
      origin: "identity_provider",
      expires_at: new Date(Date.now() + year).toISOString().replace(/\.\d+Z/, "Z"),
    });
  },
});

/** Provisioning of users by the organisation's identity provider: one at most. */
const scim = defineKind({
  name: "iam.scim",
  dialect: { ...bare, created: "created_at" },
  collection: `${base}/scim`,
  calls: ["delete"],
  listKey: "scim",
  localityFields: [],
  project: "none",
  fields: {},
  missing: (id) => notFound("scim", id),
});

const scimToken = defineKind({
  name: "iam.scim_token",
  dialect: { ...bare, created: "created_at" },
  collection: `${base}/scim/:scim/tokens`,
  item: `${base}/scim-tokens`,
  calls: ["list", "delete"],
  listKey: "scim_tokens",
  localityFields: [],
  parent: { kind: "iam.scim", param: "scim", onDeletion: "delete" },
  project: "none",
  fields: {},
  missing: (id) => notFound("scim_token", id),
  prepare: (_world, { body, parent }) => {
    Object.assign(body, { scim_id: parent, expires_at: standard.time(Date.now() + year) });
  },
  actions: [
    {
      method: "POST",
      path: "",
      onCollection: true,
      // Told once and not kept: nothing of SCIM is served.
      run: (world, request) => {
        const token = world.show(world.create("iam.scim_token", request));
        return { status: 200, body: { token, bearer_token: randomBytes(48).toString("base64url") } };
      },
    },
  ],
});

/** People of the organisation besides its owner. */
const user = defineKind({
  name: "iam.user",
  dialect: { ...standard, project: undefined },
  collection: `${base}/users`,
  calls: ["list", "get", "patch", "delete"],
  listKey: "users",
  localityFields: [],
  project: "none",
  fields: {
    email: { type: "string", required: true },
    username: { type: "string", fixed: true },
    first_name: { type: "string" },
    last_name: { type: "string" },
    phone_number: { type: "string" },
    locale: { type: "string" },
    tags: { type: "strings" },
  },
  filters: { user_ids: "id", type: ({ body }, value) => value === "unknown_type" || body.type === value },
  missing: (id) => notFound("user", id),
  prepare: (_world, { body }) => {
    body.username ||= body.email;
    body.locale ||= "en_US";
    Object.assign(body, {
      type: "member",
      status: "activated",
      deletable: true,
      last_login_at: null,
      two_factor_enabled: false,
      mfa: false,
      account_root_user_id: "",
      locked: false,
    });
  },
  actions: [
    {
      method: "POST",
      path: "",
      onCollection: true,
      run: (world, { input }) => {
        const member = typeof input.member === "object" ? input.member : { email: input.email };
        const made = world.create("iam.user", demand("", { ...member, tags: input.tags }));
        return { status: 200, body: world.show(made) };
      },
    },
    {
      method: "POST",
      path: "/update-username",
      run: (world, { input }, held) => {
        held.body.username = String(input.username);
        world.keep(held);
        return { status: 200, body: world.show(held) };
      },
    },
  ],
});

function only(world: World, kind: string): Resource | undefined {
  return world.store.list({ kind })[0];
}

function ofOrganisation(kind: "saml" | "scim"): readonly Call[] {
  const path = `${base}/organizations/:organization/${kind}`;
  return [
    {
      method: "GET",
      path,
      run: (world, { params }) => {
        const held = only(world, `iam.${kind}`);
        if (!held) throw notFound(`organization_${kind}`, params.organization ?? "");
        return { status: 200, body: world.show(held) };
      },
    },
    {
      method: "POST",
      path,
      run: (world) => {
        const held = only(world, `iam.${kind}`);
        if (held) throw alreadyExists(`organization_${kind}`, held.id, `${kind} is enabled already`);
        return { status: 200, body: world.show(world.create(`iam.${kind}`, demand("", {}))) };
      },
    },
  ];
}

export const federationKinds: readonly AnyKind[] = [saml, certificate, scim, scimToken, user];
export const federationCalls: readonly Call[] = [...ofOrganisation("saml"), ...ofOrganisation("scim")];
