import {
  type Automation,
  getAutomation,
  listVersions,
  restoreVersion,
  type Version,
} from "../../../automations/index.js";
import { type VersionStats, versionStats } from "../../../runs/index.js";
import { notFound } from "../../../shared/errors.js";
import { includesRole } from "../../access/roles.js";
import { recordAudit } from "../../audit.js";
import { versionDiff } from "../../version-diff.js";
import { plain, preview } from "../formats.js";
import { type Ask, type PageRoute, param, queryText } from "../page-route.js";
import { redirectWith, renderPage } from "../render.js";
import { t } from "../text.js";

/** The versions of an automation: who made them, when and why, how each did; any two compared, any one restored. */
export const versionRoutes: PageRoute[] = [
  {
    method: "get",
    path: "/:id/versions",
    role: "viewer",
    async handle(ask) {
      const { engine, visit, req, res } = ask;
      const automation = await getAutomation(engine, visit.workspace.id, param(req, "id"));
      const [a, b] = [queryText(req, "a"), queryText(req, "b")];
      if (a && b) {
        const path = `/${automation.id}/versions/${numberIn(a)}/diff/${numberIn(b)}`;
        return res.redirect(303, visit.base + path);
      }
      await versionsPage(ask, automation);
    },
  },
  {
    method: "get",
    path: "/:id/versions/:a/diff/:b",
    role: "viewer",
    async handle(ask) {
      const automation = await getAutomation(ask.engine, ask.visit.workspace.id, param(ask.req, "id"));
      await diffPage(ask, automation, numberIn(param(ask.req, "a")), numberIn(param(ask.req, "b")));
    },
  },
  {
    method: "post",
    path: "/:id/versions/:n/restoration",
    role: "editor",
    async handle({ engine, visit, req, res }) {
      const { id } = await getAutomation(engine, visit.workspace.id, param(req, "id"));
      const version = numberIn(param(req, "n"));
      const restored = await restoreVersion(engine, visit.workspace.id, id, version, visit.actor);
      await recordAudit(engine, visit.workspace.id, visit.actor, "automation.restored", id, { version });
      redirectWith(res, `/${id}/versions`, "versionRestored", restored.latestVersion);
    },
  },
];

async function versionsPage({ engine, visit, res }: Ask, automation: Automation): Promise<void> {
  const [versions, stats] = await Promise.all([
    listVersions(engine, visit.workspace.id, automation.id),
    versionStats(engine, visit.workspace.id, automation.id),
  ]);
  const [latest, before] = versions;
  const canEdit = includesRole(visit.person.role, "editor");
  await renderPage(res, "versions", {
    title: t("versions.title"),
    crumb: { label: automation.name, path: `/${automation.id}` },
    path: `/${automation.id}/versions`,
    state: latest ? stateWords(automation) : "",
    rows: versions.map((version, at) => ({
      number: version.version,
      path: `/${automation.id}?version=${version.version}`,
      state: t(`automation.versionState.${version.state}`),
      status: version.state === "published" ? "ok" : version.state === "draft" ? "waiting" : "idle",
      form: t(`versions.form.${version.form}`),
      who: (version.publishedBy ?? version.savedBy)?.name ?? "–",
      at: version.publishedAt ?? version.savedAt,
      note: version.note,
      did: didWords(stats.get(version.version)),
      compare: versions[at + 1] ? diffPath(automation, versions[at + 1], version) : null,
      restore: canEdit && at > 0 ? `/${automation.id}/versions/${version.version}/restoration` : null,
      ask: t(latest?.state === "draft" ? "versions.restoreOver" : "versions.restoreAsk", {
        n: version.version,
        draft: latest?.version,
      }),
    })),
    choices: { a: choicesOf(versions, before ?? latest), b: choicesOf(versions, latest) },
    comparable: versions.length > 1,
  });
}

async function diffPage({ engine, visit, res }: Ask, automation: Automation, a: number, b: number): Promise<void> {
  const diff = await versionDiff(engine, visit.workspace, automation, a, b);
  await renderPage(res, "version-diff", {
    title: t("versions.diffTitle", { a, b }),
    crumb: { label: automation.name, path: `/${automation.id}` },
    versionsPath: `/${automation.id}/versions`,
    backwards: `/${automation.id}/versions/${b}/diff/${a}`,
    words: diff.words,
    changes: diff.changes.map(({ path, before, after }) => ({
      path,
      before: before === undefined ? null : plain(before),
      after: after === undefined ? null : plain(after),
    })),
    sides: [diff.a, diff.b].map(({ version, document }) => ({
      name: t("run.version", { n: version }),
      text: preview(document).text,
    })),
  });
}

function stateWords({ publishedVersion, latestVersion, status }: Automation): string {
  if (publishedVersion === null) return t("automation.state.draft", { n: latestVersion });
  const running = t(`automation.state.${status === "active" ? "active" : "paused"}`, { n: publishedVersion });
  return latestVersion > publishedVersion ? `${running} ${t("automation.state.newer", { n: latestVersion })}` : running;
}

function didWords(stats: VersionStats | undefined): string {
  if (!stats) return t("versions.neverRan");
  const parts = [t("versions.runs", { n: stats.total })];
  if (stats.failed > 0) parts.push(t("versions.failed", { n: stats.failed }));
  if (stats.active > 0) parts.push(t("versions.active", { n: stats.active }));
  return parts.join(", ");
}

function choicesOf(versions: Version[], chosen: Version | undefined) {
  return versions.map(({ version }) => ({
    value: version,
    label: t("run.version", { n: version }),
    selected: version === chosen?.version,
  }));
}

function diffPath(automation: Automation, a: Version | undefined, b: Version): string {
  return `/${automation.id}/versions/${a?.version}/diff/${b.version}`;
}

function numberIn(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw notFound("version", text);
  return Number(text);
}
