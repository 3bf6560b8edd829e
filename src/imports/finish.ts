import type { ObjectType } from "../crm/index.js";
import type { Document, Step, Trigger } from "../graph/index.js";
import type { JsonObject } from "../shared/json.js";
import type { Settings } from "./forms/settings.js";
import { inWords, keptName, keyMaker, snake } from "./names/keys.js";
import { pathTo } from "./source.js";
import { withAnswerShapes } from "./steps/answer-schema.js";
import type { Report } from "./work.js";

/** The parts a document is put together from. */
export type Parts = {
  settings: Settings;
  objects: readonly ObjectType[];
  object: ObjectType | null;
  triggers: Trigger[];
  conditions?: JsonObject | undefined;
  /** Inputs that steps read. */
  inputs: ReadonlySet<string>;
  /** Secrets that steps use, as they are called here. */
  secrets: ReadonlySet<string>;
  steps: Step[];
  layout?: Document["layout"] | undefined;
};

/** The document. Secrets are named in it; their values stay where they were, which is listed. */
export function documentFrom(parts: Parts, report: Report, secretsAt: string): Document {
  const { settings, objects, object, triggers, conditions, layout } = parts;
  const steps = withAnswerShapes(parts.steps, objects, object);
  const inputs = inputSchema(parts);
  const secrets = [...new Set([...settings.secrets.map(keptName), ...parts.secrets])];
  for (const name of secrets)
    report(
      pathTo(secretsAt, name),
      `Set the value of the secret "${name}" in this workspace: values are not taken over.`,
    );
  return {
    object: object?.name ?? null,
    triggers: withKeys(triggers),
    ...(conditions ? { conditions } : {}),
    ...(inputs ? { inputs } : {}),
    ...(Object.keys(settings.variables).length > 0 ? { variables: settings.variables } : {}),
    steps,
    ...(settings.onError ? { onError: settings.onError } : {}),
    ...(settings.limits ? { limits: settings.limits } : {}),
    ...(secrets.length > 0 ? { secrets } : {}),
    ...(settings.timezone ? { timezone: settings.timezone } : {}),
    ...(settings.timeout ? { timeout: settings.timeout } : {}),
    ...(layout && Object.keys(layout).length > 0 ? { layout } : {}),
  };
}

function inputSchema({ settings, inputs }: Parts): JsonObject | undefined {
  const properties = new Map(Object.entries(settings.inputs));
  for (const name of inputs) {
    if (!properties.has(name))
      properties.set(name, { title: inWords(name), ...(isText(name) ? { type: "string" } : {}) });
  }
  if (properties.size === 0) return undefined;
  const required = settings.required.length > 0 ? { required: settings.required } : {};
  return { type: "object", properties: Object.fromEntries(properties), ...required };
}

const texts = ["id", "name", "email", "subject", "message", "text", "url", "slug"];
const isText = (name: string) => texts.includes(snake(name).split("_").at(-1) ?? "");

function withKeys(triggers: Trigger[]): Trigger[] {
  const makeKey = keyMaker();
  return triggers.map(({ key, ...trigger }) => ({ key: makeKey(key, "trigger"), ...trigger }) as Trigger);
}
