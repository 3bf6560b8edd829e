import { listUsers, objectsOf, type User, workspaceById } from "../../../crm/index.js";
import { listSecrets } from "../../../effects/index.js";
import { daysKept, keepable, type RetentionSetting } from "../../../retention/index.js";
import { type FieldError, Problem } from "../../../shared/errors.js";
import { listApiKeys } from "../../access/api-keys.js";
import { roles } from "../../access/roles.js";
import { listAudit } from "../../audit.js";
import { type Ask, formText, type PageRoute } from "../page-route.js";
import { type PageModel, redirectWith, renderPage } from "../render.js";
import { t, textOr } from "../text.js";
import { type Once, type SettingsForm, settingsForms } from "./settings-forms.js";

/** What was sent and refused, so that its form can say so. */
type Refused = { section: string; problems: FieldError[]; message: string };

/** Settings of the workspace: its name and zone, kill switches and limits, how long what is kept, people, keys, secrets. */
export const settingsRoutes: PageRoute[] = [
  { method: "get", path: "/admin/settings", role: "admin", handle: (ask) => show(ask) },
  ...settingsForms.map(([section, path, work]) => change(`/admin/settings${path}`, section, work)),
];

/** A form of this page: done, it sends the browser back with a notice; refused, it shows the page with the reasons. */
function change(path: string, section: string, work: SettingsForm): PageRoute {
  return {
    method: "post",
    path,
    role: "admin",
    async handle(ask) {
      try {
        const done = await work(ask);
        if (typeof done !== "string") return await show(ask, done);
        redirectWith(ask.res, `/admin/settings#${section}`, done);
      } catch (error) {
        if (!(error instanceof Problem) || ![404, 409, 422].includes(error.status)) throw error;
        await show(ask, null, { section, problems: error.errors, message: error.message }, error.status);
      }
    },
  };
}

async function show(ask: Ask, once: Once | null = null, refused: Refused | null = null, status = 200): Promise<void> {
  await renderPage(ask.res, "settings", await settingsPage(ask, once, refused), status);
}

async function settingsPage(
  { engine, visit, req }: Ask,
  once: Once | null,
  refused: Refused | null,
): Promise<PageModel> {
  const { id } = visit.workspace;
  const [workspace, users, keys, secrets, objects, audit] = await Promise.all([
    workspaceById(engine, id),
    listUsers(engine, id),
    listApiKeys(engine, id),
    listSecrets(engine, id),
    objectsOf(engine, id),
    listAudit(engine, id, { limit: 12 }),
  ]);
  const settings = workspace?.settings ?? {};
  const problems = (section: string) =>
    refused?.section === section
      ? (refused.problems.length > 0 ? refused.problems : [{ path: "", message: refused.message }]).map((problem) => ({
          ...problem,
          anchor: null,
        }))
      : [];
  const typed = refused ? (name: string) => formText(req, name) : () => "";
  return {
    title: t("settings.title"),
    once,
    workspace: { name: workspace?.name ?? "", timezone: workspace?.timezone ?? "UTC", slug: workspace?.slug ?? "" },
    zones: Intl.supportedValuesOf("timeZone"),
    switches: {
      paused: settings.paused === true,
      objects: objects.map(({ name, plural }) => ({
        name,
        plural,
        paused: settings.pausedObjects?.includes(name) === true,
      })),
      runsPerMonth: settings.limits?.runsPerMonth ?? "",
      perMinute: settings.limits?.perMinute ?? "",
    },
    retention: keptShown(engine, settings.retention),
    people: users.map((user) => personLine(user, visit.person.id)),
    roles: [...roles].reverse().map((role) => ({ value: role, label: t(`roles.${role}`) })),
    keys: keys.map((key) => ({ ...key, roleWord: t(`roles.${key.role}`) })),
    secrets: secrets.map((secret) => ({ ...secret, hosts: secret.hosts.join(", ") || t("settings.anyHost") })),
    audit: audit.data.map((entry) => ({
      at: entry.at,
      who: entry.actor.name,
      what: textOr(`audit.${entry.action.replaceAll(".", "_")}`, entry.action),
      subject: typeof entry.details["name"] === "string" ? entry.details["name"] : (entry.subject ?? ""),
    })),
    problems: {
      workspace: problems("workspace"),
      switches: problems("switches"),
      retention: problems("retention"),
      people: problems("people"),
      keys: problems("keys"),
      secrets: problems("secrets"),
    },
    typed: { name: typed("name"), email: typed("email"), hosts: typed("hosts") },
  };
}

/** Each thing that may be kept shorter or longer here: what is written for it, and what holds when nothing is. */
function keptShown({ settings: { retention } }: Ask["engine"], own: RetentionSetting = {}) {
  const installed = daysKept(retention);
  return keepable.map((name) => ({
    name,
    label: t(`settings.kept.${name}`),
    value: own[name] ?? "",
    otherwise: installed[name] === null ? t("settings.forever") : t("settings.days", { n: installed[name] }),
  }));
}

function personLine({ id, name, email, role, active }: User, me: string) {
  return {
    id,
    name,
    email,
    active,
    isMe: id === me,
    roles: roles.map((value) => ({ value, label: t(`roles.${value}`), selected: value === role })),
  };
}
