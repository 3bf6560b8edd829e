/** One thing that is wrong with an input, and where: `path` is dotted (`steps[2].config.to`). */
export type FieldError = { path: string; message: string; step?: string; port?: string };

/**
 * An error a person can act on. `status` is the HTTP status it becomes, `code` a stable machine word, `errors` names the
 * places at fault. Anything else that is thrown is a bug and becomes a 500 without detail.
 */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly errors: FieldError[] = [],
    readonly details: Record<string, unknown> = {},
  ) {
    super(message);
    this.name = "Problem";
  }
}

/** 422: the input is understood but wrong; every place at fault is listed. */
export function invalid(errors: FieldError[], message?: string): Problem {
  const first = errors[0];
  const summary =
    message ?? (first ? `${first.path ? `${first.path}: ` : ""}${first.message}` : "The input is not valid.");
  return new Problem(422, "invalid", summary, errors);
}

/** 404: there is no such thing here, or it belongs to another workspace; both read alike on purpose. */
export function notFound(what: string, id: string): Problem {
  return new Problem(404, "not_found", `There is no ${what} "${id}" in this workspace.`);
}

/** 409: the request is fine but the state of things refuses it. */
export function conflict(code: string, message: string, details: Record<string, unknown> = {}): Problem {
  return new Problem(409, code, message, [], details);
}

/** 403: the person or key is known but their role does not allow this. */
export function forbidden(message: string): Problem {
  return new Problem(403, "forbidden", message);
}

/** The message of anything thrown, for logs and stored errors. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
