import {
  boolean,
  type Column,
  type Columns,
  checked,
  code,
  defineTable,
  id,
  instant,
  integer,
  json,
  longText,
  money,
  number,
  optional,
  primary,
  type TableDefinition,
  text,
} from "../../db/index.js";
import type { JsonObject } from "../../shared/json.js";
import type { Field } from "../record.js";
import { bundledObjects } from "./bundled-objects.js";
import { checkValue } from "./check-value.js";

const bookkeeping = {
  id: primary(id),
  workspaceId: id,
  /** Raised by every change: who writes over what has changed meanwhile is refused. */
  version: { ...integer, defaultValue: 1 },
  createdAt: instant,
  updatedAt: instant,
  deletedAt: optional(instant),
  /** The values of custom fields, by field. */
  custom: optional(json<JsonObject>()),
};

/**
 * The tables of the bundled CRM, by object: contacts, companies, deals and the rest, with their fields' types, defaults and
 * checks, and what they belong to; `custom` holds the records of every workspace's own objects. Written by the verbs of
 * `crm/records/`, by bound statements where a model costs too much. A deleted record is marked, and forgotten when
 * `retention/crm-lives.ts` says.
 */
const recordTables: ReadonlyMap<string, TableDefinition<Columns>> = new Map([
  ...bundledObjects.map(({ name, plural, fields }) => {
    const columns = Object.fromEntries(fields.map((field) => [field.name, columnOf(field)]));
    const associate: Parameters<typeof defineTable>[2] = {
      associate(model, db) {
        for (const { name: foreignKey, relation } of fields) {
          const target = relation && recordTables.get(relation);
          if (target) model.belongsTo(target(db).model, { foreignKey, as: `${foreignKey}Record`, constraints: false });
        }
      },
    };
    return [name, defineTable(`crm_${plural.toLowerCase()}`, { ...bookkeeping, ...columns }, associate)] as const;
  }),
  ["custom", defineTable("crm_custom_records", { ...bookkeeping, object: code(64) })] as const,
]);

/** The table of a bundled object, or, for `custom`, the one that all others share. */
export function recordTable(object: string): TableDefinition<Columns> {
  const table = recordTables.get(object);
  if (!table) throw new Error(`No table for ${object}.`);
  return table;
}

/** What the field's description says of a value holds for its column. */
function columnOf(field: Field): Column {
  const column = checked(optional(typeOf(field)), (value) => {
    const stored = field.type === "datetime" ? new Date(Number(value)).toISOString() : value;
    const found = checkValue(field, stored);
    return "fault" in found ? found.fault : null;
  });
  return field.default === undefined ? column : { ...column, defaultValue: field.default };
}

function typeOf(field: Field): Column {
  switch (field.type) {
    case "longText":
      return longText;
    case "multiSelect":
    case "json":
      return json();
    case "number":
      return number;
    case "money":
      return money;
    case "boolean":
      return boolean;
    case "datetime":
      return instant;
    case "date":
      return text(10);
    case "url":
      return text(1000);
    case "user":
    case "relation":
      return code(64);
    case "select":
      return text(64);
    default:
      return text(field.maxLength ?? 255);
  }
}
