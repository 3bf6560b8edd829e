import { getVersion, type Version } from "../../../automations/index.js";
import {
  checkStepMap,
  type Engine,
  listMoves,
  lookAtMove,
  type MoveView,
  previewMove,
  storeMove,
} from "../../../runs/index.js";
import { Problem } from "../../../shared/errors.js";
import { recordAudit } from "../../audit.js";
import { type Ask, formText, type PageRoute } from "../../pages/page-route.js";
import { type PageModel, redirectWith, renderPage } from "../../pages/render.js";
import { t } from "../../pages/text.js";
import { type Editor, openEditor } from "../editor.js";
import { moveSection, sentStepMap } from "./move-section.js";

/** Where runs on older versions go on in the published one: what would become of them, and the button that moves them. */
export const moveRoutes: PageRoute[] = [
  {
    method: "get",
    path: "/:id/moves",
    role: "editor",
    async handle(ask) {
      const editor = await openEditor(ask);
      await renderPage(
        ask.res,
        "editor/moves",
        await movesPage(ask, editor, await published(ask.engine, editor), null),
      );
    },
  },
  {
    method: "post",
    path: "/:id/moves",
    role: "editor",
    async handle(ask) {
      const { engine, visit, req, res } = ask;
      const editor = await openEditor(ask);
      const { automation } = editor;
      const to = await published(engine, editor);
      const move = {
        from: null,
        to: to.version,
        map: await sentStepMap(engine, automation, to.version, req),
        runs: null,
      };
      await checkStepMap(engine, automation, move.map, to);
      if (formText(req, "do") === "preview") {
        const found = resultOf(await previewMove(engine, automation, move), "would");
        return renderPage(res, "editor/moves", await movesPage(ask, editor, to, found));
      }
      const id = await engine.db.inTransaction((tx) => storeMove(engine, automation, move, visit.actor, tx));
      const details = { move: id, to: move.to, map: move.map };
      await recordAudit(engine, visit.workspace.id, visit.actor, "automation.moved", automation.id, details);
      const { moved } = await lookAtMove(engine, id);
      redirectWith(res, `/${automation.id}/moves`, "runsMoved", moved);
    },
  },
];

async function published(engine: Engine, { automation }: Editor): Promise<Version> {
  if (automation.publishedVersion === null) throw new Problem(409, "not_published", t("moves.unpublished"));
  return getVersion(engine, automation, automation.publishedVersion);
}

type Found = ReturnType<typeof resultOf>;

async function movesPage(ask: Ask, editor: Editor, to: Version, preview: Found | null): Promise<PageModel> {
  const { engine, visit, req } = ask;
  const { automation } = editor;
  const section = await moveSection(engine, editor, to, preview ? req : undefined);
  const past = await listMoves(engine, visit.workspace.id, automation.id);
  return {
    title: t("moves.title", { name: automation.name }),
    heading: t("moves.heading", { n: to.version }),
    crumb: { label: automation.name, path: `/${automation.id}` },
    path: `/${automation.id}/moves`,
    section,
    preview,
    past: past.map((move) => ({
      at: move.at,
      text: t("moves.past", { name: move.by.name, n: move.to }),
      result: resultOf(move, "did"),
      underWay: move.done ? null : t("moves.underWay", { n: move.underWay }),
    })),
  };
}

/** What became, or would become, of the runs, in sentences. */
function resultOf(
  found: Pick<MoveView, "moved" | "cancelled" | "left" | "refused" | "refusals"> & { underWay?: number },
  how: "did" | "would",
) {
  const fates = ["moved", "left", "cancelled", "refused"] as const;
  return {
    lines: fates.filter((fate) => found[fate] > 0).map((fate) => t(`moves.${how}.${fate}`, { n: found[fate] })),
    refusals: found.refusals.slice(0, 10).map(({ run, message }) => ({ path: `/runs/${run}`, message })),
  };
}
