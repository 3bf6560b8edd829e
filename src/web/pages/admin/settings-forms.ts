import { createUser, updateUser, updateWorkspace } from "../../../crm/index.js";
import { removeSecret, writeSecret } from "../../../effects/index.js";
import { deleteGuarded } from "../../../insight/index.js";
import { keepable, type RetentionSetting } from "../../../retention/index.js";
import { invalid } from "../../../shared/errors.js";
import { createApiKey, revokeApiKey } from "../../access/api-keys.js";
import { hashPassword, newPassword } from "../../access/passwords.js";
import { isRole } from "../../access/roles.js";
import { recordAudit } from "../../audit.js";
import { type Ask, formList, formText, param } from "../page-route.js";
import { t } from "../text.js";

/** Something shown once and never again: a new key, a new password. */
export type Once = { title: string; text: string; value: string };

/** What a form of the settings does: gives back the notice to show, or what is shown once. 422 naming the field at fault. */
export type SettingsForm = (ask: Ask) => Promise<string | Once>;

/** The forms of the settings, by the section they stand in and their address below `/admin/settings`. */
export const settingsForms: readonly [section: string, path: string, work: SettingsForm][] = [
  ["workspace", "/workspace", saveWorkspace],
  ["switches", "/switches", saveSwitches],
  ["retention", "/retention", saveRetention],
  ["people", "/people", addPerson],
  ["people", "/people/:id", changePerson],
  ["keys", "/keys", addKey],
  ["keys", "/keys/:id/revocation", removeKey],
  ["secrets", "/secrets", saveSecret],
  ["secrets", "/secrets/:name/deletion", forgetSecret],
];

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

async function saveRetention({ engine, visit, req }: Ask): Promise<string> {
  const retention: RetentionSetting = {};
  for (const one of keepable) {
    const length = formText(req, one);
    if (length !== "") retention[one] = length;
  }
  await updateWorkspace(engine, visit.workspace.id, { settings: { retention } });
  await recordAudit(engine, visit.workspace.id, visit.actor, "workspace.retention", null, { retention });
  return "settingsSaved";
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
    createdBy: visit.person.id,
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
  const thing = { kind: "secret" as const, names: [name] };
  await deleteGuarded(engine, visit.workspace.id, `The secret "${name}"`, thing, false, () =>
    removeSecret(engine, visit.workspace.id, name),
  );
  await recordAudit(engine, visit.workspace.id, visit.actor, "secret.removed", name);
  return "secretRemoved";
}
