export { SqlAgendaBackend } from "./backend/sql-agenda-backend.js";
export { createJobs, type Jobs, type Timetable } from "./jobs.js";
export { askBackend, isJobsUrl, officialBackend } from "./official-backend.js";
export type { JobName } from "./runner.js";
