import type { Sql, Tx } from "../../db/index.js";
import type { Conditions } from "../../rules/index.js";
import { type FieldError, invalid, Problem } from "../../shared/errors.js";
import { didYouMean } from "../../shared/nearest.js";
import type { Host } from "../host.js";
import { type Known, knownObject } from "../objects/schema.js";
import type { RecordRow } from "../record.js";
import { recordFrom } from "../values/stored-value.js";
import { workspaceById } from "../workspace.js";
import { compileRules } from "./compile-rules.js";
import { after, cursorAt, type Place, placeOf, type SortKey } from "./cursor.js";
import { type Source, sourcesOf } from "./expression.js";
import { getRecords } from "./get-record.js";
import { all, any } from "./sql-parts.js";

/** How a search is asked. */
export type FindOptions = {
  /** A rule tree over the record's fields and those one relation away. */
  when?: Conditions | null | undefined;
  /** Up to three field names joined by commas; a minus before one turns it round. Oldest first when left out. */
  sort?: string | undefined;
  /** 1 to 1000; 50 when left out. */
  limit?: number | undefined;
  /** `nextCursor` of the page before, asked with the same sort. */
  cursor?: string | undefined;
  /** Text looked for in the label and e-mail of a record, whatever the case. */
  q?: string | undefined;
  /** Also counts all that match. */
  count?: boolean | undefined;
  /** Whose days `onDay` and windows mean; the workspace's when left out. */
  timezone?: string | undefined;
  /** A blank value to compare with is no fault: it finds what a condition would let through. For values of a run. */
  blanks?: boolean | undefined;
  /** An e-mail address equals another that differs only in the case of its letters. */
  anyCase?: boolean | undefined;
};

/** A page of records; `nextCursor` is null on the last one. */
export type Found = { records: RecordRow[]; nextCursor: string | null; total?: number };

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 1000;

/**
 * The records of an object that meet a rule tree, in order, a page at a time. A page never repeats or skips a record that
 * stays as it is. 422 naming `when.…`, `sort`, `limit` or `cursor` for what cannot be asked; 404 for an unknown object.
 */
export async function findRecords(
  host: Host,
  workspaceId: string,
  object: string,
  options: FindOptions = {},
  tx?: Tx,
): Promise<Found> {
  const known = await knownObject(host, workspaceId, object, tx);
  const source = (await sourcesOf(host, workspaceId, tx))(object, "t") as Source;
  const limit = limitOf(options.limit);
  const sort = options.sort || "id";
  const keys = sortKeys(known, source, sort);
  const where = all([source.scope, ...(await filters(host, workspaceId, known, source, options, tx))]);
  const page = options.cursor === undefined ? where : all([where, after(placeOf(options.cursor, sort, keys), keys)]);
  const order = orderOf(keys);
  const records = await read(host, workspaceId, known, source, page, order, limit + 1, tx);
  const shown = records.slice(0, limit);
  const last = records.length > limit ? shown.at(-1) : undefined;
  const nextCursor = last
    ? cursorAt(
        sort,
        keys.map((key) => standing(last, key)),
      )
    : null;
  if (!options.count) return { records: shown, nextCursor };
  const total = await host.db.one(`SELECT COUNT(*) AS total FROM ${source.from} WHERE ${where.sql}`, where.params, tx);
  return { records: shown, nextCursor, total: Number(total?.["total"] ?? 0) };
}

async function filters(
  host: Host,
  workspaceId: string,
  known: Known,
  source: Source,
  options: FindOptions,
  tx?: Tx,
): Promise<Sql[]> {
  const parts: Sql[] = [];
  const q = options.q?.trim();
  if (q) parts.push(searched(known, source, q.slice(0, 200)));
  if (options.when) {
    const zone = options.timezone ?? (await workspaceById(host, workspaceId, tx))?.timezone ?? "UTC";
    const moment = { now: host.clock.now(), zone };
    parts.push(await compileRules(host, workspaceId, known, source, options.when, moment, options, tx));
  }
  return parts;
}

