export { checkConditions, type KnownFacts } from "./check-conditions.js";
export { isAlike } from "./compare.js";
export { evaluate } from "./evaluate.js";
export type { Conditions, Explanation, Facts } from "./explanation.js";
export type { FieldTypeName, TypeOf } from "./field-types.js";
export { equalities, equalityKey, pathsOf } from "./inspect.js";
export { lacksValue, type OperatorInfo, operators } from "./operators.js";
export type { ValueShape } from "./reading.js";
export { sentenceOf } from "./sentence.js";
