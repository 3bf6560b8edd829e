import type { EventRoom } from "../events/index.js";
import type { ObjectTable } from "./objects/object-table.js";

/** What the record model works with. */
export type Host = EventRoom & { objects: ObjectTable };
