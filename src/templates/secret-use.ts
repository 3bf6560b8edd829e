import { analyzeSync, Output, type Template } from "liquidjs";
import { everyText } from "./every-text.js";
import { everyTemplate, isTemplate, parsed, valuesOf } from "./parsed.js";

/** Filters that keep a secret whole and can be recognised in what is logged: it is sent on, never taken apart. */
const whole = ["append", "prepend", "base64_encode", "base64_url_safe_encode", "url_encode"];

type Argument = NonNullable<ReturnType<NonNullable<Template["arguments"]>>> extends Iterable<infer A> ? A : never;

/** One place where a template does something else with a secret than to send it. */
export type SecretMisuse = { path: string; message: string };

/**
 * Every use of a secret in a JSON value's templates but a plain `{{ secrets.name }}`, also joined with other text or encoded.
 * Whatever could show a part of it is listed: other filters, tags that compare, assign or loop, and computed names.
 */
export function secretMisuses(value: unknown, path = ""): SecretMisuse[] {
  return [...everyText(value, path)].flatMap(({ text, path: at }) => {
    if (!isTemplate(text) || !text.includes("secrets")) return [];
    const message = misuseIn(text);
    return message ? [{ path: at, message }] : [];
  });
}

function misuseIn(text: string): string | null {
  let templates: readonly Template[];
  try {
    templates = everyTemplate(parsed(text).templates);
  } catch {
    // What is no Liquid is never rendered, and is told elsewhere.
    return null;
  }
  const sending = templates.filter((template) => secretPaths([...(template.arguments?.() ?? [])]).length > 0);
  if (sending.length === 0) return null;
  if (templates.some(isCapture) || sending.some((template) => !(template instanceof Output)))
    return "A secret can only be sent: {{ secrets.name }}. Tags that keep, compare or repeat it would show parts of it.";
  const values = sending.flatMap(valuesOf);
  if (secretPaths(values).some((segments) => segments.length !== 2 || typeof segments[1] !== "string"))
    return "A secret is named plainly: {{ secrets.name }}, with nothing behind its name.";
  const filter = values.flatMap(({ filters }) => filters).find(({ name }) => !whole.includes(name));
  return filter
    ? `A secret cannot go through the filter "${filter.name}", which could show parts of it. Filters for secrets: ${whole.join(", ")}.`
    : null;
}

/** What a capture holds can be read again as any text. */
function isCapture(template: Template): boolean {
  return "name" in template && template.name === "capture";
}

/** The paths below `secrets` that a template's arguments read, those of their filters included. */
function secretPaths(read: readonly Argument[]): unknown[][] {
  const alone = { arguments: () => read, render: () => undefined } as unknown as Template;
  return Object.values(analyzeSync([alone], { partials: false }).variables)
    .flat()
    .map(({ segments }) => [...segments])
    .filter(([root]) => root === "secrets");
}
