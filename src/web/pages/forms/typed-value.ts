import type { Field } from "../../../crm/index.js";

/** Whether a text is, or holds, a template: then it stays a text, whatever type is asked for. */
export function isTemplate(text: string): boolean {
  return /\{\{|\{%/.test(text);
}

/** A text that a person typed for a field, as the field's type wants it; templates and what does not fit stay text. */
export function typedValue(text: string, field: Pick<Field, "type"> | undefined): unknown {
  if (isTemplate(text)) return text;
  if (text === "") return null;
  if (field?.type === "number" || field?.type === "money") return Number.isFinite(Number(text)) ? Number(text) : text;
  if (field?.type === "boolean") return text === "true" ? true : text === "false" ? false : text;
  if (field?.type === "multiSelect")
    return text
      .split(/[\n,]/)
      .map((part) => part.trim())
      .filter(Boolean);
  if (field?.type === "json") {
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  }
  return text;
}
