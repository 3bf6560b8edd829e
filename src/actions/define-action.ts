import { conflict, type FieldError, invalid, messageOf } from "../shared/errors.js";
import { isObject, type JsonObject } from "../shared/json.js";
import type { ActionKind } from "./action.js";
import { compileSchema } from "./config-schema.js";
import type { ActionTable } from "./room.js";

/**
 * Adds a step kind a host brings along. Throws a 422 Problem that names every member at fault (in a program written
 * without types anything may be missing), and 409 `taken` for a kind there is already.
 */
export function defineAction(table: ActionTable, action: ActionKind): void {
  const errors = faultsOf(action);
  if (errors.length > 0) throw invalid(errors);
  if (table.has(action.kind)) throw conflict("taken", `There is a step kind "${action.kind}" already.`);
  table.set(action.kind, { ...action, group: action.group ?? "Host", fromHost: true });
}

function faultsOf(action: unknown): FieldError[] {
  if (!isObject(action)) return [{ path: "", message: "A step kind is an object." }];
  const errors: FieldError[] = [];
  const expect = (fine: boolean, path: string, message: string) => {
    if (!fine) errors.push({ path, message });
  };
  const { kind, title, description, config, output, ports, effect, group, perform, simulate, sentence } =
    action as Partial<ActionKind>;
  const name = typeof kind === "string" && kind.length <= 64 && /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$/.test(kind);
  expect(name, "kind", "Name the kind in small letters, such as shipping.book (at most 64 characters).");
  expect(typeof title === "string" && title !== "", "title", "Give it a title for the step menu.");
  expect(typeof description === "string", "description", "Say in a sentence what it does.");
  expect(
    group === undefined || ["Flow", "Records", "People", "Outside", "Host"].includes(group),
    "group",
    "Use Host, or one of Flow, Records, People, Outside.",
  );
  expect(
    typeof ports === "function" || (Array.isArray(ports) && ports.every((port) => typeof port === "string")),
    "ports",
    "List the ports it leaves by.",
  );
  expect(
    effect === "none" || effect === "database" || effect === "outside",
    "effect",
    "Say none, database or outside.",
  );
  expect(typeof perform === "function", "perform", "Give the function that carries it out.");
  expect(typeof sentence === "function", "sentence", "Give the function that puts a config into words.");
  expect(
    effect !== "outside" || typeof simulate === "function",
    "simulate",
    "A kind that reaches outside must say what a simulation shows instead.",
  );
  for (const [path, schema] of [
    ["config", config],
    ["output", output],
  ] as const) {
    const fault = isObject(schema) ? schemaFault(schema) : "Give a JSON Schema.";
    expect(fault === null, path, fault ?? "");
  }
  expect(!isObject(config) || config["type"] === "object", "config", 'The schema of a config must have type "object".');
  return errors;
}

function schemaFault(schema: JsonObject): string | null {
  try {
    compileSchema(schema);
    return null;
  } catch (error) {
    return `This is not a JSON Schema: ${messageOf(error)}.`;
  }
}
