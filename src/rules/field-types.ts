/** The types a field may have. The record model has the same words; this room must not import it. */
export type FieldTypeName =
  | "text"
  | "longText"
  | "number"
  | "money"
  | "boolean"
  | "date"
  | "datetime"
  | "select"
  | "multiSelect"
  | "email"
  | "phone"
  | "url"
  | "user"
  | "relation"
  | "json";

/** Tells the type of a path in a fact; undefined where it knows none, which for `record` means there is no such field. */
export type TypeOf = (fact: string, path: string) => FieldTypeName | undefined;

export const numeric: readonly FieldTypeName[] = ["number", "money"];
export const temporal: readonly FieldTypeName[] = ["date", "datetime"];
export const textual: readonly FieldTypeName[] = ["text", "longText", "email", "phone", "url"];
