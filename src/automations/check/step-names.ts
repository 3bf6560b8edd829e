import type { ActionRoom } from "../../actions/index.js";
import type { ObjectType } from "../../crm/index.js";
import type { Step } from "../../graph/index.js";
import { isObject, type JsonObject } from "../../shared/json.js";
import { joined, type Names, namesOfSchema, namesOfValue, schemaOfValues } from "./names.js";

/** Kinds that make records of one object, whatever their config says. */
const makes: Record<string, string> = {
  "task.create": "task",
  "note.create": "note",
  "conversation.reply": "message",
  "conversation.draft": "message",
};

/** What later steps may read of a step: its way out, its error, and its output as far as its kind describes it. */
export function namesOfStep(
  { actions }: ActionRoom,
  step: Step,
  objects: readonly ObjectType[],
  own: ObjectType | null,
): Names {
  const at = `steps.${step.key}`;
  const ways: Names = {
    paths: [`${at}.port`, `${at}.error`, `${at}.error.code`, `${at}.error.message`],
    open: [`${at}.error.details`],
  };
  if (step.kind === "set_variables") return joined(ways, namesOfValue(`${at}.output`, step.config["values"]));
  const action = actions.get(step.kind);
  // Which object a template names shows only in a run.
  const computed = String(objectOf(step)).includes("{{");
  const described = action && !computed && (!action.fromHost || action.output["additionalProperties"] === false);
  const named = objectOf(step);
  const object = named === undefined ? own : (objects.find(({ name }) => name === named) ?? null);
  const schema = action ? withValues(declaredOutput(step, action.output), object) : {};
  return joined(ways, namesOfSchema(`${at}.output`, schema), { paths: [], open: described ? [] : [`${at}.output`] });
}

/** The output of a kind, with what its config says the answer looks like in the place of the answer. */
function declaredOutput({ kind, config }: Step, output: JsonObject): JsonObject {
  const { properties } = output;
  const [member, declared] =
    kind === "http.request" ? ["body", config["expect"]] : kind === "llm" ? ["data", config["schema"]] : [];
  if (member === undefined || !isObject(declared) || !isObject(properties)) return output;
  return { ...output, properties: { ...properties, [member]: declared } };
}

/** A schema in which what is hinted as a record's values has that record's fields, and the record itself has them too. */
function withValues(schema: JsonObject, object: ObjectType | null): JsonObject {
  if (!object) return schema;
  if (isObject(schema["items"])) return { ...schema, items: withValues(schema["items"], object) };
  const { properties } = schema;
  if (!isObject(properties)) return schema;
  const inner = Object.entries(properties).map(([name, one]) => [name, isObject(one) ? withValues(one, object) : one]);
  const { values } = properties;
  const fields = isObject(values) && values["x-hint"] === "values" ? schemaOfValues(object) : null;
  const direct = fields ? (fields["properties"] as JsonObject) : {};
  return { ...schema, properties: { ...direct, ...Object.fromEntries(inner), ...(fields ? { values: fields } : {}) } };
}

/** What a step says about whose values it hands on; undefined means the run's own record. */
function objectOf({ kind, config }: Step): unknown {
  const { object, record } = config;
  return makes[kind] ?? object ?? (isObject(record) ? record["object"] : undefined);
}
