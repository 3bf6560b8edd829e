import { isObject } from "../shared/json.js";
import { isCheap } from "./cheap.js";
import { everyText } from "./every-text.js";
import { render, resolve } from "./render.js";
import type { Scope } from "./scope.js";
import { readsByExpression, rootsOf } from "./variables.js";
import { inWorker } from "./worker-pool.js";

/**
 * `resolve` that cannot stall the process: at once when every text is cheap, else in a worker thread that is stopped
 * after half a second. Rejects with a TemplateError as `resolve` throws it.
 */
export async function resolveGuarded(value: unknown, scope: Scope): Promise<unknown> {
  const texts = [...everyText(value)].map((one) => one.text);
  return texts.every(isCheap) ? resolve(value, scope) : inWorker({ value, scope: usedPart(scope, texts) });
}

/** `render` guarded the same way. */
export async function renderGuarded(text: string, scope: Scope): Promise<string> {
  if (isCheap(text)) return render(text, scope);
  return (await inWorker({ text, scope: usedPart(scope, [text]) })) as string;
}

/** Only what the texts name is copied to the other thread; the rest stays as names, to be suggested for a mistyped one. */
function usedPart(scope: Scope, texts: readonly string[]): Scope {
  if (texts.some(readsByExpression)) return scope;
  const roots = rootsOf(texts);
  const names = Object.entries(scope.names).map(([name, value]) => [name, roots.has(name) ? value : outline(value)]);
  return { ...scope, names: Object.fromEntries(names) as Scope["names"] };
}

function outline(value: unknown): unknown {
  return isObject(value) ? Object.fromEntries(Object.keys(value).map((name) => [name, null])) : null;
}
