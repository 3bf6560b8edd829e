export { type Counted, countedAs, type Measure } from "./count.js";
export { countInvariants } from "./count-invariants.js";
export { countEnds, countForgotten, countMove, countReplayed, countStarts } from "./count-runs.js";
export { foldCounts } from "./fold-counts.js";
export { countsOf, countUnfinished } from "./read-counts.js";
export { rebuildCounts } from "./rebuild-counts.js";
export { tookPercentile } from "./took.js";
