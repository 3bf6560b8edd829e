export { currentIndex } from "./automation-index.js";
export { consider, type Verdict, versionAt } from "./consider.js";
export { relayEvents } from "./enroll-matching.js";
export { monthOf, usedOf } from "./limits.js";
export { lookBack } from "./look-back.js";
export { mapInputs } from "./map-inputs.js";
export { type Batch, cancelBatch, getBatch, listBatches, startBatch } from "./start-batch.js";
export { type ManualStart, startManually } from "./start-manually.js";
export { writeAsBatch } from "./write-batch.js";
