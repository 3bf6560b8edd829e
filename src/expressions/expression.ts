/** How two sides are compared, whatever the text spelled it like. */
export type Comparison = "==" | "!=" | ">" | "<" | ">=" | "<=" | "contains" | "startsWith" | "endsWith" | "in";

/** What is worked out of two sides. */
export type Arithmetic = "+" | "-" | "*" | "/" | "%";

/**
 * A parsed expression. A `path` is a reference as its names, `text` as it was written; a `template` is one between double
 * braces, untouched; a `method` is what is asked of a value: `called` as in `x.slice(1, 3)`, else a filter as in `x | upper`.
 */
export type Expression =
  | { type: "value"; value: string | number | boolean | null }
  | { type: "path"; segments: string[]; text: string }
  | { type: "template"; text: string }
  | { type: "list"; items: Expression[] }
  | { type: "call"; name: string; args: Expression[] }
  | { type: "method"; of: Expression; name: string; args: Expression[]; called: boolean }
  | { type: "not" | "minus"; of: Expression }
  | { type: "and" | "or"; of: Expression[] }
  | { type: "compare"; operator: Comparison; left: Expression; right: Expression }
  | { type: "arithmetic"; operator: Arithmetic; left: Expression; right: Expression }
  | { type: "choice"; test: Expression; yes: Expression; no: Expression };

/** What a text was read as, or why it is no expression and where (from 0). */
export type ReadExpression = { expression: Expression } | { problem: string; at: number };
