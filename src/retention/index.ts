export { hasEntered } from "./entry.js";
export { forgetOld, nightAfter } from "./forget-old.js";
export {
  daysKept,
  type Keepable,
  keepable,
  type Retention,
  type RetentionSetting,
  retentionFaults,
  retentionFrom,
} from "./keeping.js";
