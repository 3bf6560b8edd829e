import { publishTested } from "../../../insight/index.js";
import { Problem } from "../../../shared/errors.js";
import { recordAudit } from "../../audit.js";
import { formText, type PageRoute } from "../../pages/page-route.js";
import { redirectWith, renderPage } from "../../pages/render.js";
import { t } from "../../pages/text.js";
import { openEditor } from "../editor.js";
import { sentStepMap } from "./move-section.js";
import { publishPage } from "./publish-page.js";

const LONGEST_NOTE = 4000;

/** Publishing: what would change, and the button that does it. */
export const publishRoutes: PageRoute[] = [
  {
    method: "get",
    path: "/:id/publish",
    role: "editor",
    async handle(ask) {
      const { engine, visit, res } = ask;
      await renderPage(
        res,
        "editor/publish",
        await publishPage(engine, visit, await openEditor(ask), { note: "", problem: null }),
      );
    },
  },
  {
    method: "post",
    path: "/:id/publish",
    role: "editor",
    async handle(ask) {
      const { engine, visit, req, res } = ask;
      const editor = await openEditor(ask);
      const note = formText(req, "note").slice(0, LONGEST_NOTE);
      try {
        // Whoever pressed the button has read this very text of the draft.
        if (formText(req, "ifVersion") !== editor.latest.etag)
          throw new Problem(409, "overtaken", t("editor.publishing.overtaken"));
        const map =
          formText(req, "moveRuns") === "true"
            ? await sentStepMap(engine, editor.automation, editor.latest.version, req)
            : undefined;
        const asked = { note: note || null, ignoreTests: formText(req, "ignoreTests") === "true", map };
        const published = await publishTested(engine, visit.workspace.id, editor.automation.id, asked, visit.actor);
        await recordAudit(engine, visit.workspace.id, visit.actor, "automation.published", published.id, {
          version: published.publishedVersion,
          note,
        });
        redirectWith(res, `/${published.id}`, "published", published.publishedVersion ?? 0);
      } catch (error) {
        if (!(error instanceof Problem) || ![409, 422].includes(error.status)) throw error;
        await renderPage(
          res,
          "editor/publish",
          await publishPage(engine, visit, await openEditor(ask), { note, problem: error }),
          error.status,
        );
      }
    },
  },
];
