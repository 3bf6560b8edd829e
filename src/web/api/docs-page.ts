import type { JsonObject } from "../../shared/json.js";

type Operation = {
  tags: string[];
  summary: string;
  description: string;
  parameters: { name: string; in: string; required?: boolean; description?: string; schema: JsonObject }[];
  requestBody?: { required?: boolean; content: Record<string, { schema: JsonObject }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: JsonObject }> }>;
};
type ApiDocument = {
  info: { title: string; description: string };
  servers: { url: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, JsonObject> };
};

const style = `
:root { color-scheme: light dark; --line: light-dark(#e2e4e8, #33363b); --soft: light-dark(#52565e, #b4b8c0); --code: light-dark(#f5f6f7, #1d1f22) }
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem 1rem 4rem; font: 14px/1.5 system-ui, sans-serif; color: light-dark(#17181a, #ecedef); background: light-dark(#fff, #131416) }
h1 { font-size: 1.4rem } h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line) }
code, pre { font: 12.5px/1.5 ui-monospace, monospace; background: var(--code); border-radius: 4px } code { padding: 0 .25em } pre { padding: .75rem; overflow: auto }
details { border: 1px solid var(--line); border-radius: 8px; margin: .5rem 0; padding: 0 .75rem } summary { padding: .5rem 0; cursor: pointer }
b.method { display: inline-block; min-width: 4em; text-transform: uppercase; font-size: 12px } .soft { color: var(--soft) }
table { border-collapse: collapse; width: 100% } th { text-align: left } th, td { padding: .25rem .75rem .25rem 0; vertical-align: top; border-bottom: 1px solid var(--line) }
a { color: light-dark(#4338ca, #a5b4fc) }`;

/** The API described on one page, made from its OpenAPI document. Needs no script; the nonce lets its style in. */
export function docsPage(document: JsonObject, nonce: string): string {
  const { info, servers, paths, components } = document as unknown as ApiDocument;
  const base = servers[0]?.url ?? "";
  const byTag = new Map<string, string[]>();
  for (const [path, operations] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const tag = operation.tags[0] ?? "";
      byTag.set(tag, [...(byTag.get(tag) ?? []), operationHtml(method, base + path, operation)]);
    }
  }
  const sections = [...byTag].map(
    ([tag, parts]) =>
      `<section aria-labelledby="${slug(tag)}"><h2 id="${slug(tag)}">${inert(tag)}</h2>${parts.join("")}</section>`,
  );
  const shapes = Object.entries(components.schemas).map(
    ([name, schema]) =>
      `<details id="schema-${inert(name)}"><summary>${inert(name)}</summary>${json(schema)}</details>`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${inert(info.title)} API</title>
<style nonce="${inert(nonce)}">${style}</style></head><body><main><h1>${inert(info.title)} API</h1>${intro(info.description)}
<p><a href="openapi.json">OpenAPI 3.1</a> · <a href="schema/document.json">Schema of definitions</a></p>
<nav aria-label="Sections">${[...byTag.keys()].map((tag) => `<a href="#${slug(tag)}">${inert(tag)}</a>`).join(" · ")} · <a href="#shapes">Shapes</a></nav>
${sections.join("")}<section aria-labelledby="shapes"><h2 id="shapes">Shapes</h2>${shapes.join("")}</section></main></body></html>`;
}

function operationHtml(method: string, path: string, operation: Operation): string {
  const rows = operation.parameters.map(
    ({ name, in: place, required, description, schema }) =>
      `<tr><td><code>${inert(name)}</code></td><td>${place}${required ? ", required" : ""}</td><td>${text(description ?? "")} <span class="soft">${inert(words(schema))}</span></td></tr>`,
  );
  const bodies = Object.entries(operation.requestBody?.content ?? {}).map(
    ([type, { schema }]) => `<h4>Body: ${inert(type)}</h4>${json(schema)}`,
  );
  const answers = Object.entries(operation.responses).filter(([status]) => status.startsWith("2"));
  const answered = answers.map(([status, { description, content }]) => {
    const shape = Object.values(content ?? {})[0]?.schema;
    return `<h4>Answers ${status}</h4><p>${text(description)}</p>${shape ? json(shape) : ""}`;
  });
  return `<details><summary><b class="method">${method}</b> <code>${inert(path)}</code> ${inert(operation.summary)}</summary>
<p class="soft">${inert(operation.description)}</p><table><thead><tr><th>Parameter</th><th>Where</th><th>What</th></tr></thead><tbody>${rows.join("")}</tbody></table>${bodies.join("")}${answered.join("")}</details>`;
}

/** A schema in a few words. */
function words(schema: JsonObject): string {
  const { type, enum: values, minimum, maximum, default: standard } = schema;
  const parts = [Array.isArray(values) ? values.join(" | ") : [type ?? ""].flat().join(" | ")];
  if (minimum !== undefined || maximum !== undefined) parts.push(`${minimum ?? ""}–${maximum ?? ""}`);
  if (standard !== undefined) parts.push(`default ${String(standard)}`);
  return parts.filter(Boolean).join(", ");
}

function intro(markdown: string): string {
  const [first = "", list = ""] = markdown.split("\n\n");
  const items = list.split("\n").map((line) => `<li>${text(line.replace(/^- /, ""))}</li>`);
  return `<p>${text(first)}</p><ul>${items.join("")}</ul>`;
}

/** Escaped text, with `code` and **bold** as our own descriptions use them. */
function text(markdown: string): string {
  return inert(markdown)
    .replace(/`([^`]+)`/g, "<code>$1</code>")
    .replace(/\*\*([^*]+)\*\*/g, "<b>$1</b>");
}

function json(value: unknown): string {
  const linked = inert(JSON.stringify(value, null, 2)).replace(
    /#\/components\/schemas\/(\w+)/g,
    '<a href="#schema-$1">$1</a>',
  );
  return `<pre tabindex="0">${linked}</pre>`;
}

function slug(tag: string): string {
  return tag.toLowerCase().replace(/\W+/g, "-");
}

function inert(raw: string): string {
  return raw.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
