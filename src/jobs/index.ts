export { SqlAgendaBackend } from "./backend/sql-agenda-backend.js";
export { createJobs, type Jobs } from "./jobs.js";
export { isJobsUrl, officialBackend } from "./official-backend.js";
export type { JobName } from "./runner.js";
