import type { ActionTable } from "../actions/index.js";
import type { ObjectType } from "../crm/index.js";
import { type Expression, readExpression, theirs } from "../expressions/index.js";
import { isObject, type JsonObject } from "../shared/json.js";
import { type RuleTree, treeFrom } from "./expressions/expression-tree.js";
import { saidOf } from "./names/said.js";
import type { Source } from "./source.js";
import { calculationOf } from "./texts/calculation.js";
import { isRooted, type Reading, readReferenceIn, type Scope } from "./texts/references.js";
import { type ForTexts, sayPlace } from "./texts/say.js";
import { literal, type Rewritten, rewriteText } from "./texts/texts.js";
import { quoted, Unmappable } from "./unmappable.js";

/** What an import must know of the workspace it is for. */
export type Known = { actions: ActionTable; objects: readonly ObjectType[] };

/** Says that something could not be taken over. */
export type Report = (path: string, reason: string) => void;

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
  const read = readExpression(expression, theirs);
  if ("problem" in read) throw new Unmappable(`"${quoted(expression)}" cannot be read. ${read.problem}`);
  const found: RuleTree = treeFrom(read.expression, {
    read: (segments) => readReferenceIn(work.scope, segments),
    text: (text) => told(work, rewriteText(text, namesOf(work)), path),
    literal,
    workOut: (part) => workedOut(work, part),
  });
  if ("problem" in found) throw new Unmappable(found.problem);
  if (found.doubts.length > 0) throw new Unmappable(found.doubts.join(" "));
  for (const remark of found.remarks) work.report(path, remark);
  return found.tree;
}

/** Has an expression calculated before the step: the place of its result, or why it cannot be. */
export function workedOut({ scope }: Work, expression: Expression): Reading {
  const problems: string[] = [];
  const say = ({ segments }: Expression & { type: "path" }) => {
    const found = readReferenceIn(scope, segments);
    const problem = "problem" in found ? found.problem : found.doubt;
    if (problem !== undefined) problems.push(problem);
    return problem !== undefined || "problem" in found
      ? null
      : { text: sayPlace(found), filters: "", shape: found.shape };
  };
  try {
    return scope.workOut(calculationOf(expression, say));
  } catch (error) {
    if (error instanceof Unmappable) return { problem: problems[0] ?? error.message };
    throw error;
  }
}

function namesOf(work: Work): ForTexts {
  const { scope } = work;
  return {
    read: (segments) => readReferenceIn(scope, segments),
    workOut: (expression) => workedOut(work, expression),
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
