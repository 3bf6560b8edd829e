import { type Liquid, Output, type Template, toValueSync, Value } from "liquidjs";
import { LRUCache } from "lru-cache";
import { messageOf } from "../shared/errors.js";
import { didYouMean } from "../shared/nearest.js";
import { engine, filterNames } from "./engine.js";
import { TemplateError, toTemplateError } from "./template-error.js";

/** A template ready to render. `single` is set for a text that is exactly one `{{ … }}`, whose value keeps its type. */
export type Parsed = { text: string; templates: Template[]; single?: Value };

const maxNesting = 100;
const cache = new LRUCache<string, Parsed>({
  max: 5000,
  maxSize: 4_000_000,
  sizeCalculation: ({ text }) => text.length + 1,
});

/** True for a text that has anything to render. */
export function isTemplate(text: string): boolean {
  return text.includes("{{") || text.includes("{%");
}

/** Parses a text once. Throws a TemplateError for what is not Liquid, an unknown filter or tag, or too long a text. */
export function parsed(text: string): Parsed {
  const known = cache.get(text);
  if (known) return known;
  const made = parse(text);
  cache.set(text, made);
  return made;
}

/** The templates inside a template: branches and bodies. */
function childrenOf(template: Template): Template[] {
  return template.children ? (toValueSync(template.children(false, true)) as Template[]) : [];
}

/** Every template of a tree, outer ones before what is inside them. Throws a TemplateError when it nests too deeply. */
export function everyTemplate(templates: readonly Template[]): Template[] {
  const found: Template[] = [];
  let level = [...templates];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxNesting) throw tooDeep();
    found.push(...level);
    level = level.flatMap(childrenOf);
  }
  return found;
}

/** The filtered values a template evaluates itself. */
export function valuesOf(template: Template): Value[] {
  return [...(template.arguments?.() ?? [])].filter((one) => one instanceof Value);
}

function parse(text: string): Parsed {
  if (nestingOf(text) > maxNesting) throw tooDeep();
  try {
    const templates = (engine as Liquid).parse(text);
    for (const template of everyTemplate(templates)) for (const value of valuesOf(template)) heedDefault(value);
    const [only] = templates;
    return templates.length === 1 && only instanceof Output
      ? { text, templates, single: only.value }
      : { text, templates };
  } catch (error) {
    throw unknownFilter(messageOf(error)) ?? toTemplateError(error);
  }
}

/** How deeply blocks open inside each other, told without parsing: the parser's own way to find out is to run out of stack. */
function nestingOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [, end] of text.matchAll(/\{%-?\s*(end)?(?:if|unless|case|for|tablerow|capture)\b/g)) {
    depth += end ? -1 : 1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

function tooDeep(): TemplateError {
  return new TemplateError("template_limit", "The template is nested too deeply.");
}

/** LiquidJS forgives a missing variable only when `default` comes first; it may follow anywhere. */
function heedDefault(value: Value): void {
  if (!value.filters.some((filter) => filter.name === "default")) return;
  const original = value.value.bind(value);
  value.value = (ctx) => original(ctx, true);
}

function unknownFilter(message: string): TemplateError | undefined {
  const name = /undefined filter: ([^\s,]+)/.exec(message)?.[1];
  if (name === undefined) return undefined;
  return new TemplateError("template_syntax", `There is no filter "${name}".${didYouMean(name, filterNames)}`);
}
