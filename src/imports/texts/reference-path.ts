import { readExpression, theirs } from "../../expressions/index.js";

/** A text that is a reference and nothing else, as its names: `steps.a.output.items[0]['sku']`; null for any other. */
export function wholeReference(text: string): string[] | null {
  const read = readExpression(text, theirs);
  return "expression" in read && read.expression.type === "path" ? read.expression.segments : null;
}
