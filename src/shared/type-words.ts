const words: Record<string, string> = {
  object: "an object",
  array: "a list",
  string: "text",
  number: "a number",
  integer: "a whole number",
  boolean: "true or false",
  null: "null",
};

/** The types a JSON Schema allows, as people say them: "text or a list". */
export function typesInWords(types: unknown): string {
  return [types]
    .flat()
    .map((type) => words[String(type)] ?? String(type))
    .join(" or ");
}

/** What kind of JSON value this is: "a list". */
export function kindInWords(value: unknown): string {
  if (typeof value === "boolean") return String(value);
  return typesInWords(value === null ? "null" : Array.isArray(value) ? "array" : typeof value);
}
