import { randomBytes } from "node:crypto";
import type { RequestHandler, Response } from "express";
import helmet from "helmet";
import type { WebOptions } from "../options.js";
import { isSecure } from "./sessions.js";

const nonceOf = (res: unknown) => `'nonce-${String((res as Response).locals["nonce"])}'`;

/**
 * The headers of pages: only our own files load, scripts and styles only with the nonce of this response
 * (`res.locals.nonce`), and nobody may frame us.
 */
export function pageHeaders(options: WebOptions): RequestHandler[] {
  return [
    (_req, res, next) => {
      res.locals["nonce"] = randomBytes(16).toString("base64url");
      next();
    },
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          scriptSrc: [(_req, res) => nonceOf(res), "'strict-dynamic'"],
          styleSrc: ["'self'", (_req, res) => nonceOf(res)],
          imgSrc: ["'self'", "data:"],
          fontSrc: ["'self'"],
          connectSrc: ["'self'"],
          frameSrc: ["'self'"],
          formAction: ["'self'"],
          frameAncestors: ["'none'"],
          baseUri: ["'none'"],
        },
      },
      strictTransportSecurity: isSecure(options) && { maxAge: 180 * 86_400 },
      xFrameOptions: { action: "deny" },
      referrerPolicy: { policy: "same-origin" },
    }),
  ];
}

/** The headers of answers that are never shown as a page. */
export function dataHeaders(options: WebOptions): RequestHandler {
  return helmet({
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    strictTransportSecurity: isSecure(options) && { maxAge: 180 * 86_400 },
    referrerPolicy: { policy: "no-referrer" },
  });
}
