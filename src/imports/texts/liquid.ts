import type { Expression } from "../../expressions/index.js";
import { filterNames } from "../../templates/index.js";
import { snake } from "../names/keys.js";
import * as synonyms from "../names/synonyms.js";
import { byTheirs, entryOf } from "../names/table.js";
import { open, type Shape } from "../shapes.js";

const filterWords = byTheirs(synonyms.filters);
const functionWords = byTheirs(synonyms.functions);

/** A value in our templates: what it is called and the filters after it; the shape is that of what they are given. */
export type Said = { text: string; filters: string; shape: Shape; maybe?: boolean };

/** Tells a reference in our words; null when it means nothing here. */
export type SayPath = (path: Expression & { type: "path" }) => Said | null;

/**
 * An expression as a value of Liquid: `a.b | upper` and `a.b * 2` are `a.b | upcase` and `a.b | times: 2`. Null when a
 * reference in it means nothing, undefined when Liquid has no words for it. Pure but for what `say` does.
 */
export function liquidOf(expression: Expression, say: SayPath): Said | null | undefined {
  switch (expression.type) {
    case "path":
      return say(expression);
    case "value": {
      const text = constant(expression.value);
      return text === undefined ? undefined : { text, filters: "", shape: open };
    }
    case "minus":
      return filtered(expression.of, "times", ["-1"], say);
    case "method":
      return method(expression, say);
    case "call": {
      const [of, ...args] = expression.args;
      const name = snake(expression.name);
      const filter = entryOf(functionWords, name) ?? entryOf(filterWords, name);
      const known = filter !== undefined && filterNames.includes(filter);
      return of && known ? filtered(of, filter, simple(args, say), say) : undefined;
    }
    case "arithmetic": {
      const filter = expression.operator === "+" ? plusOf(expression, say) : filterOf[expression.operator];
      return filter === undefined ? undefined : filtered(expression.left, filter, simple([expression.right], say), say);
    }
    case "or": {
      const [first, ...more] = expression.of;
      return more.reduce(
        (all: Said | null | undefined, one) => all && withFilter(all, "default", simple([one], say)),
        first && liquidOf(first, say),
      );
    }
    default:
      return undefined;
  }
}

const filterOf = { "-": "minus", "*": "times", "/": "divided_by", "%": "modulo" };

/** Between texts a plus joins; what may be either is no filter's work. */
function plusOf({ left, right }: Expression & { type: "arithmetic" }, say: SayPath): string | undefined {
  if (isText(left) || isText(right)) return "append";
  return isNumber(left, say) || isNumber(right, say) ? "plus" : undefined;
}

function isText(expression: Expression): boolean {
  if (expression.type === "value") return typeof expression.value === "string";
  if (expression.type !== "arithmetic") return false;
  return expression.operator === "+" && (isText(expression.left) || isText(expression.right));
}

function isNumber(expression: Expression, say: SayPath): boolean {
  if (expression.type === "value") return typeof expression.value === "number";
  if (expression.type === "arithmetic")
    return expression.operator !== "+" || isNumber(expression.left, say) || isNumber(expression.right, say);
  const shape = expression.type === "path" ? say(expression)?.shape : undefined;
  return shape?.is === "field" && (shape.field.type === "number" || shape.field.type === "money");
}

function method({ of, name, args, called }: Expression & { type: "method" }, say: SayPath): Said | null | undefined {
  const word = snake(name);
  const filter = filterNames.includes(name) ? name : (entryOf(filterWords, word) ?? word);
  if (!filterNames.includes(filter)) return undefined;
  return called ? calledFilter(of, word, filter, args, say) : filtered(of, filter, simple(args, say), say);
}

