export { forgetOld } from "./forget-old.js";
export {
  type Keepable,
  keepable,
  type Retention,
  type RetentionSetting,
  retentionFaults,
  retentionFrom,
  retentionOf,
} from "./keeping.js";
