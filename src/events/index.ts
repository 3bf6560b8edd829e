export { changesOf, failedEvents, getEvent, readEvent } from "./change-log.js";
export { emitEvent, type NewEvent } from "./emit-event.js";
export type { Actor, Ancestor, Cause, Change, Event, EventRoom, FieldChange } from "./event.js";
export { relay } from "./outbox.js";
export { recordChange } from "./record-change.js";
