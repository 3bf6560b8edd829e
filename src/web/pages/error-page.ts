import type { Request, Response } from "express";
import type { Engine } from "../../runs/index.js";
import { problemOf, tellWhen } from "../problem.js";
import { frameOf } from "./frame.js";
import { renderPage } from "./render.js";
import { siteOf, visitOf } from "./site.js";
import { hasText, t } from "./text.js";

/** Answers with the page for anything thrown: what happened, and what to do about it. */
export async function errorPage(engine: Engine, error: unknown, req: Request, res: Response): Promise<void> {
  const problem = problemOf(error);
  if (problem.status >= 500) engine.log.error({ err: error, path: req.path }, "page failed");
  tellWhen(problem, res);
  const known = hasText(`errors.${problem.status}.title`) ? problem.status : problem.status >= 500 ? 500 : 400;
  const site = siteOf(res);
  if (site.person && !res.locals["frame"])
    res.locals["frame"] = await frameOf(engine, visitOf(res), req).catch(() => undefined);
  const heading = t(`errors.${known}.title`);
  await renderPage(
    res,
    "error",
    {
      title: heading,
      heading,
      status: problem.status,
      message: problem.code === "internal" ? t("errors.500.text") : problem.message,
      advice: t(`errors.${known}.advice`),
      problems: problem.errors.map(({ path, message }) => ({ path, message, anchor: null })),
      home: site.person ? "/" : "/login",
    },
    problem.status,
  );
}
