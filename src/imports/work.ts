import type { ActionTable } from "../actions/index.js";
import type { ObjectType } from "../crm/index.js";
import { isObject, type JsonObject } from "../shared/json.js";
import { readExpression } from "./expressions/expression.js";
import { type RuleTree, treeFrom } from "./expressions/expression-tree.js";
import { saidOf } from "./said.js";
import type { Source } from "./source.js";
import { isRooted, readReferenceIn, type Scope } from "./texts/references.js";
import { type ForTexts, literal, type Rewritten, rewriteText } from "./texts/texts.js";

/** What an import must know of the workspace it is for. */
export type Known = { actions: ActionTable; objects: readonly ObjectType[] };

/** Says that something could not be taken over. */
export type Report = (path: string, reason: string) => void;

/** Ends the making of one step: it is kept as one that fails. Never leaves this folder. */
export class Unmappable extends Error {}

/**
 * What the makers of steps work with. `value` and `text` rewrite templates: what cannot be told here throws Unmappable,
 * what is perhaps not there is reported.
 */
export type Work = {
  known: Known;
  scope: Scope;
  report: Report;
  /** Texts of this form also write `{field}`. */
  singleBraces: boolean;
};

/** The first of these members, with its templates rewritten; undefined when it is not there. */
export function givenOf(work: Work, source: Source, ...names: string[]): unknown {
  const path = source.at(...names);
  const found = source.take(...names);
  return found === undefined || found === null ? undefined : rewritten(work, found, path);
}

/** The same for what must be a text here: records and lists in it are written as JSON. */
export function textOf(work: Work, source: Source, ...names: string[]): string | undefined {
  const path = source.at(...names);
  const found = source.take(...names);
  if (found === undefined || found === null || found === "") return undefined;
  if (typeof found === "number" || typeof found === "boolean") return saidOf(found);
  if (typeof found !== "string") return JSON.stringify(rewritten(work, found, path), null, 2);
  return told(work, rewriteText(oneBraced(work, found), { ...namesOf(work), wantsText: true }), path);
}

/** A JSON value with every template in it rewritten; names of members stay. */
export function rewritten(work: Work, value: unknown, path: string): unknown {
  if (typeof value === "string") return told(work, rewriteText(oneBraced(work, value), namesOf(work)), path);
  if (Array.isArray(value)) return value.map((one: unknown, at) => rewritten(work, one, `${path}[${at}]`));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, rewritten(work, one, `${path}.${name}`)]),
  );
}

/** An expression as a rule tree. Throws Unmappable when it is none, or reads what is not there: it would be false in silence. */
export function treeOf(work: Work, expression: string, path: string): JsonObject {
  const read = readExpression(expression);
  if ("problem" in read)
    throw new Unmappable(`The expression cannot be read at character ${read.at + 1}: ${read.problem}`);
  const found: RuleTree = treeFrom(read.expression, {
    read: (segments) => readReferenceIn(work.scope, segments),
    text: (text) => told(work, rewriteText(text, namesOf(work)), path),
    literal,
  });
  if ("problem" in found) throw new Unmappable(found.problem);
  if (found.doubts.length > 0) throw new Unmappable(found.doubts.join(" "));
  for (const remark of found.remarks) work.report(path, remark);
  return found.tree;
}

function namesOf({ scope }: Work): ForTexts {
  return {
    read: (segments) => readReferenceIn(scope, segments),
    rooted: (name) => isRooted(scope, name),
    objects: scope.objects,
    wantsText: false,
  };
}

function told(work: Work, { text, problems, doubts }: Rewritten, path: string): string {
  if (problems.length > 0) throw new Unmappable(problems.join(" "));
  for (const doubt of doubts) work.report(path, doubt);
  return text;
}

/** `Hi {first_name}` and `{record.name}`; braces around anything else, such as JSON, are left alone. */
function oneBraced({ singleBraces }: Work, text: string): string {
  if (!singleBraces) return text;
  return text.replace(/(?<!\{)\{([A-Za-z_][\w]*(?:\.[\w]+)*)\}(?!\})/g, "{{$1}}");
}
