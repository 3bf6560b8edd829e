import {
  type Automation,
  activate,
  getAutomation,
  getVersion,
  listVersions,
  pause,
  type Version,
} from "../../../automations/index.js";
import { describeObject, listUsers, type ObjectType } from "../../../crm/index.js";
import { triggerWords } from "../../../graph/index.js";
import { sentenceOf } from "../../../rules/index.js";
import { type Engine, listRuns, statsOf } from "../../../runs/index.js";
import { isObject } from "../../../shared/json.js";
import { includesRole } from "../../access/roles.js";
import { automationViews } from "../../api/automations/automation-view.js";
import { recordAudit } from "../../audit.js";
import { type IdNames, idNames, withNames } from "../../id-names.js";
import { inWords } from "../forms/schema-form.js";
import { kindIcon } from "../kind-icons.js";
import { type PageRoute, param, queryText } from "../page-route.js";
import { type PageModel, redirectWith, renderPage } from "../render.js";
import { runRows } from "../runs/run-rows.js";
import type { Visit } from "../site.js";
import { t } from "../text.js";
import { deleteUnlessUsed } from "./delete-automation.js";
import { offerOf } from "./startable.js";
import { stepOutline } from "./step-outline.js";
import { stepRoutes } from "./step-routes.js";

/** One automation: what it does as a sentence, its contract, its numbers and recent runs; on, off, gone. */
export const automationRoutes: PageRoute[] = [
  {
    method: "get",
    path: "/:id",
    role: "viewer",
    async handle({ engine, visit, req, res }) {
      const automation = await getAutomation(engine, visit.workspace.id, param(req, "id"));
      const asked = Number(queryText(req, "version"));
      const version = await getVersion(
        engine,
        automation,
        Number.isInteger(asked) && asked > 0 ? asked : (automation.publishedVersion ?? automation.latestVersion),
      );
      await renderPage(res, "automation", await automationPage(engine, visit, automation, version));
    },
  },
  {
    method: "post",
    path: "/:id/activation",
    role: "editor",
    async handle({ engine, visit, req, res }) {
      const automation = await activate(engine, visit.workspace.id, param(req, "id"));
      await recordAudit(engine, visit.workspace.id, visit.actor, "automation.activated", automation.id, {
        name: automation.name,
      });
      redirectWith(res, `/${automation.id}`, "automationsActivated", 1);
    },
  },
  {
    method: "post",
    path: "/:id/pause",
    role: "editor",
    async handle({ engine, visit, req, res }) {
      const automation = await pause(engine, visit.workspace.id, param(req, "id"));
      await recordAudit(engine, visit.workspace.id, visit.actor, "automation.paused", automation.id, {
        name: automation.name,
      });
      redirectWith(res, `/${automation.id}`, "automationsPaused", 1);
    },
  },
  {
    method: "post",
    path: "/:id/deletion",
    role: "editor",
    async handle({ engine, visit, req, res }) {
      const automation = await getAutomation(engine, visit.workspace.id, param(req, "id"));
      await deleteUnlessUsed(engine, visit, automation);
      await recordAudit(engine, visit.workspace.id, visit.actor, "automation.deleted", automation.id, {
        name: automation.name,
      });
      redirectWith(res, "/list", "automationsDeleted", 1);
    },
  },
];

async function automationPage(
  engine: Engine,
  visit: Visit,
  automation: Automation,
  version: Version,
): Promise<PageModel> {
  const { id: workspaceId } = visit.workspace;
  const [runs, stats, versions, users, object, [view], names] = await Promise.all([
    listRuns(engine, workspaceId, { automation: automation.id, limit: 10 }),
    statsOf(engine, workspaceId, [automation.id]),
    listVersions(engine, workspaceId, automation.id),
    listUsers(engine, workspaceId),
    version.document.object ? describeObject(engine, workspaceId, version.document.object).catch(() => null) : null,
    automationViews(engine, workspaceId, [automation], version.version),
    idNames(engine, workspaceId, [version.document]),
  ]);
  const editable = includesRole(visit.person.role, "editor") && version.version === automation.latestVersion;
  const contract = contractOf(engine, version, object, { zone: visit.zone, editable, names });
  const numbers = stats.get(automation.id);
  const canEdit = includesRole(visit.person.role, "editor");
  const offer =
    automation.status === "active"
      ? offerOf(automation, version, automation.object === null ? "global" : "record")
      : null;
  return {
    title: automation.name,
    crumb: { label: t("nav.automations"), path: "/list" },
    automation: {
      id: automation.id,
      status: automation.status,
      description: automation.description,
      tags: automation.tags,
      folder: automation.folder,
      form: automation.form,
    },
    broken: (automation.broken ?? []).map(({ message, paths }) => ({ message, places: paths.join(", ") })),
    sentence: view?.sentence ?? "",
    state: stateOf(automation, version),
    contract,
    outline:
      version.form === "graph" && contract.steps.length > 0
        ? stepOutline(engine, version.document, contract.steps)
        : null,
    figures: [
      { label: t("automation.figures.total"), value: numbers?.total ?? 0, status: "" },
      { label: t("automation.figures.completed"), value: numbers?.completed ?? 0, status: "completed" },
      { label: t("automation.figures.failed"), value: numbers?.failed ?? 0, status: "failed" },
      { label: t("automation.figures.skipped"), value: numbers?.skipped ?? 0, status: "skipped" },
      { label: t("automation.figures.active"), value: numbers?.active ?? 0, status: "queued,running,waiting" },
    ],
    runs: await runRows(engine, workspaceId, runs.data),
    hasRecord: automation.object !== null,
    owner: users.find(({ id }) => id === automation.ownerId)?.name ?? null,
    versions: versions.slice(0, 8).map((one) => ({
      number: one.version,
      state: t(`automation.versionState.${one.state}`),
      who: (one.publishedBy ?? one.savedBy)?.name ?? "",
      at: one.publishedAt ?? one.savedAt,
      note: one.note,
      path: `/${automation.id}?version=${one.version}`,
      current: one.version === version.version,
    })),
    canEdit,
    isGraph: automation.form === "graph",
    editPath: `/${automation.id}/${automation.form === "graph" ? "workflow" : "edit"}`,
    canPause: canEdit && automation.status === "active",
    canActivate: canEdit && automation.status === "paused",
    canRun: includesRole(visit.person.role, "operator") && offer !== null,
    deleteAsk: t("automation.deleteAsk", { name: automation.name }),
  };
}

