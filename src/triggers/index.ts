export { fireDates } from "./dates/fire-dates.js";
export { forecast } from "./forecast.js";
export { fireSchedules } from "./schedules/fire-schedules.js";
export { previewSchedule } from "./schedules/preview-schedule.js";
export { ticksOf } from "./tick.js";