/** Methods take what they take in JavaScript: `sort("price", "desc")`, `slice(2, 5)`, and `replace` the first one only. */
function calledFilter(
  of: Expression,
  word: string,
  filter: string,
  args: Expression[],
  say: SayPath,
): Said | null | undefined {
  const given = simple(args, say);
  const [first, second] = args.map((one) => (one.type === "value" ? one.value : undefined));
  if (filter === "sort" && args.length === 2) {
    const sorted = filtered(of, "sort", given?.slice(0, 1), say);
    return /desc/i.test(String(second)) ? sorted && withFilter(sorted, "reverse", []) : sorted;
  }
  if (filter === "slice" && args.length === 2) {
    if (typeof first !== "number" || typeof second !== "number" || first < 0 || second < first) return undefined;
    return filtered(of, "slice", [String(first), String(second - first)], say);
  }
  return filtered(of, word === "replace" ? "replace_first" : filter, given, say);
}

function filtered(of: Expression, filter: string, args: string[] | undefined, say: SayPath): Said | null | undefined {
  const said = liquidOf(of, say);
  return said && withFilter(said, filter, args);
}

function withFilter(said: Said, filter: string, args: string[] | undefined): Said | undefined {
  if (!args) return undefined;
  return { ...said, filters: `${said.filters} | ${filter}${args.length > 0 ? `: ${args.join(", ")}` : ""}` };
}

/** What a filter takes are constants and names, without filters of their own. */
function simple(args: readonly Expression[], say: SayPath): string[] | undefined {
  const texts: string[] = [];
  for (const one of args) {
    const said = one.type === "value" || one.type === "path" ? liquidOf(one, say) : undefined;
    if (said?.filters !== "") return undefined;
    texts.push(said.text);
  }
  return texts;
}

function constant(value: string | number | boolean | null): string | undefined {
  if (value === null) return "nil";
  if (typeof value !== "string") return String(value);
  if (/[{}]/.test(value)) return undefined;
  const quote = ['"', "'"].find((one) => !value.includes(one));
  return quote && `${quote}${value}${quote}`;
}

const signs: Record<string, string> = { "==": "==", "!=": "!=", ">": ">", "<": "<", ">=": ">=", "<=": "<=" };

/** A question as Liquid asks it; undefined when it has no words for it: it knows no brackets, and binds from the right. */
export function questionOf(expression: Expression, say: SayPath): string | undefined {
  if (expression.type === "and" || expression.type === "or") {
    const parts = expression.of.map((one) => (isJoined(one) ? undefined : questionOf(one, say)));
    return parts.includes(undefined) ? undefined : parts.join(` ${expression.type} `);
  }
  if (expression.type === "compare") {
    const operator =
      entryOf(signs, expression.operator) ?? (expression.operator === "contains" ? "contains" : undefined);
    const sides = simple([expression.left, expression.right], say);
    return operator && sides && `${sides[0]} ${operator} ${sides[1]}`;
  }
  const negated = expression.type === "not";
  const asked = simple([negated ? expression.of : expression], say)?.[0];
  return asked && `${asked} ${negated ? "==" : "!="} blank`;
}

const isJoined = ({ type }: Expression) => type === "and" || type === "or";

/** `items|formatList("{name}: {price}", ", ")` as a section that says the same; undefined for anything else. */
export function formattedList(inner: string): string | undefined {
  const text = `("(?:[^"\\\\]|\\\\.)*"|'(?:[^'\\\\]|\\\\.)*')`;
  const call = new RegExp(`^([^|]+)\\|\\s*formatList\\(\\s*${text}\\s*(?:,\\s*${text}\\s*)?\\)$`, "s").exec(inner);
  if (!call) return undefined;
  const [, list = "", item = "", between = '""'] = call;
  const body = unquoted(item).replace(/\{([A-Za-z_][\w.]*)\}/g, "{{this.$1}}");
  return `{{#each ${list.trim()}}}${body}{{#unless @last}}${unquoted(between)}{{/unless}}{{/each}}`;
}

function unquoted(text: string): string {
  return text.slice(1, -1).replace(/\\(.)/gs, (_all, one: string) => ({ n: "\n", t: "\t" })[one] ?? one);
}
