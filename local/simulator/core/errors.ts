/** An answer of the API that refuses; its body is Scaleway's (the field `type` decides how clients read it). */
export class ApiError extends Error {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;

  constructor(status: number, body: Readonly<Record<string, unknown>>) {
    super(`${status} ${JSON.stringify(body)}`);
    this.status = status;
    this.body = body;
  }
}

export function notFound(resource: string, id: string): ApiError {
  return new ApiError(404, {
    message: "resource is not found",
    resource,
    resource_id: id,
    type: "not_found",
  });
}

/** A 404 as the older services word it, without type. */
export function plainNotFound(message: string): ApiError {
  return new ApiError(404, { message });
}

export interface ArgumentProblem {
  readonly argument_name: string;
  readonly reason: "unknown" | "required" | "format" | "constraint";
  readonly help_message: string;
}

export function invalidArguments(problems: readonly ArgumentProblem[]): ApiError {
  return new ApiError(400, { details: problems, message: "invalid argument(s)", type: "invalid_arguments" });
}

/** One argument that breaks a rule of the API. */
export function invalidArgument(
  name: string,
  help: string,
  reason: ArgumentProblem["reason"] = "constraint",
): ApiError {
  return invalidArguments([{ argument_name: name, reason, help_message: help }]);
}

export function quotaExceeded(resource: string, quota: number, current: number): ApiError {
  return new ApiError(403, {
    details: [{ current, quota, resource }],
    message: "quota(s) exceeded for this resource",
    type: "quotas_exceeded",
  });
}

export function permissionsDenied(resource: string, action: string): ApiError {
  return new ApiError(403, {
    details: [{ action, resource }],
    message: "insufficient permissions",
    type: "permissions_denied",
  });
}

/** Not allowed as things are: 412, but 400 on Instances. */
export function preconditionFailed(precondition: string, help: string, status = 412): ApiError {
  return new ApiError(status, {
    help_message: help,
    message: "precondition is not respected",
    precondition,
    type: "precondition_failed",
  });
}

/** A resource that others still need (`resource_still_in_use` is rebuilt from Scaleway's wording, not recorded). */
export function stillInUse(help: string): ApiError {
  return preconditionFailed("resource_still_in_use", help);
}

/** 409 as Instances word it. */
export function conflict(message: string): ApiError {
  return new ApiError(409, { message, type: "conflict" });
}

export function alreadyExists(resource: string, id: string, help: string): ApiError {
  return new ApiError(409, {
    help_message: help,
    message: "resource already exists",
    resource,
    resource_id: id,
    type: "already_exists",
  });
}

export function deniedAuthentication(reason: "not_found" | "expired" | "invalid_argument"): ApiError {
  return new ApiError(401, {
    message: "authentication is denied",
    method: "api_key",
    reason,
    type: "denied_authentication",
  });
}
