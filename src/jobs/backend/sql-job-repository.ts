import type { JobParameters, JobRepository } from "agenda";
import { bringForward, type ForwardRepository } from "./bring-forward.js";
import { purgeAllJobs, removeJobs, setDisabled, unlockJob, unlockJobs } from "./change-jobs.js";
import { createDueLook } from "./find-due.js";
import type { JobTable } from "./job-table.js";
import { getNextJobToRun, lockJob } from "./lock-job.js";
import { getDistinctJobNames, getJobById, getJobsOverview, getQueueSize, queryJobs } from "./query-jobs.js";
import { saveJob } from "./save-job.js";
import { saveJobState } from "./save-job-state.js";

/** Agenda's repository over `millrace_jobs`: only the table of its operations. */
export function sqlJobRepository(table: JobTable): ForwardRepository {
  const findDue = createDueLook(table.db);
  return {
    // The pool connects when it is first used, and migrations have made the table.
    connect: async () => {},
    getJobById: (id) => getJobById(table, id),
    queryJobs: (options) => queryJobs(table, options),
    getJobsOverview: () => getJobsOverview(table),
    getDistinctJobNames: () => getDistinctJobNames(table),
    getQueueSize: () => getQueueSize(table),
    saveJob: async <DATA>(job: JobParameters<DATA>, options: Parameters<JobRepository["saveJob"]>[1]) =>
      (await saveJob(table, { job, options })) as JobParameters<DATA>,
    saveJobState: (job, options) => saveJobState(table, job, options),
    lockJob: (job, options) => lockJob(table, job, options),
    getNextJobToRun: (...asked) => getNextJobToRun(table, findDue, ...asked),
    bringForward: (name, at) => bringForward(table, name, at),
    unlockJob: (job) => unlockJob(table, job),
    unlockJobs: (ids) => unlockJobs(table, ids),
    removeJobs: (options) => removeJobs(table, options),
    disableJobs: (options) => setDisabled(table, options, true),
    enableJobs: (options) => setDisabled(table, options, false),
    purgeAllJobs: () => purgeAllJobs(table),
  };
}
