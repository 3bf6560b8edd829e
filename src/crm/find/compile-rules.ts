import { type Sql, type SqlDialect, sqlDialect, type Tx } from "../../db/index.js";
import { type Conditions, checkConditions, lacksValue, operators } from "../../rules/index.js";
import { type FieldError, invalid } from "../../shared/errors.js";
import { isObject, type JsonObject } from "../../shared/json.js";
import type { Host } from "../host.js";
import { fieldTypes } from "../objects/field-types.js";
import type { Known } from "../objects/schema.js";
import { type Expression, type Source, sourcesOf } from "./expression.js";
import { leafOperators } from "./leaf-sql.js";
import type { Moment } from "./moments.js";
import { all, any, never, not } from "./sql-parts.js";

/** What compiling one tree needs; faults are collected, so that all of them are named at once. */
type Compiler = {
  source: Source;
  sourceOf: (object: string, as: string) => Source | undefined;
  dialect: SqlDialect;
  moment: Moment;
  anyCase: boolean;
  errors: FieldError[];
};

const comparable = [
  "equal",
  "notEqual",
  "lessThan",
  "lessThanInclusive",
  "greaterThan",
  "greaterThanInclusive",
  "before",
  "after",
];
const signs: Record<string, string> = {
  equal: "=",
  notEqual: "<>",
  lessThan: "<",
  before: "<",
  lessThanInclusive: "<=",
  greaterThan: ">",
  after: ">",
  greaterThanInclusive: ">=",
};

/**
 * A rule tree as the WHERE of a search on `source`, values bound, with the meaning `evaluate` gives it. Only the record's
 * own fields and those one relation away can be asked. 422 naming `when.…` for all that is unknown or cannot be searched.
 * With `blanks` a value that is missing is no fault, and compares as it does in a condition; with `anyCase` an e-mail
 * address is the same however it is written.
 */
export async function compileRules(
  host: Host,
  workspaceId: string,
  known: Known,
  source: Source,
  when: Conditions,
  moment: Moment,
  { blanks = false, anyCase = false }: { blanks?: boolean | undefined; anyCase?: boolean | undefined },
  tx?: Tx,
): Promise<Sql> {
  const typeOf = await fieldTypes(host, workspaceId, known.type.name, tx);
  const faults = checkConditions(when, { path: "when", fields: typeOf, fieldNames: [...known.fields.keys()], blanks });
  if (faults.length > 0) throw invalid(faults);
  const compiler = {
    source,
    sourceOf: await sourcesOf(host, workspaceId, tx),
    dialect: sqlDialect(host.db),
    moment,
    anyCase,
    errors: [],
  };
  const sql = node(when, "when", compiler);
  if (compiler.errors.length > 0) throw invalid(compiler.errors);
  return sql;
}

function node(tree: unknown, path: string, compiler: Compiler): Sql {
  if (!isObject(tree) || Object.keys(tree).length === 0) return all([]);
  const many = (word: "all" | "any") =>
    (tree[word] as unknown[]).map((one, at) => node(one, `${path}.${word}[${at}]`, compiler));
  if (Object.hasOwn(tree, "all")) return all(many("all"));
  // An empty group asks nothing, and what asks nothing holds.
  if (Object.hasOwn(tree, "any")) return (tree["any"] as unknown[]).length === 0 ? all([]) : any(many("any"));
  if (Object.hasOwn(tree, "not")) return not(node(tree["not"], `${path}.not`, compiler));
  return leaf(tree, path, compiler);
}

function leaf(tree: JsonObject, path: string, compiler: Compiler): Sql {
  const operator = String(tree["operator"]);
  const compile = Object.hasOwn(leafOperators, operator) ? leafOperators[operator] : undefined;
  const fault = (at: string, message: string): Sql => {
    compiler.errors.push({ path: `${path}.${at}`, message });
    return all([]);
  };
  if (tree["fact"] !== "record") return fault("fact", "A search can only ask about fields of the record.");
  if (!compile) return fault("operator", `"${operator}" cannot be used in a search.`);
  const names = String(tree["path"])
    .split(/[.[\]]+/)
    .filter(Boolean);
  const value = tree["value"];
  const apply = (left: Expression): Sql => {
    if (left.type === "json" && !operator.startsWith("is"))
      return fault("path", "The inside of a JSON field cannot be searched; only whether it is empty.");
    if (isObject(value) && Object.hasOwn(value, "fact")) return withPlace(left, value);
    const asked = operators.find(({ name }) => name === operator);
    if (asked && lacksValue(asked, value)) return never;
    return compile({ left, value, moment: compiler.moment, dialect: compiler.dialect, anyCase: compiler.anyCase });
  };
  const withPlace = (left: Expression, place: JsonObject): Sql => {
    if (place["fact"] === "now" && compile)
      return compile({ left, value: compiler.moment.now, moment: compiler.moment, dialect: compiler.dialect });
    const right =
      place["fact"] === "record" && names.length === 1 ? compiler.source.value(String(place["path"])) : undefined;
    if (!right || !comparable.includes(operator) || kindOf(left) !== kindOf(right)) {
      return fault("value", "A search can compare two fields of the record that are of one kind, or a date with now.");
    }
    return fields(left, operator, right, compiler.dialect);
  };
  return (
    at(names, compiler, apply, operator === "isEmpty") ??
    fault("path", `"${tree["path"]}" cannot be searched: name a field, or one field of a related record.`)
  );
}

/** Applies a comparison to a field here, or one relation away; a related record that is not there has only empty fields. */
function at(
  names: string[],
  { source, sourceOf }: Compiler,
  apply: (left: Expression) => Sql,
  ifMissing: boolean,
): Sql | undefined {
  const [first = "", second, ...rest] = names;
  const here = source.value(first);
  if (!here || rest.length > 0) return undefined;
  if (second === undefined) return apply(here);
  const target = source.target(first);
  const related = target === undefined ? undefined : sourceOf(target, "r");
  const there = related?.value(second);
  if (!related || !there) return undefined;
  const wanted = ifMissing ? not(apply(there)) : apply(there);
  const joined: Sql = { sql: `${related.id.sql} = ${here.sql}`, params: here.params };
  const parts = all([joined, related.scope, wanted]);
  const exists = { sql: `EXISTS (SELECT 1 FROM ${related.from} WHERE ${parts.sql})`, params: parts.params };
  return ifMissing ? { sql: `NOT ${exists.sql}`, params: exists.params } : exists;
}

function fields(left: Expression, operator: string, right: Expression, dialect: SqlDialect): Sql {
  const [a, b] = kindOf(left) === "text" ? [dialect.toTheLetter(left), dialect.toTheLetter(right)] : [left, right];
  return { sql: `${a.sql} ${signs[operator]} ${b.sql}`, params: [...a.params, ...b.params] };
}

function kindOf({ type, dates }: Expression): string {
  if (type === "number" || type === "money") return "number";
  if (type === "boolean" || type === "date" || type === "json" || type === "multiSelect") return type;
  return type === "datetime" ? `datetime as ${dates}` : "text";
}
