export type { Conditions, Explanation, Facts } from "./explanation.js";
