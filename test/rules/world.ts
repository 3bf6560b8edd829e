import { evaluate, type Facts, type FieldTypeName } from "../../src/rules/index.js";
import type { JsonObject } from "../../src/shared/json.js";

const fields: Record<string, FieldTypeName> = {
  name: "text",
  amount: "money",
  stage: "select",
  tags: "multiSelect",
  won: "boolean",
  closeDate: "date",
  calledAt: "datetime",
  phone: "phone",
  company: "relation",
  "company.industry": "text",
  "company.owner": "user",
  "company.owner.email": "email",
  meta: "json",
};

/** The fields of the deal these tests are about. */
export const types = (_fact: string, path: string): FieldTypeName | undefined =>
  Object.hasOwn(fields, path) ? fields[path] : undefined;

/** Monday 2 March 2026, ten in the morning in Berlin. */
export const now = Date.parse("2026-03-02T09:00:00.000Z");

/** Whether one comparison of the record's `path` holds, by the fields' types, in Berlin. */
export async function holds(
  record: JsonObject | null,
  path: string,
  operator: string,
  value?: unknown,
): Promise<boolean> {
  return ask({ record }, { fact: "record", path, operator, value });
}

/** Whether a tree holds over facts. */
export async function ask(facts: Facts, tree: JsonObject): Promise<boolean> {
  return (await evaluate(tree, { now, ...facts }, { types, timezone: "Europe/Berlin" })).result;
}

/** The facts of an update that changed one field. */
export function changeOf(field: string, old: unknown, value: unknown): Facts {
  return {
    record: { [field]: value },
    old: { [field]: old },
    changed: [field],
    trigger: { changes: [{ field, old, new: value }] },
  };
}
