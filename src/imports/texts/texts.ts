import { type Expression, readExpression, theirs } from "../../expressions/index.js";
import { open, type Shape } from "../shapes.js";
import { formattedList, liquidOf, questionOf, type Said } from "./liquid.js";
import { type Part, readMustache, type Section } from "./mustache.js";
import { wholeReference } from "./reference-path.js";
import type { Reading } from "./references.js";
import { type Around, type ForTexts, refuse, say, sayPlace, type Writer } from "./say.js";

/**
 * A text in our templates. `problems`: what cannot be told in them, so that the text says something else than it did;
 * `doubts`: values that perhaps are not there, which fails where they are used.
 */
export type Rewritten = { text: string; problems: string[]; doubts: string[] };

/**
 * Rewrites a text with templates from elsewhere: `{{steps.a.output.x}}`, sections, inverted sections, and what reads like
 * `{{#each}}`. A text that is one reference and nothing else stays one, so that its value keeps its type. Pure; never throws.
 */
export function rewriteText(text: string, names: ForTexts): Rewritten {
  const problems = new Set<string>();
  const doubts = new Set<string>();
  const read = readMustache(text);
  if ("problem" in read) return { text: literal(text), problems: [read.problem], doubts: [] };
  const writer: Writer = { names, problems, doubts, around: [] };
  const written = read.parts.map((part) => write(part, writer, read.parts.length === 1)).join("");
  return { text: written, problems: [...problems], doubts: [...doubts] };
}

