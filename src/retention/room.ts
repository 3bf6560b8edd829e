import type { Logger } from "pino";
import type { Database } from "../db/index.js";
import type { Clock } from "../shared/clock.js";
import type { Retention } from "./keeping.js";

/** What forgetting works with. `settings.retention`: how long the installation keeps things. */
export type RetentionRoom = { db: Database; clock: Clock; log: Logger; settings: { retention: Retention } };
