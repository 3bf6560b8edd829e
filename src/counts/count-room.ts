import type { Database } from "../db/index.js";
import type { Clock } from "../shared/clock.js";

/** What counting works with. `ring`: asks for the job that folds changes to be done now. */
export type CountRoom = { db: Database; clock: Clock; ring?(job: "waits"): void };
