import { forecast } from "../../triggers/index.js";
import { kindIcon } from "./kind-icons.js";
import { type PageRoute, queryText, withQuery } from "./page-route.js";
import { labelsOfRecords } from "./records/record-shown.js";
import { renderPage } from "./render.js";
import { triggerWord } from "./runs/run-rows.js";
import { t } from "./text.js";

const days = ["7", "30", "90"];
const DAY_MS = 86_400_000;

/** What clocks will start: schedules and record dates, soonest first. */
export const scheduleRoutes: PageRoute[] = [
  {
    method: "get",
    path: "/schedules",
    role: "viewer",
    async handle({ engine, visit, req, res }) {
      const asked = queryText(req, "days");
      const ahead = days.includes(asked ?? "") ? Number(asked) : 7;
      const entries = await forecast(engine, visit.workspace.id, engine.clock.now() + ahead * DAY_MS);
      const labels = await labelsOfRecords(engine, visit.workspace.id, entries);
      await renderPage(res, "schedules", {
        title: t("schedules.title"),
        note: t("schedules.zone", { zone: visit.zone }),
        chip: {
          label: t("schedules.ahead"),
          value: t("schedules.days", { n: ahead }),
          on: asked !== undefined,
          options: days.map((value) => ({
            label: t("schedules.days", { n: Number(value) }),
            href: withQuery(req, visit.base, { days: value }),
            current: Number(value) === ahead,
          })),
        },
        rows: entries.map((entry) => ({
          at: entry.at,
          icon: kindIcon(entry.kind),
          kind: triggerWord(entry.kind),
          words: entry.words,
          automation: { name: entry.automationName, path: `/${entry.automationId}` },
          record:
            entry.object && entry.recordId
              ? {
                  label: labels.get(`${entry.object}:${entry.recordId}`) ?? entry.recordId,
                  path: `/records/${entry.object}/${encodeURIComponent(entry.recordId)}`,
                }
              : null,
        })),
      });
    },
  },
];
