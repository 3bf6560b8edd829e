import { createAutomation, normalDocument } from "../../../automations/index.js";
import { objectsOf } from "../../../crm/index.js";
import { invalid, Problem } from "../../../shared/errors.js";
import { recordAudit } from "../../audit.js";
import { type Ask, formText, type PageRoute, queryText } from "../page-route.js";
import { renderPage } from "../render.js";
import { t } from "../text.js";
import { templateCards, templates } from "./automation-templates.js";

/** Starting a new automation: from a goal, or from nothing. Either way the editor opens on a draft. */
export const newAutomationRoutes: PageRoute[] = [
  {
    method: "get",
    path: "/new",
    role: "editor",
    handle: (ask) => newPage(ask, queryText(ask.req, "template") ?? "", { name: "", description: "", object: "" }),
  },
  {
    method: "post",
    path: "/new",
    role: "editor",
    async handle(ask) {
      const { engine, visit, req, res } = ask;
      const [key, name, description, object] = ["template", "name", "description", "object"].map((field) =>
        formText(req, field),
      ) as [string, string, string, string];
      const template = templates.find((one) => one.key === key);
      try {
        const objects = await objectsOf(engine, visit.workspace.id);
        const needed = template ? template.document.object : object || null;
        if (needed !== null && !objects.some((one) => one.name === needed))
          throw invalid([{ path: "object", message: t("new.noObject", { object: needed }) }]);
        const document = template?.document ?? normalDocument({ object: needed, triggers: [], steps: [] });
        const title = name || (template ? t(`templates.${key}.name`) : "");
        const made = await createAutomation(
          engine,
          visit.workspace.id,
          { name: title, description, form: "list", document },
          visit.actor,
        );
        await recordAudit(engine, visit.workspace.id, visit.actor, "automation.created", made.id, { name: made.name });
        res.redirect(303, `${visit.base}/${made.id}/edit`);
      } catch (error) {
        if (!(error instanceof Problem) || error.status !== 422) throw error;
        await newPage(ask, key, { name, description, object }, error);
      }
    },
  },
];

async function newPage(
  { engine, visit, res }: Ask,
  template: string,
  typed: { name: string; description: string; object: string },
  problem?: Problem,
): Promise<void> {
  const objects = await objectsOf(engine, visit.workspace.id);
  const of = (path: string) => (problem?.errors ?? []).filter((error) => error.path === path);
  const chosen = templateCards().find(({ key }) => key === template) ?? null;
  const model = {
    title: t("new.title"),
    crumb: { label: t("nav.automations"), path: "/list" },
    chosen,
    typed: { ...typed, name: typed.name || (chosen?.name ?? "") },
    objects: objects.map(({ name, label }) => ({ value: name, label, selected: typed.object === name })),
    templates: templateCards(),
    nameProblems: of("name"),
    objectProblems: of("object"),
    problems: (problem?.errors ?? [])
      .filter(({ path }) => path !== "name" && path !== "object")
      .map((error) => ({ ...error, anchor: null })),
  };
  await renderPage(res, "new", model, problem ? 422 : 200);
}
