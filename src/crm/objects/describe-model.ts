import type { Model, ModelAttributeColumnOptions, ModelStatic } from "sequelize";
import { timestampsOf } from "../../db/index.js";
import type { Field, FieldType, ObjectType, Option } from "../record.js";

/** How a host names its model to Millrace. */
export type WatchOptions = {
  /** The object's name in documents: `deal`. */
  object: string;
  /** The attribute that labels a record: `name`. */
  label: string;
  /** How lists are titled; the object's name with an s when left out. */
  plural?: string;
  /** The slug of the workspace the rows belong to; `default` when left out. */
  workspace?: string;
  /** Attributes Millrace must never see: password hashes, tokens. */
  exclude?: string[];
};

/** Attributes the record model keeps itself, beside the values. */
export function bookkeepingOf(model: ModelStatic<Model>): {
  key: string;
  createdAt?: string;
  updatedAt?: string;
  deletedAt?: string;
  version?: string;
} {
  return { key: model.primaryKeyAttribute, ...timestampsOf(model) };
}

/**
 * The description of a host's model, read from its attributes. A foreign key to another watched model's table becomes a
 * relation; `objectOf` answers which object has a table. Binary and virtual attributes are left out.
 */
export function describeModel(
  model: ModelStatic<Model>,
  options: WatchOptions,
  objectOf: (table: string) => string | undefined,
): ObjectType {
  const own = new Set([...Object.values(bookkeepingOf(model)), ...(options.exclude ?? [])]);
  const fields = Object.entries(model.getAttributes())
    .filter(([name]) => !own.has(name))
    .map(([name, attribute]) => fieldOf(name, attribute, objectOf))
    .filter((field) => field !== null);
  const label = titled(options.object);
  return {
    name: options.object,
    label,
    plural: options.plural ?? `${label}s`,
    labelField: options.label,
    fields,
    host: true,
    custom: false,
  };
}

function fieldOf(
  name: string,
  attribute: ModelAttributeColumnOptions,
  objectOf: (table: string) => string | undefined,
): Field | null {
  const kind = (attribute.type as { key?: string }).key ?? "";
  const relation = referenced(attribute, objectOf);
  const type = relation ? "relation" : typeOf(kind, attribute);
  if (!type) return null;
  const length = (attribute.type as { _length?: number; options?: { length?: number } }).options?.length;
  return {
    name,
    label: titled(name),
    type,
    ...(attribute.allowNull === false && attribute.defaultValue === undefined && !attribute.autoIncrement
      ? { required: true }
      : {}),
    ...(isPlain(attribute.defaultValue) ? { default: attribute.defaultValue } : {}),
    ...(relation ? { relation } : {}),
    ...(type === "select" ? { options: optionsOf(attribute) } : {}),
    ...(typeof length === "number" && type === "text" ? { maxLength: length } : {}),
  };
}

/** json-typed text formats come from the host's own validators. */
function typeOf(kind: string, attribute: ModelAttributeColumnOptions): FieldType | null {
  const validate = (attribute.validate ?? {}) as Record<string, unknown>;
  switch (kind) {
    case "STRING":
    case "CHAR":
    case "CITEXT":
    case "UUID":
      return validate["isEmail"] ? "email" : validate["isUrl"] ? "url" : "text";
    case "TEXT":
      return "longText";
    case "TINYINT":
    case "SMALLINT":
    case "MEDIUMINT":
    case "INTEGER":
    case "BIGINT":
    case "FLOAT":
    case "REAL":
    case "DOUBLE PRECISION":
      return "number";
    case "DECIMAL":
      return "money";
    case "BOOLEAN":
      return "boolean";
    case "DATE":
      return "datetime";
    case "DATEONLY":
      return "date";
    case "ENUM":
      return "select";
    case "JSON":
    case "JSONB":
      return "json";
    default:
      return null;
  }
}

function referenced(
  attribute: ModelAttributeColumnOptions,
  objectOf: (table: string) => string | undefined,
): string | undefined {
  const target = typeof attribute.references === "string" ? attribute.references : attribute.references?.model;
  if (!target) return undefined;
  return objectOf(
    typeof target === "string" ? target : tableNameOf(target as ModelStatic<Model> | { tableName: string }),
  );
}

/** The plain table name of a model, or of what `references.model` may hold. */
export function tableNameOf(model: ModelStatic<Model> | { tableName: string }): string {
  const name = "getTableName" in model ? model.getTableName() : model.tableName;
  return typeof name === "string" ? name : name.tableName;
}

/** The column behind an attribute. */
export function columnOf(model: ModelStatic<Model>, attribute: string): string {
  return model.getAttributes()[attribute]?.field ?? attribute;
}

function optionsOf(attribute: ModelAttributeColumnOptions): Option[] {
  const values =
    (attribute as { values?: readonly string[] }).values ??
    (attribute.type as { values?: readonly string[] }).values ??
    [];
  return values.map((value) => ({ value, label: titled(value) }));
}

function isPlain(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

/** `closeDate` → `Close date`. */
function titled(name: string): string {
  const words = name
    .replaceAll("_", " ")
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
