import { type ApiError, invalidArgument, notFound, permissionsDenied } from "./errors.ts";

/** How a family of services words what all services have in common. */
export interface Dialect {
  /** Names of the owner's fields in answers; undefined: not answered. */
  readonly organization: "organization_id" | "organization" | undefined;
  readonly project: "project_id" | "project" | undefined;
  /** Names of the time fields in answers; undefined: not answered. */
  readonly created: "created_at" | "creation_date" | undefined;
  readonly updated: "updated_at" | "modification_date" | undefined;
  readonly time: (milliseconds: number) => string;
  /** Status of the answer to a creation. */
  readonly creation: 200 | 201;
  readonly pageSize: "page_size" | "per_page";
  readonly defaultPageSize: number;
  /** Answers the count in the X-Total-Count header instead of the body. */
  readonly countsInHeader: boolean;
  readonly unknownProject: (id: string) => ApiError;
}

/** RFC 3339 with microseconds, as Scaleway's newer services answer (2026-07). */
function microseconds(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace("Z", "000Z");
}

export const standard: Dialect = {
  organization: "organization_id",
  project: "project_id",
  created: "created_at",
  updated: "updated_at",
  time: microseconds,
  creation: 200,
  pageSize: "page_size",
  defaultPageSize: 20,
  countsInHeader: false,
  unknownProject: (id) => notFound("project", id),
};

/** Services that answer the project but not the organisation. */
export const projectOnly: Dialect = { ...standard, organization: undefined };

/** IAM and account: things of an organisation, in no project. */
export const organizationOnly: Dialect = {
  ...standard,
  project: undefined,
  unknownProject: (id) => invalidArgument("project_id", `project ${id} does not exist`),
};

export const loadBalancers: Dialect = {
  ...standard,
  unknownProject: () => permissionsDenied("lb", "write"),
};

/** Parts of a load balancer answer their load balancer, not an owner. */
export const loadBalancerParts: Dialect = { ...loadBalancers, organization: undefined, project: undefined };

/** Instance v1: 201, `organization`, `creation_date`, count in a header. */
export const instances: Dialect = {
  organization: "organization",
  project: "project",
  created: "creation_date",
  updated: "modification_date",
  time: (milliseconds) => new Date(milliseconds).toISOString().replace("Z", "000+00:00"),
  creation: 201,
  pageSize: "per_page",
  defaultPageSize: 50,
  countsInHeader: true,
  unknownProject: () => permissionsDenied("compute", "write"),
};