function searched(known: Known, source: Source, q: string): Sql {
  const names = [
    known.type.labelField,
    ...known.type.fields.filter((field) => field.type === "email").map((field) => field.name),
  ];
  return any(
    [...new Set(names)].flatMap((name) => {
      const expression = source.value(name);
      return expression
        ? [{ sql: `INSTR(LOWER(${expression.sql}), ?) > 0`, params: [...expression.params, q.toLowerCase()] }]
        : [];
    }),
  );
}

async function read(
  host: Host,
  workspaceId: string,
  known: Known,
  source: Source,
  where: Sql,
  order: Sql,
  limit: number,
  tx?: Tx,
): Promise<RecordRow[]> {
  const { storage } = known;
  const tail = ` WHERE ${where.sql} ORDER BY ${order.sql} LIMIT ${limit}`;
  const params = [...where.params, ...order.params];
  if (storage.kind === "table") {
    const rows = await host.db.all(`${storage.select} t${tail}`, params, tx);
    return rows.map((row) => recordFrom(row, known.type.name, known.fields.values(), storage));
  }
  const ids = (await host.db.all(`SELECT ${source.id.sql} AS id FROM ${source.from}${tail}`, params, tx)).map((row) =>
    String(row["id"]),
  );
  const records = await getRecords(host, workspaceId, known.type.name, ids, tx);
  return ids.map((id) => records.get(id)).filter((record) => record !== undefined);
}

/**
 * What is wrong with a search before it is asked, as `when.…` and `sort`. Values that a template makes are not known yet
 * and pass. 404 for an unknown object.
 */
export async function checkSearch(
  host: Host,
  workspaceId: string,
  object: string,
  { when, sort }: Pick<FindOptions, "when" | "sort">,
): Promise<FieldError[]> {
  const known = await knownObject(host, workspaceId, object);
  const source = (await sourcesOf(host, workspaceId))(object, "t") as Source;
  const moment = { now: host.clock.now(), zone: "UTC" };
  const errors: FieldError[] = [];
  const ask = async (part: () => unknown) => {
    try {
      await part();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      errors.push(...error.errors);
    }
  };
  if (when) await ask(() => compileRules(host, workspaceId, known, source, when, moment, {}));
  if (sort && !sort.includes("{{")) await ask(() => sortKeys(known, source, sort));
  return errors;
}

function limitOf(limit = DEFAULT_LIMIT): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw invalid([{ path: "limit", message: `The limit must be a whole number from 1 to ${MAX_LIMIT}.` }]);
}

function sortKeys(known: Known, source: Source, sort: string): SortKey[] {
  const names = sort.split(",").map((part) => part.trim());
  if (names.length > 3) throw invalid([{ path: "sort", message: "Sort by three fields at most." }]);
  const keys = names.map((given) => {
    const descending = given.startsWith("-");
    const name = descending ? given.slice(1) : given;
    const expression = source.value(name);
    if (expression && expression.type !== "json" && expression.type !== "multiSelect")
      return { name, expression, descending };
    const sortable = ["createdAt", "updatedAt", ...known.fields.keys()];
    const message = expression
      ? `${name} cannot be sorted by.`
      : `There is no field "${name.slice(0, 80)}" to sort by.${didYouMean(name.slice(0, 80), sortable)}`;
    throw invalid([{ path: "sort", message }]);
  });
  return keys.at(-1)?.name === "id"
    ? keys
    : [...keys, { name: "id", expression: source.id, descending: keys.at(-1)?.descending ?? false }];
}

function orderOf(keys: SortKey[]): Sql {
  return {
    sql: keys.map(({ expression, descending }) => `${expression.sql} ${descending ? "DESC" : "ASC"}`).join(", "),
    params: keys.flatMap(({ expression }) => expression.params),
  };
}

/** A record's value for a sort key, as its column keeps it. */
function standing(record: RecordRow, { name, expression }: SortKey): Place[number] {
  const beside: Record<string, unknown> = {
    id: record.id,
    createdAt: record.createdAt,
    updatedAt: record.updatedAt,
    version: record.version,
  };
  const value = Object.hasOwn(beside, name) ? beside[name] : record.values[name];
  if (value === null || value === undefined) return null;
  if (expression.type === "datetime") return Date.parse(String(value));
  if (expression.type === "boolean") return value ? 1 : 0;
  return value as string | number;
}
