export { asNumber, exactOf, rounded, workedOut } from "./decimal.js";
export { type Calculated, evaluateExpression, faultIn, operandsOf } from "./evaluate-expression.js";
export type { Arithmetic, Comparison, Expression, ReadExpression } from "./expression.js";
export { ours, theirs } from "./notation.js";
export { readExpression } from "./read-expression.js";
