import type { Request } from "express";
import { type Decider, decide, delegate, getQuestion, reassign, type Verdict } from "../../../people/index.js";
import type { Engine } from "../../../runs/index.js";
import { type FieldError, invalid, Problem } from "../../../shared/errors.js";
import { nested } from "../forms/form-body.js";
import { readSchemaForm } from "../forms/schema-values.js";
import { formText } from "../page-route.js";
import type { Visit } from "../site.js";
import { t } from "../text.js";
import type { Tried } from "./approvals-view.js";

/**
 * Carries out a sent decision. Whoever rejects by a page says why. What the person can put right comes back with what
 * they had typed.
 */
export async function take(engine: Engine, workspaceId: string, id: string, by: Decider, req: Request) {
  const found = await getQuestion(engine, workspaceId, id);
  const form = found.status === "open" ? found.form : null;
  const { values, problems } = readSchemaForm(form ?? {}, nested(req.body, "values"), () => []);
  const comment = formText(req, "comment");
  try {
    const decision = decisionOf(formText(req, "decision"));
    if (found.status === "open" && decision === "rejected" && comment === "")
      throw invalid([{ path: "comment", message: t("approvals.commentMissing") }]);
    if (problems.length > 0 && decision === "done") throw invalid(problems.map(under));
    return await decide(engine, workspaceId, id, by, { decision, comment, values });
  } catch (error) {
    return refused(error, { values, comment });
  }
}

/** Passes a question on: who was asked gives their own part away, an operator puts it to somebody else altogether. */
export async function passOn(engine: Engine, visit: Visit, id: string, req: Request): Promise<Tried | null> {
  const to = formText(req, "to");
  const found = await getQuestion(engine, visit.workspace.id, id);
  const asked = found.status === "open" && found.assignees.some((one) => one.id === visit.person.id);
  try {
    if (to === "") throw invalid([{ path: "to", message: t("approvals.choosePerson") }]);
    if (asked) await delegate(engine, visit.workspace.id, id, visit.person.id, to);
    else await reassign(engine, visit.workspace.id, id, [to]);
    return null;
  } catch (error) {
    return refused(error, { values: {}, comment: "" });
  }
}

function refused(error: unknown, typed: Pick<Tried, "values" | "comment">): Tried {
  if (!(error instanceof Problem) || ![409, 422].includes(error.status)) throw error;
  return { problem: error, ...typed };
}

/** Whether a question is neither open nor decided: nobody answered in time, its run ended, or it never was. */
export const isGone = (error: unknown) => error instanceof Problem && error.status === 404;

const under = ({ path, message }: FieldError): FieldError => ({ path: `values.${path}`, message });

function decisionOf(word: string): Verdict["decision"] {
  if (word === "approved" || word === "rejected" || word === "done") return word;
  throw invalid([{ path: "decision", message: t("approvals.choose") }]);
}
