export { type Occurrence, readDateValue } from "./date-occurrence.js";
export { fireDates } from "./fire-dates.js";
export { fireSchedules } from "./fire-schedules.js";
export { type Forecast, forecast } from "./forecast.js";
export { nextFires } from "./next-fire.js";
export { previewSchedule, type SchedulePreview } from "./preview-schedule.js";
export { type Tick, ticksOf } from "./tick.js";
