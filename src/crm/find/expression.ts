import { type Param, quote, type Sql, sqlDialect, type Tx } from "../../db/index.js";
import type { Host } from "../host.js";
import { bookkeepingOf, columnOf, tableNameOf } from "../objects/describe-model.js";
import { type Known, schemaOf } from "../objects/schema.js";
import { isMultiple, scopeOf, type Table } from "../objects/storage.js";
import type { Watched } from "../objects/watched.js";
import type { FieldType } from "../record.js";

/** A value of a row, as SQL. `dates` is how its column keeps an instant; `plain` text never ends in a blank. */
export type Expression = Sql & { type: FieldType; dates: "number" | "date"; plain: boolean; ascii: boolean };

/** What the rows of an object are read from in one statement, under the alias `as`. */
export type Source = {
  from: string;
  /** This workspace, this object, not deleted. */
  scope: Sql;
  id: Expression;
  /** The expression of a field, of the id, or of a stamp; undefined for an unknown name. */
  value(name: string): Expression | undefined;
  /** The object a field leads to: its name, or `user`. */
  target(name: string): string | undefined;
};

/** Makes the sources of one search: every object of the workspace, and its users, by name. */
export async function sourcesOf(
  host: Host,
  workspaceId: string,
  tx?: Tx,
): Promise<(object: string, as: string) => Source | undefined> {
  const { objects } = await schemaOf(host, workspaceId, tx);
  return (object, as) => {
    const known = objects.get(object);
    if (!known) return object === "user" ? userSource(workspaceId, as) : undefined;
    const { storage } = known;
    return storage.kind === "model"
      ? modelSource(known, storage, as)
      : tableSource(host, workspaceId, known, storage, as);
  };
}

function tableSource(host: Host, workspaceId: string, known: Known, table: Table, as: string): Source {
  const dialect = sqlDialect(host.db);
  const id: Expression = { sql: `${as}.id`, params: [], type: "text", dates: "number", plain: true, ascii: true };
  const stamps: Record<string, FieldType> = { createdAt: "datetime", updatedAt: "datetime", version: "number" };
  return {
    from: `${table.table} ${as}`,
    scope: scopeOf(table, workspaceId, as),
    id,
    value(name) {
      if (name === "id") return id;
      const stamp = Object.hasOwn(stamps, name) ? stamps[name] : undefined;
      const type = known.fields.get(name)?.type ?? stamp;
      if (!type) return undefined;
      const inColumn = table.columns.has(name) || stamp !== undefined;
      const reference = type === "user" || type === "relation";
      const rest = { type, dates: "number", plain: isPlain(type), ascii: inColumn && reference } as const;
      if (inColumn) return { sql: `${as}.${quote(name)}`, params: [], ...rest };
      const member = dialect.member(`${as}.custom`, name, memberKind(type));
      return reference ? { ...dialect.asId(member), ...rest, ascii: true } : { ...member, ...rest };
    },
    target: (name) => targetOf(known, name),
  };
}

function modelSource(known: Known, watched: Watched, as: string): Source {
  const own = bookkeepingOf(watched.model);
  const column = (attribute: string) => `${as}.${quote(columnOf(watched.model, attribute))}`;
  const plain = { params: [] as Param[], dates: "date", plain: false, ascii: false } as const;
  const id: Expression = { sql: column(own.key), type: "text", ...plain };
  return {
    from: `${quote(tableNameOf(watched.model))} ${as}`,
    scope: { sql: own.deletedAt ? `${column(own.deletedAt)} IS NULL` : "1 = 1", params: [] },
    id,
    value(name) {
      if (name === "id") return id;
      if (name === "createdAt" || name === "updatedAt") {
        const attribute = own[name];
        return attribute ? { sql: column(attribute), type: "datetime", ...plain } : undefined;
      }
      const field = known.fields.get(name);
      return field && { sql: column(name), type: field.type, ...plain };
    },
    target: (name) => targetOf(known, name),
  };
}

function userSource(workspaceId: string, as: string): Source {
  const text = (name: string, ascii: boolean): Expression => ({
    sql: `${as}.${name}`,
    params: [],
    type: "text",
    dates: "number",
    plain: false,
    ascii,
  });
  const fields: Record<string, Expression> = {
    id: text("id", true),
    name: text("name", false),
    email: text("email", false),
    role: text("role", true),
  };
  return {
    from: `millrace_users ${as}`,
    scope: { sql: `${as}.workspaceId = ?`, params: [workspaceId] },
    id: text("id", true),
    value: (name) => (Object.hasOwn(fields, name) ? fields[name] : undefined),
    target: () => undefined,
  };
}

function targetOf(known: Known, name: string): string | undefined {
  const field = known.fields.get(name);
  return field?.type === "user" ? "user" : field?.relation;
}

function memberKind(type: FieldType): "text" | "number" | "json" {
  if (isMultiple(type)) return "json";
  return type === "number" || type === "money" || type === "boolean" || type === "datetime" ? "number" : "text";
}

/** Ids and options are written by us and end in no blank. */
function isPlain(type: FieldType): boolean {
  return type === "select" || type === "user" || type === "relation";
}
