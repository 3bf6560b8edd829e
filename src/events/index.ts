export { changesOf, getEvent } from "./change-log.js";
export { emitEvent, type NewEvent } from "./emit-event.js";
export type { Actor, Ancestor, Cause, Change, Event, EventRoom, FieldChange } from "./event.js";
export { countWaiting, relay } from "./outbox.js";
export { damageOf, readEvent } from "./read-event.js";
export { recordChange } from "./record-change.js";
export { retrySetAside } from "./retry-set-aside.js";
export {
  countSetAside,
  getSetAside,
  type SetAside,
  setAsideEvents,
  setAsideReasons,
} from "./set-aside.js";
