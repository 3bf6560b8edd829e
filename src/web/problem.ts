import type { Request, Response } from "express";
import { type FieldError, Problem } from "../shared/errors.js";

/** What the outside is told of an error. */
export type ProblemBody = {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  errors: FieldError[];
  requestId?: string;
} & Record<string, unknown>;

const titles: Record<number, string> = {
  400: "Bad request",
  401: "Not signed in",
  403: "Not allowed",
  404: "Not found",
  405: "Method not allowed",
  406: "Not acceptable",
  408: "Too slow",
  409: "Conflict",
  412: "Changed by someone else",
  413: "Too large",
  415: "Unsupported type",
  422: "Not valid",
  429: "Too many requests",
  500: "Something went wrong on our side",
  503: "Not available now",
};

/** Errors of the libraries that read requests, in words of ours. The rest of their messages never leaves. */
const library: Record<string, (error: Thrown) => Problem> = {
  "entity.too.large": (error) =>
    new Problem(413, "too_large", `The body is larger than ${Math.floor((error.limit ?? 0) / 1024)} kB.`),
  "entity.parse.failed": () => new Problem(400, "bad_json", "The body is not valid JSON."),
  "entity.verify.failed": () => new Problem(400, "bad_json", "The body is not valid JSON."),
  "request.size.invalid": () => new Problem(400, "truncated", "The body is shorter or longer than its Content-Length."),
  "request.aborted": () => new Problem(400, "truncated", "The request was cut off."),
  "encoding.unsupported": () => new Problem(415, "unsupported_type", "That Content-Encoding is not supported."),
  "charset.unsupported": () => new Problem(415, "unsupported_type", "That character set is not supported; send UTF-8."),
  "parameters.too.many": () => new Problem(413, "too_large", "The form has too many fields."),
};

type Thrown = {
  type?: unknown;
  limit?: number;
  name?: unknown;
  code?: unknown;
  parent?: unknown;
  status?: unknown;
  statusCode?: unknown;
};

/** Anything thrown as a Problem: ours as it is, a library's by its type, everything else a 500 without detail. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const thrown = (typeof error === "object" && error !== null ? error : {}) as Thrown;
  const known = typeof thrown.type === "string" ? library[thrown.type] : undefined;
  if (known) return known(thrown);
  if (thrown.code === "EBADCSRFTOKEN")
    return new Problem(
      403,
      "bad_csrf_token",
      "The form is too old or came from elsewhere. Load the page again and repeat.",
    );
  if (error instanceof URIError) return new Problem(400, "bad_address", "The address is not well formed.");
  if (isDatabaseAway(thrown))
    return new Problem(503, "unavailable", "The database cannot be reached, or is too busy. Try again in a moment.");
  // What Express' own parts throw, a file that is not there for one, carries both; its message may name paths of ours.
  const { status } = thrown;
  if (typeof status === "number" && thrown.statusCode === status && status >= 400 && status < 500) {
    return new Problem(status, status === 404 ? "not_found" : "bad_request", `${titles[status] ?? "Bad request"}.`);
  }
  return new Problem(
    500,
    "internal",
    "Something went wrong on our side. The log has the details under this request's id.",
  );
}

/** What the drivers say when nothing is wrong with the request: no connection, a lock waited for in vain, a full disk. */
function isDatabaseAway({ name, code, parent }: Thrown): boolean {
  if (typeof name === "string" && /^Sequelize(Connection|Host|AccessDenied)/.test(name)) return true;
  if (
    typeof code === "string" &&
    /^(PROTOCOL_|SQLITE_(BUSY|LOCKED|FULL|READONLY|IOERR|CANTOPEN)|ER_(LOCK_|SERVER_SHUTDOWN|DISK_FULL|OPTION_PREVENTS_STATEMENT|CON_COUNT_ERROR))/.test(
      code,
    )
  )
    return true;
  return typeof parent === "object" && parent !== null && isDatabaseAway(parent as Thrown);
}

/** The body of `application/problem+json` for it. Details cannot hide the standard members. */
function problemBody(problem: Problem, requestId?: string): ProblemBody {
  const detail =
    problem.status >= 500 && problem.code === "internal" ? "Something went wrong on our side." : problem.message;
  return {
    ...problem.details,
    type: `urn:millrace:problem:${problem.code}`,
    title: titles[problem.status] ?? "Error",
    status: problem.status,
    code: problem.code,
    detail,
    errors: problem.errors,
    ...(requestId === undefined ? {} : { requestId }),
  };
}

/** Seconds after which what is not available now is worth another try. */
const AGAIN_S = 5;

/** Says with a 503 when to come back, unless somebody has said so already. */
export function tellWhen(problem: Problem, res: Response): void {
  if (problem.status === 503 && !res.headersSent && !res.getHeader("Retry-After"))
    res.set("Retry-After", String(AGAIN_S));
}

/** Answers a request with the problem as JSON, and logs the ones that are our fault. */
export function sendProblem(error: unknown, req: Request, res: Response): void {
  const problem = problemOf(error);
  if (problem.status >= 500) req.log?.error({ err: error }, problem.code);
  if (res.headersSent) {
    res.destroy();
    return;
  }
  tellWhen(problem, res);
  if (problem.status === 401) res.set("WWW-Authenticate", 'Bearer realm="millrace"');
  const id = typeof req.id === "string" ? req.id : undefined;
  res
    .status(problem.status)
    .set("Cache-Control", "no-store")
    .type("application/problem+json")
    .send(JSON.stringify(problemBody(problem, id)));
}