/** A text that is meant as it stands, whatever it looks like. */
export function literal(text: string): string {
  if (!/\{[{%]/.test(text)) return text;
  return `{% raw %}${text.replace(/\{%(-?\s*endraw)/g, "{ %$1")}{% endraw %}`;
}

function write(part: Part, writer: Writer, alone = false): string {
  switch (part.type) {
    case "plain":
      return literal(part.text);
    case "value":
      return value(part.inner, writer, alone);
    case "section":
      return section(part, writer);
  }
}

function value(inner: string, writer: Writer, alone: boolean): string {
  const list = formattedList(inner);
  const asSection = list === undefined ? undefined : readMustache(list);
  if (asSection && "parts" in asSection) return asSection.parts.map((part) => write(part, writer)).join("");
  if (/^\$?(?:today|current_?date)$/i.test(inner)) return '{{ now | date: "%Y-%m-%d" }}';
  if (inner === "." || inner.startsWith("./")) return said(say(inner, writer), inner, writer, alone);
  const read = readExpression(inner, theirs);
  if ("expression" in read) return ofExpression(read.expression, inner, writer, alone);
  refuse(inner, read.problem, writer);
  return literal(`{{${inner}}}`);
}

function ofExpression(expression: Expression, inner: string, writer: Writer, alone: boolean): string {
  const sayPath = (path: Expression & { type: "path" }) => say(path.text, writer);
  const found = liquidOf(expression, sayPath);
  if (found !== undefined) return said(found, inner, writer, alone);
  const inText = !alone || writer.names.wantsText;
  const asked = expression.type === "choice" && inText ? questionOf(expression.test, sayPath) : undefined;
  if (expression.type === "choice" && asked !== undefined) {
    const [yes, no] = [expression.yes, expression.no].map((one) => ofExpression(one, inner, writer, false));
    return `{% if ${asked} %}${yes}{% else %}${no}{% endif %}`;
  }
  const worked: Reading =
    writer.around.length > 0
      ? { problem: "Nothing can be calculated for each item of a list." }
      : writer.names.workOut(expression);
  if (!("problem" in worked)) return `{{ ${sayPlace(worked)} }}`;
  refuse(inner, worked.problem, writer);
  return literal(`{{${inner}}}`);
}

function said(found: Said | null, inner: string, writer: Writer, alone: boolean): string {
  if (!found) return literal(`{{${inner}}}`);
  const { text, filters, shape, maybe } = found;
  // Between other text, a list or a record reads best as JSON.
  const inText = !alone || writer.names.wantsText;
  const many = inText && filters === "" && ["record", "records", "facts"].includes(shape.is);
  const fallback = maybe && filters === "" ? ' | default: ""' : "";
  return `{{ ${text}${many ? " | json" : filters}${fallback} }}`;
}

/** `{{#if stage == "won"}}`: a section about a question, and not about a value. */
function asked({ word, inner, parts, otherwise }: Part & { type: "section" }, writer: Writer): string | undefined {
  const read = (word === "if" || word === "not") && !wholeReference(inner) ? readExpression(inner, theirs) : undefined;
  const question =
    read && "expression" in read ? questionOf(read.expression, (path) => say(path.text, writer)) : undefined;
  if (question === undefined) return undefined;
  const [inside, rest] = [parts, otherwise].map((all) => all.map((part) => write(part, writer)).join(""));
  const tag = word === "if" ? "if" : "unless";
  return `{% ${tag} ${question} %}${inside}${rest ? `{% else %}${rest}` : ""}{% end${tag} %}`;
}

function section(part: Part & { type: "section" }, writer: Writer): string {
  const { word, inner, parts, otherwise } = part;
  const question = asked(part, writer);
  if (question !== undefined) return question;
  const said = say(inner, writer);
  if (said === null) return literal(`{{#${inner}}}`);
  const kind = kindOf(word, said.shape, inner, parts, writer);
  const inside = (around: Around[]) => parts.map((part) => write(part, { ...writer, around })).join("");
  const rest = otherwise.map((part) => write(part, writer)).join("");
  const here = writer.around;
  // An empty list is nothing there, and something in Liquid.
  if (kind === "not")
    return `{% if ${said.text} == blank %}${inside(here)}${rest ? `{% else %}${rest}` : ""}{% endif %}`;
  if (kind === "if" || kind === "with") {
    const of = { own: said.text, shape: said.shape, each: false };
    const single = word === "list" && kind === "if" ? [{ ...of, name: ownName(inner) }, ...here] : here;
    const around = kind === "with" ? [of, ...here] : single;
    return `{% if ${said.text} != blank %}${inside(around)}${rest ? `{% else %}${rest}` : ""}{% endif %}`;
  }
  const name = `item${here.length > 0 ? `_${here.length + 1}` : ""}`;
  const shape: Shape = said.shape.is === "records" ? { is: "record", object: said.shape.object } : open;
  const body = inside([{ own: name, shape, each: true }, ...here]);
  // What is called by a word for one thing may be one, whose names the section speaks of.
  if (word === "list" && said.shape.is === "open" && !/(?:s|list|data|items)$/i.test(ownName(inner))) {
    const list = name.replace("item", "items");
    const each = `{% assign ${list} = ${said.text} | compact %}{% for ${name} in ${list} %}${body}{% endfor %}`;
    return `{% if ${said.text} != blank %}${each}${rest ? `{% else %}${rest}` : ""}{% endif %}`;
  }
  return `{% for ${name} in ${said.text} %}${body}${rest ? `{% else %}${rest}` : ""}{% endfor %}`;
}

/**
 * A section about one record is about its fields; one about a single value, which it may repeat, and one that never
 * speaks of an item only ask whether there is something.
 */
function kindOf(word: Section, shape: Shape, inner: string, parts: Part[], writer: Writer): Section {
  if (word !== "list") return word;
  if (shape.is === "record" || shape.is === "facts") return "with";
  if (shape.is === "field") return ["multiSelect", "json"].includes(shape.field.type) ? "each" : "if";
  const repeats = parts.some((part) => part.type === "value" && [inner, ownName(inner)].includes(part.inner));
  if (shape.is !== "records" && repeats) return "if";
  return shape.is === "records" || speaksOfItem(parts, writer) ? "each" : "if";
}

/** `price` of `item.price`. */
const ownName = (inner: string) => inner.trim().split(".").at(-1) ?? "";

function speaksOfItem(parts: Part[], writer: Writer): boolean {
  return parts.some((part) => {
    if (part.type === "plain") return false;
    const reference = part.inner.split("|")[0]?.trim() ?? "";
    if (reference === "." || reference.startsWith("@")) return true;
    const root = /^[@$\p{L}_][$\p{L}\p{N}_]*/u.exec(reference)?.[0];
    if (root !== undefined && !writer.names.rooted(root)) return true;
    return part.type === "section" && speaksOfItem(part.parts, writer);
  });
}
