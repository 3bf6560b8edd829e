import express, { type Router } from "express";
import type { Engine } from "../../runs/index.js";
import { Problem } from "../../shared/errors.js";
import { endSession } from "../access/sessions.js";
import { signIn, throttleLogins } from "../access/sign-in.js";
import type { WebOptions } from "../options.js";
import { formText, queryText } from "./page-route.js";
import { type PageModel, renderPage } from "./render.js";
import { siteOf } from "./site.js";
import { t } from "./text.js";

/** The pages anybody may see: login and logout. */
export function publicPages(engine: Engine, options: WebOptions): Router {
  const router = express.Router();
  router.get("/login", (req, res) => renderPage(res, "login", loginPage({ next: queryText(req, "next") ?? "/" })));
  router.post("/login", ...throttleLogins(), async (req, res) => {
    const email = formText(req, "email");
    const password = (req.body as Record<string, unknown> | undefined)?.["password"];
    const next = formText(req, "next") || "/";
    try {
      await signIn(engine, req, {
        workspace: options.workspace,
        email,
        password: typeof password === "string" ? password : "",
      });
      res.redirect(303, `${siteOf(res).base}${ownPath(next)}`);
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 401) throw error;
      await renderPage(res, "login", loginPage({ next, email, failure: error.message }), 401);
    }
  });
  router.post("/logout", async (req, res) => {
    await endSession(req, options);
    res.redirect(303, `${siteOf(res).base}/login`);
  });
  return router;
}

function loginPage({
  next,
  email = "",
  failure = null,
}: {
  next: string;
  email?: string;
  failure?: string | null;
}): PageModel {
  return { title: t("login.title"), next: ownPath(next), email, failure };
}

/** Only a path of our own: anything that could lead elsewhere becomes the home page. */
function ownPath(path: string): string {
  return /^\/(?![/\\])[^\s\\]*$/.test(path) ? path : "/";
}
