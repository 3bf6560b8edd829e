import { objectsOf } from "../../../crm/index.js";
import type { Engine, RunView, Undone } from "../../../runs/index.js";
import type { PageModel } from "../render.js";
import type { Visit } from "../site.js";
import { t, textOr } from "../text.js";

/** What an undo came to: put back, left as it is, and what cannot be undone. */
export async function undonePage(engine: Engine, visit: Visit, run: RunView, undone: Undone): Promise<PageModel> {
  const objects = await objectsOf(engine, visit.workspace.id);
  const place = ({ object, recordId, field }: { object: string; recordId: string; field: string | null }) => {
    const known = objects.find(({ name }) => name === object);
    const label = known?.fields.find(({ name }) => name === field)?.label ?? field;
    return {
      text: `${known?.label ?? object} · ${label ?? t("run.wholeRecord")}`,
      path: `/records/${object}/${encodeURIComponent(recordId)}`,
    };
  };
  return {
    title: t("undo.title"),
    crumb: { label: run.automationName, path: `/runs/${run.id}` },
    summary: t("undo.summary", { n: undone.reverted.length }),
    reverted: undone.reverted.map(place),
    kept: undone.kept.map((kept) => ({ ...place(kept), reason: kept.reason })),
    notUndoable: undone.notUndoable.map(named),
    neverSent: undone.neverSent.map(named),
    back: `/runs/${run.id}`,
  };
}

const named = ({ step, kind }: { step: string; kind: string }) => ({ step, kind: textOr(`kinds.${kind}`, kind) });
