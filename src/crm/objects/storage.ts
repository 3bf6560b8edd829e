import { type Param, quote } from "../../db/index.js";
import type { Host } from "../host.js";
import type { FieldType } from "../record.js";
import { recordTable } from "./record-tables.js";

/**
 * Where the rows of a bundled or custom object lie. Fields in `columns` have a column of their own; every other one is a
 * member of the JSON column `custom`.
 */
export type Table = {
  kind: "table";
  /** Quoted. */
  table: string;
  columns: ReadonlySet<string>;
  /** Set for custom objects, which share one table. */
  object: string | null;
  /** `SELECT … FROM …`, ready for a WHERE. */
  select: string;
};

/** The table of a bundled object, or the shared one for a custom object. */
export function tableOf(host: Host, object: string): Table {
  const bundled = host.objects.bundled.get(object);
  const definition = recordTable(bundled ? object : "custom");
  const table = quote(definition(host.db).model.tableName);
  return {
    kind: "table",
    table,
    columns: new Set(bundled?.fields.map((field) => field.name)),
    object: bundled ? null : object,
    select: `SELECT ${Object.keys(definition.columns).map(quote).join(", ")} FROM ${table}`,
  };
}

/** The condition every statement on the table carries: this workspace, this object, not deleted. `as` is the table's alias. */
export function scopeOf(table: Table, workspaceId: string, as = ""): { sql: string; params: Param[] } {
  const at = as ? `${as}.` : "";
  const object = table.object === null ? "" : ` AND ${at}\`object\` = ?`;
  const sql = `${at}workspaceId = ?${object} AND ${at}deletedAt IS NULL`;
  return { sql, params: table.object === null ? [workspaceId] : [workspaceId, table.object] };
}

/** True for text that can be a record's id. Anything else matches nothing, and never reaches a byte-wise compared column. */
export function isId(id: unknown): id is string {
  return typeof id === "string" && /^[\x21-\x7e]{1,64}$/.test(id);
}

/** True for the types whose value is JSON: in `custom` it is nested as it is, in a column of its own it is text. */
export function isMultiple(type: FieldType): boolean {
  return type === "multiSelect" || type === "json";
}
