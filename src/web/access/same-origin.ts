import type { RequestHandler } from "express";
import { Problem } from "../../shared/errors.js";
import type { WebOptions } from "../options.js";

const safe = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Refuses (403 `cross_site`) a change that a page of another site has sent with our cookies. Browsers say where a change
 * comes from; what says nothing is no browser and carries no cookie by itself.
 */
export function sameOriginOnly(options: WebOptions): RequestHandler {
  const ours = URL.canParse(options.baseUrl) ? new URL(options.baseUrl).host : "";
  return (req, _res, next) => {
    const origin = req.get("origin");
    const host = origin !== undefined && URL.canParse(origin) ? new URL(origin).host : null;
    const fromElsewhere = origin !== undefined && host !== req.get("host") && host !== ours;
    next(
      !safe.has(req.method) && fromElsewhere
        ? new Problem(403, "cross_site", "This change came from another site, so it was refused.")
        : undefined,
    );
  };
}