/** What is true right now, in one line: what runs, and whether something newer waits. */
function stateOf(automation: Automation, shown: Version): string {
  const { publishedVersion, latestVersion, status } = automation;
  if (publishedVersion === null) return t("automation.state.draft", { n: latestVersion });
  const running = t(`automation.state.${status === "active" ? "active" : "paused"}`, { n: publishedVersion });
  const newer = latestVersion > publishedVersion ? ` ${t("automation.state.newer", { n: latestVersion })}` : "";
  return shown.version === publishedVersion || shown.version === latestVersion
    ? running + newer
    : `${running}${newer} ${t("automation.state.old", { n: shown.version })}`;
}

function contractOf(
  engine: Engine,
  { automationId, document, form }: Version,
  object: ObjectType | null,
  { zone, editable, names }: { zone: string; editable: boolean; names: IdNames },
) {
  const labels = {
    object: object?.label ?? null,
    field: (name: string) => object?.fields.find((field) => field.name === name)?.label ?? name,
  };
  const labelOf = (_fact: string, path: string, value?: unknown) => {
    const field = object?.fields.find(({ name }) => name === path);
    return value === undefined ? field?.label : field?.options?.find((option) => option.value === value)?.label;
  };
  const properties =
    isObject(document.inputs) && isObject(document.inputs["properties"]) ? document.inputs["properties"] : {};
  const required =
    isObject(document.inputs) && Array.isArray(document.inputs["required"]) ? document.inputs["required"] : [];
  return {
    about: object?.label ?? t("automation.global"),
    triggers: document.triggers.map((trigger) => ({
      icon: kindIcon(trigger.kind),
      text: capital(triggerWords(trigger, labels, document.timezone ?? zone)),
    })),
    conditions: document.conditions ? capital(sentenceOf(document.conditions, labelOf)) : "",
    steps: document.steps.map((step, at) => ({
      number: form === "graph" ? 0 : at + 1,
      icon: kindIcon(step.kind),
      name: step.name ?? capital(engine.actions.get(step.kind)?.sentence(withNames(step, names).config) ?? step.kind),
      kind: engine.actions.get(step.kind)?.title ?? step.kind,
      key: step.key,
      editPath: editable && form === "graph" ? `/${automationId}/workflow/steps/${step.key}` : null,
      disabled: step.disabled === true,
      note: step.note ?? "",
      routes: form === "graph" ? [] : stepRoutes(document.steps, at),
    })),
    inputs: Object.entries(properties).map(([name, part]) => ({
      name,
      type: isObject(part) && typeof part["type"] === "string" ? part["type"] : "",
      title: isObject(part) && typeof part["title"] === "string" ? part["title"] : inWords(name),
      required: required.includes(name),
    })),
    outputs: Object.entries(document.outputs ?? {}).map(([name, value]) => ({
      name,
      value: typeof value === "string" ? value : JSON.stringify(value),
    })),
    limits: [
      ...(document.limits?.runsPerMonth === undefined
        ? []
        : [t("automation.limits.month", { n: document.limits.runsPerMonth })]),
      ...(document.limits?.perMinute === undefined
        ? []
        : [t("automation.limits.minute", { n: document.limits.perMinute })]),
      typeof document.enrollment?.reenter === "object"
        ? t("automation.reenter.per", { per: document.enrollment.reenter.per })
        : t(`automation.reenter.${document.enrollment?.reenter ?? "always"}`),
      t(`automation.concurrency.${document.enrollment?.concurrency ?? "parallel"}`),
    ],
  };
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
