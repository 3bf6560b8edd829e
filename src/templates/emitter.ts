import { type Emitter, toValue } from "liquidjs";
import { jsonOf } from "./related.js";
import { TemplateError } from "./template-error.js";

/** A rendered text has at most this many bytes. */
const maxOutput = 256 * 1024;

/** Collects rendered text and stops at the limit. Objects, which Liquid has no text for, are written as JSON. */
export function limitedEmitter(): Emitter {
  return {
    buffer: "",
    write(value: unknown) {
      this.buffer += textOf(value);
      if (this.buffer.length > maxOutput) throw tooLong();
    },
  };
}

/** The text itself when it is within the limit in UTF-8; throws otherwise. */
export function withinLimit(text: string): string {
  if (text.length > maxOutput || Buffer.byteLength(text) > maxOutput) throw tooLong();
  return text;
}

function tooLong(): TemplateError {
  return new TemplateError("template_limit", "The rendered text is longer than 256 kB.");
}

function textOf(given: unknown): string {
  const value: unknown = toValue(given);
  if (typeof value === "string") return value;
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.some(isComposite) ? jsonOf(value) : value.map(textOf).join("");
  return typeof value === "object" ? jsonOf(value) : String(value);
}

function isComposite(value: unknown): boolean {
  return typeof value === "object" && value !== null && !(value instanceof Date);
}
