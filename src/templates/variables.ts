import { analyzeSync, type Template, type Variable } from "liquidjs";
import { everyText } from "./every-text.js";
import { everyTemplate, isTemplate, type Parsed, parsed, valuesOf } from "./parsed.js";

/** One use of a name that comes from outside the template: its path up to the first computed part. */
export type Use = {
  segments: string[];
  /** True where a missing value is no error because `default` stands in. */
  forgiven: boolean;
};

/** The dotted paths a text takes from its scope, each once; loop variables and assigned names are its own. None for bad Liquid. */
export function variablesOf(text: string): string[] {
  return [...new Set(usesIn(text).map((use) => use.segments.join(".")))];
}

/** The paths below `record` that go through a relation or into a list, anywhere in a JSON value: `company.name`. */
export function relatedPaths(value: unknown): string[] {
  const paths = usesInValue(value)
    .filter(({ segments }) => segments[0] === "record" && segments.length > 2)
    .map(({ segments }) => segments.slice(1).join("."));
  return [...new Set(paths)];
}

/** The names of the secrets a JSON value's templates use. */
export function secretsOf(value: unknown): string[] {
  const names = usesInValue(value).flatMap(({ segments }) =>
    segments[0] === "secrets" && segments[1] ? [segments[1]] : [],
  );
  return [...new Set(names)];
}

/** True when any text of a JSON value reads secrets, also by a computed name. */
export function usesSecrets(value: unknown): boolean {
  return usesInValue(value).some(({ segments }) => segments[0] === "secrets");
}

/** The first names of all paths the texts use. */
export function rootsOf(texts: readonly string[]): Set<string> {
  return new Set(texts.flatMap(usesIn).map(({ segments }) => segments[0] ?? ""));
}

/** True when names may be read that are not told by the functions above: in the text `where_exp` evaluates, or by `[name]`. */
export function readsByExpression(text: string): boolean {
  return /_exp\b|[\s{,:(]\[/.test(text);
}

/** Every use of an outside name in a parsed template. */
export function usesOf({ templates }: Parsed): Use[] {
  const forgiven = new Set(forgivenIn(templates).map(placeOf));
  const found = Object.values(analyzeSync(templates, { partials: false }).globals).flat();
  return found.map((variable) => ({ segments: leadOf(variable), forgiven: forgiven.has(placeOf(variable)) }));
}

function usesInValue(value: unknown): Use[] {
  return [...everyText(value)].flatMap(({ text }) => usesIn(text));
}

function usesIn(text: string): Use[] {
  if (!isTemplate(text)) return [];
  try {
    return usesOf(parsed(text));
  } catch {
    return [];
  }
}

function forgivenIn(templates: readonly Template[]): Variable[] {
  const values = everyTemplate(templates).flatMap(valuesOf);
  const lenient = values.filter((value) => value.filters.some((filter) => filter.name === "default"));
  return lenient.flatMap((value) => {
    const alone = { arguments: () => [value], render: () => undefined } as unknown as Template;
    return Object.values(analyzeSync([alone], { partials: false }).variables).flat();
  });
}

function placeOf({ location }: Variable): string {
  return `${location.row}:${location.col}`;
}

function leadOf(variable: Variable): string[] {
  const computed = variable.segments.findIndex((segment) => typeof segment === "object");
  return (computed < 0 ? variable.segments : variable.segments.slice(0, computed)).map(String);
}
