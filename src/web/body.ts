import express, { type Request, type RequestHandler } from "express";
import { Problem } from "../shared/errors.js";
import { checkJsonText, checkJsonValue } from "./safe-json.js";

/**
 * Reads a JSON body of at most 256 kB into `req.body`: 413 before parsing when it is larger, 400 when it is malformed or
 * unsafe, 415 when it is something else. Without a body `req.body` is undefined.
 */
export const jsonBody: RequestHandler[] = [
  (req, _res, next) =>
    next(
      hasBody(req) && !req.is(["application/json", "application/*+json"])
        ? wrongType("JSON", "application/json")
        : undefined,
    ),
  express.json({
    limit: "256kb",
    type: ["application/json", "application/*+json"],
    verify: (_req, _res, bytes) => checkJsonText(bytes),
  }),
  (req, _res, next) => {
    checkJsonValue(req.body);
    next();
  },
];

/** Reads a CSV file of at most 5 MB into `req.body` as text. */
export const csvBody: RequestHandler[] = [
  (req, _res, next) =>
    next(hasBody(req) && !req.is(["text/csv", "text/plain"]) ? wrongType("CSV", "text/csv") : undefined),
  express.text({ limit: "5mb", type: ["text/csv", "text/plain"] }),
];

/** Reads a form's fields into `req.body` (a name given twice becomes an array); at most 256 kB and 2,000 fields. */
export const formBody: RequestHandler = express.urlencoded({ extended: false, limit: "256kb", parameterLimit: 2000 });

/** Refuses a query that names a parameter twice: which of the two is meant is anybody's guess. */
export const plainQuery: RequestHandler = (req, _res, next) => {
  for (const [name, value] of Object.entries(req.query)) {
    if (typeof value !== "string") throw wrongQuery(name, "is given twice");
    if (/[\0\p{Surrogate}]/u.test(value)) throw wrongQuery(name, "contains characters that are not allowed");
  }
  next();
};

function wrongType(name: string, type: string): Problem {
  return new Problem(415, "unsupported_type", `The body must be ${name}: send Content-Type: ${type}.`);
}

function wrongQuery(path: string, message: string): Problem {
  return new Problem(400, "bad_query", `The parameter "${path}" ${message}.`, [{ path, message: `It ${message}.` }]);
}

function hasBody(req: Request): boolean {
  return req.headers["transfer-encoding"] !== undefined || Number(req.headers["content-length"] ?? 0) > 0;
}
