export type { Actor, Ancestor, Cause, Change, Event, EventRoom, FieldChange } from "./event.js";
