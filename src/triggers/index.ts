export { fireDates } from "./fire-dates.js";
export { fireSchedules } from "./fire-schedules.js";
export { forecast } from "./forecast.js";
export { previewSchedule } from "./preview-schedule.js";
export { ticksOf } from "./tick.js";
