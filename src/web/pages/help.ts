import { operators } from "../../rules/index.js";
import type { PageRoute } from "./page-route.js";
import { renderPage } from "./render.js";
import { t } from "./text.js";

const groups = ["Flow", "Records", "People", "Outside", "Host"] as const;

/** What can be built with: triggers, conditions, steps, templates, in the words of the editor. */
export const helpRoutes: PageRoute[] = [
  {
    method: "get",
    path: "/help",
    role: "viewer",
    async handle({ engine, visit, res }) {
      const kinds = [...engine.actions.values()];
      await renderPage(res, "help", {
        title: t("help.title"),
        groups: groups
          .map((group) => ({
            name: t(`help.groups.${group}`),
            kinds: kinds
              .filter((kind) => kind.group === group)
              .map(({ kind, title, description }) => ({ kind, title, description })),
          }))
          .filter((group) => group.kinds.length > 0),
        operators: operators.map(({ name, label }) => ({ name, label })),
        names: [
          "record",
          "old",
          "trigger",
          "inputs",
          "steps.key.output",
          "vars",
          "now",
          "run",
          "automation",
          "workspace",
          "user",
        ].map((name) => ({ name, text: t(`help.names.${name.split(".")[0]}`) })),
        workspace: visit.workspace.slug,
      });
    },
  },
];
