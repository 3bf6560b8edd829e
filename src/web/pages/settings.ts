import {
  createUser,
  listUsers,
  objectsOf,
  type User,
  updateUser,
  updateWorkspace,
  workspaceById,
} from "../../crm/index.js";
import { listSecrets, removeSecret, writeSecret } from "../../effects/index.js";
import { type FieldError, invalid, Problem } from "../../shared/errors.js";
import { createApiKey, listApiKeys, revokeApiKey } from "../api-keys.js";
import { listAudit, recordAudit } from "../audit.js";
import { hashPassword, newPassword } from "../passwords.js";
import { isRole, roles } from "../roles.js";
import { type Ask, formList, formText, type PageRoute, param } from "./page-route.js";
import { type PageModel, redirectWith, renderPage } from "./render.js";
import { t, textOr } from "./text.js";

/** Something shown once and never again: a new key, a new password. */
type Once = { title: string; text: string; value: string };

/** What was sent and refused, so that its form can say so. */
type Refused = { section: string; problems: FieldError[]; message: string };

/** Settings of the workspace: its name and zone, kill switches and limits, people, keys, secrets. */
export const settingsRoutes: PageRoute[] = [
  { method: "get", path: "/admin/settings", role: "admin", handle: (ask) => show(ask) },
  change("/admin/settings/workspace", "workspace", saveWorkspace),
  change("/admin/settings/switches", "switches", saveSwitches),
  change("/admin/settings/people", "people", addPerson),
  change("/admin/settings/people/:id", "people", changePerson),
  change("/admin/settings/keys", "keys", addKey),
  change("/admin/settings/keys/:id/revocation", "keys", removeKey),
  change("/admin/settings/secrets", "secrets", saveSecret),
  change("/admin/settings/secrets/:name/deletion", "secrets", forgetSecret),
];

/** A form of this page: done, it sends the browser back with a notice; refused, it shows the page with the reasons. */
function change(path: string, section: string, work: (ask: Ask) => Promise<string | Once>): PageRoute {
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

async function saveWorkspace({ engine, visit, req }: Ask): Promise<string> {
  const values = { name: formText(req, "name"), timezone: formText(req, "timezone") };
  await updateWorkspace(engine, visit.workspace.id, values);
  await recordAudit(engine, visit.workspace.id, visit.actor, "workspace.changed", null, values);
  return "settingsSaved";
}

async function saveSwitches({ engine, visit, req }: Ask): Promise<string> {
  const number = (name: string) => {
    const text = formText(req, name);
    if (text === "") return undefined;
    if (!/^\d{1,12}$/.test(text)) throw invalid([{ path: name, message: t("settings.wholeNumber") }]);
    return Number(text);
  };
  const [runsPerMonth, perMinute] = [number("runsPerMonth"), number("perMinute")];
  const settings = {
    paused: formText(req, "paused") === "true",
    pausedObjects: formList(req, "pausedObjects").filter(Boolean),
    limits: {
      ...(runsPerMonth === undefined ? {} : { runsPerMonth }),
      ...(perMinute === undefined ? {} : { perMinute }),
    },
  };
  await updateWorkspace(engine, visit.workspace.id, { settings });
  await recordAudit(engine, visit.workspace.id, visit.actor, "workspace.switches", null, settings);
  return settings.paused ? "everythingPaused" : "settingsSaved";
}

async function addPerson({ engine, visit, req }: Ask): Promise<Once> {
  const password = newPassword();
  const role = formText(req, "role");
  if (!isRole(role)) throw invalid([{ path: "role", message: t("settings.chooseRole") }]);
  const user = await createUser(engine, {
    workspaceId: visit.workspace.id,
    email: formText(req, "email"),
    name: formText(req, "name"),
    role,
    passwordHash: await hashPassword(password),
  });
  await recordAudit(engine, visit.workspace.id, visit.actor, "person.added", user.id, { email: user.email, role });
  return {
    title: t("settings.newPerson", { name: user.name }),
    text: t("settings.passwordOnce", { email: user.email }),
    value: password,
  };
}

async function changePerson({ engine, visit, req }: Ask): Promise<string | Once> {
  const id = param(req, "id");
  if (formText(req, "do") === "password") {
    const password = newPassword();
    const user = await updateUser(engine, visit.workspace.id, id, { passwordHash: await hashPassword(password) });
    await recordAudit(engine, visit.workspace.id, visit.actor, "person.changed", id, { password: "changed" });
    return {
      title: t("settings.newPassword", { name: user.name }),
      text: t("settings.passwordOnce", { email: user.email }),
      value: password,
    };
  }
  const role = formText(req, "role");
  if (!isRole(role)) throw invalid([{ path: "role", message: t("settings.chooseRole") }]);
  const values = { role, active: formText(req, "active") !== "false" };
  await updateUser(engine, visit.workspace.id, id, values);
  await recordAudit(engine, visit.workspace.id, visit.actor, "person.changed", id, values);
  return "settingsSaved";
}

async function addKey({ engine, visit, req }: Ask): Promise<Once> {
  const made = await createApiKey(engine, visit.workspace.id, {
    name: formText(req, "name"),
    role: formText(req, "role"),
  });
  await recordAudit(engine, visit.workspace.id, visit.actor, "key.created", made.id, {
    name: made.name,
    role: made.role,
  });
  return { title: t("settings.newKey", { name: made.name }), text: t("settings.keyOnce"), value: made.key };
}

async function removeKey({ engine, visit, req }: Ask): Promise<string> {
  const revoked = await revokeApiKey(engine, visit.workspace.id, param(req, "id"));
  await recordAudit(engine, visit.workspace.id, visit.actor, "key.revoked", revoked.id, { name: revoked.name });
  return "keyRevoked";
}

async function saveSecret({ engine, visit, req }: Ask): Promise<string> {
  const hosts = formText(req, "hosts")
    .split(/[\s,]+/)
    .filter(Boolean);
  const value = (req.body as Record<string, unknown>)["value"];
  const secret = await writeSecret(
    engine,
    visit.workspace.id,
    formText(req, "name"),
    typeof value === "string" ? value : "",
    { hosts },
    visit.actor.name,
  );
  await recordAudit(engine, visit.workspace.id, visit.actor, "secret.written", secret.name, {
    version: secret.version,
    hosts,
  });
  return "secretSaved";
}

async function forgetSecret({ engine, visit, req }: Ask): Promise<string> {
  const name = param(req, "name");
  await removeSecret(engine, visit.workspace.id, name);
  await recordAudit(engine, visit.workspace.id, visit.actor, "secret.removed", name);
  return "secretRemoved";
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
      people: problems("people"),
      keys: problems("keys"),
      secrets: problems("secrets"),
    },
    typed: { name: typed("name"), email: typed("email"), hosts: typed("hosts") },
  };
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
