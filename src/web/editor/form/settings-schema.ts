import { isObject, type JsonObject } from "../../../shared/json.js";
import { t } from "../../pages/text.js";
import { errorSchema } from "./step-schema.js";

/** The settings that stand under "More", section by section: the members of the document each of them draws. */
export const settingsSections = [
  { key: "variables", members: ["variables", "outputs", "secrets"] },
  { key: "limits", members: ["limits", "enrollment"] },
  { key: "failures", members: ["onError", "timeout", "timezone"] },
] as const;

/** The members of a document that `settingsSchema` draws. */
export const settingsMembers: readonly string[] = settingsSections.flatMap(({ members }) => [...members]);

const reenter = ["always", "once", "afterFinish", "day", "week", "month"];
const concurrency = ["parallel", "queue", "drop", "replace"];

/** The schema of everything under "More" but the inputs. `secrets` and `zone` are those of the workspace. */
export function settingsSchema(secrets: readonly string[], zone: string, document: JsonObject): JsonObject {
  const text = (name: string) => ({
    title: t(`editor.settings.${name}.title`),
    description: t(`editor.settings.${name}.hint`),
  });
  const labels = (name: string, values: string[]) =>
    Object.fromEntries(values.map((value) => [value, t(`editor.settings.${name}.${value}`)]));
  return {
    properties: {
      variables: { ...text("variables"), type: "object", "x-hint": "values", "x-values": "loose" },
      outputs: { ...text("outputs"), type: "object", "x-hint": "values", "x-values": "loose" },
      secrets: {
        ...text("secrets"),
        type: "array",
        items:
          secrets.length > 0
            ? { enum: secrets, "x-labels": Object.fromEntries(secrets.map((name) => [name, name])) }
            : { type: "string" },
      },
      limits: {
        title: t("editor.settings.limits.title"),
        type: "object",
        properties: {
          runsPerMonth: { ...text("runsPerMonth"), type: "integer" },
          perMinute: { ...text("perMinute"), type: "integer" },
        },
      },
      enrollment: {
        title: t("editor.settings.enrollment.title"),
        type: "object",
        properties: {
          reenter: { ...text("reenter"), enum: reenter, "x-labels": labels("reenter", reenter), default: "always" },
          concurrency: {
            ...text("concurrency"),
            enum: concurrency,
            "x-labels": labels("concurrency", concurrency),
            default: "parallel",
          },
          allowSelf: { ...text("allowSelf"), type: "integer" },
          unless: { ...text("unless"), type: "object", "x-hint": "conditions" },
          exitWhen: { ...text("exitWhen"), type: "object", "x-hint": "conditions" },
        },
      },
      onError: errorSchema(t("editor.error.document"), "document", document["onError"]),
      timeout: { ...text("timeout"), type: "string", "x-hint": "duration" },
      timezone: { ...text("timezone"), type: "string", "x-hint": "timezone", examples: [zone] },
    },
  };
}

/** A document's settings as their form shows them: `{ per: "day" }` is one of the choices. */
export function shownSettings(document: JsonObject): JsonObject {
  const { enrollment } = document;
  if (!isObject(enrollment) || !isObject(enrollment["reenter"])) return document;
  return { ...document, enrollment: { ...enrollment, reenter: enrollment["reenter"]["per"] } };
}

/** The other way round. */
export function storedSettings(read: JsonObject): JsonObject {
  const { enrollment } = read;
  const per = isObject(enrollment) ? enrollment["reenter"] : undefined;
  if (!isObject(enrollment) || !["day", "week", "month"].includes(String(per))) return read;
  return { ...read, enrollment: { ...enrollment, reenter: { per } } };
}
