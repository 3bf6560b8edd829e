import express, { type Request, type RequestHandler } from "express";
import { Problem } from "../shared/errors.js";
import { checkJsonText, checkJsonValue } from "./safe-json.js";

const kB = 1024;
const largest = { json: 256 * kB, form: kB * kB, csv: 5 * kB * kB };
const jsonTypes = ["application/json", "application/*+json"];
const csvTypes = ["text/csv", "text/plain"];

/**
 * Reads a JSON body of at most 256 kB into `req.body`: 413 before anything is read when it is larger, 400 when it is
 * malformed or unsafe, 415 when it is something else. Without a body `req.body` is undefined.
 */
export const jsonBody: RequestHandler[] = [
  expectBody("JSON", jsonTypes, largest.json),
  express.json({ limit: largest.json, type: jsonTypes, verify: (_req, _res, bytes) => checkJsonText(bytes) }),
  (req, _res, next) => {
    checkJsonValue(req.body);
    next();
  },
];

/** Reads a CSV file of at most 5 MB into `req.body` as text. */
export const csvBody: RequestHandler[] = [
  expectBody("CSV", csvTypes, largest.csv),
  express.text({ limit: largest.csv, type: csvTypes }),
];

/**
 * Reads a form's fields into `req.body` (a name given twice becomes an array; no form is an empty object); at most 1 MB
 * and 5,000 fields.
 */
export const formBody: RequestHandler[] = [
  expectBody("form", null, largest.form),
  express.urlencoded({ extended: false, limit: largest.form, parameterLimit: 5000 }),
  (req, _res, next) => {
    req.body ??= {};
    next();
  },
];

/** Looks at the headers alone: a body that is too large or of another type is refused while it is still under way. */
function expectBody(name: string, types: string[] | null, limit: number): RequestHandler {
  return (req, res, next) => {
    if (Number(req.headers["content-length"] ?? 0) > limit) {
      res.set("Connection", "close");
      throw new Problem(413, "too_large", `The body is larger than ${limit / kB} kB.`);
    }
    if (types && hasBody(req) && !req.is(types)) {
      throw new Problem(415, "unsupported_type", `The body must be ${name}: send Content-Type: ${types[0]}.`);
    }
    next();
  };
}

/** Refuses a query that names a parameter twice: which of the two is meant is anybody's guess. */
export const plainQuery: RequestHandler = (req, _res, next) => {
  for (const [name, value] of Object.entries(req.query)) {
    if (typeof value !== "string") throw wrongQuery(name, "is given twice");
    if (/[\0\p{Surrogate}]/u.test(value)) throw wrongQuery(name, "contains characters that are not allowed");
  }
  next();
};

function wrongQuery(path: string, message: string): Problem {
  return new Problem(400, "bad_query", `The parameter "${path}" ${message}.`, [{ path, message: `It ${message}.` }]);
}

function hasBody(req: Request): boolean {
  return req.headers["transfer-encoding"] !== undefined || Number(req.headers["content-length"] ?? 0) > 0;
}
