/** Ends the making of one step: it is kept as one that fails, with this reason. Never leaves this room. */
export class Unmappable extends Error {}

/** What was written, as a sentence quotes it. */
export function quoted(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 300 ? `${text.slice(0, 299)}…` : text;
}
