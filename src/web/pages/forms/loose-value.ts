/**
 * A value of no known type, as a person writes it in one line: numbers, yes and no, lists and objects as JSON, anything
 * else is text. A text that looks like one of those is put in quotes. The other way round is `looseValue`.
 */
export function shownLoose(value: unknown): string {
  if (typeof value !== "string") return JSON.stringify(value ?? null);
  const plain = looseValue(value) === value && value === value.trim() && value !== "" && !/[\r\n]/.test(value);
  return plain ? value : JSON.stringify(value);
}

/** What a person meant by a line: `3` a number, `"3"` a text, `[1, 2]` a list, `true` a yes; templates stay text. */
export function looseValue(line: string): unknown {
  const text = line.trim();
  if (!/^(-?\d|[[{"]|true$|false$|null$)/.test(text) || /^\{[{%]/.test(text)) return text;
  try {
    const value = JSON.parse(text) as unknown;
    // A long number would lose digits, and 1.0 its zero: those are texts.
    return typeof value === "number" && String(value) !== text ? text : value;
  } catch {
    return text;
  }
}
