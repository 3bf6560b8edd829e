import { toValue, toValueSync } from "liquidjs";
import { isObject } from "../shared/json.js";
import { limitedEmitter, withinLimit } from "./emitter.js";
import { engine } from "./engine.js";
import { isTemplate, type Parsed, parsed } from "./parsed.js";
import { withoutRelated } from "./related.js";
import type { Scope } from "./scope.js";
import { ScopeContext } from "./scope-context.js";
import { TemplateError, toTemplateError } from "./template-error.js";

const maxDepth = 100;

/** The text with its variables filled in. Throws a TemplateError: missing variable, bad Liquid, wrong filter input, limit. */
export function render(text: string, scope: Scope): string {
  if (!isTemplate(text)) return text;
  const template = parsed(text);
  return attempt(() => renderParsed(template, scope));
}

/**
 * A copy of a JSON value with every text in it rendered; a text that is exactly one `{{ … }}` becomes the value itself,
 * with its type (shared with the scope, so not to be written to). Property names are left alone. Throws as `render` does.
 */
export function resolve(value: unknown, scope: Scope): unknown {
  return walk(value, scope, 0);
}

function walk(value: unknown, scope: Scope, depth: number): unknown {
  if (typeof value === "string") return isTemplate(value) ? resolveText(value, scope) : value;
  if (typeof value !== "object" || value === null) return value;
  if (depth >= maxDepth) throw new TemplateError("template_limit", "The value is nested too deeply.");
  if (Array.isArray(value)) return value.map((one: unknown) => walk(one, scope, depth + 1));
  if (!isObject(value) || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, walk(one, scope, depth + 1)]));
}

function resolveText(text: string, scope: Scope): unknown {
  const template = parsed(text);
  return attempt(() => {
    if (!template.single) return renderParsed(template, scope);
    const value: unknown = toValue(toValueSync(template.single.value(new ScopeContext(scope, engine), false) as never));
    return typeof value === "string" ? withinLimit(value) : (withoutRelated(value) ?? null);
  });
}

function renderParsed({ templates }: Parsed, scope: Scope): string {
  const emitter = limitedEmitter();
  const rendering = engine.renderer.renderTemplates(templates, new ScopeContext(scope, engine), emitter);
  toValueSync(rendering as never);
  return withinLimit(emitter.buffer);
}

function attempt<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw toTemplateError(error);
  }
}
