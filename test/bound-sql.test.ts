import { readdirSync, readFileSync } from "node:fs";
import { expect } from "chai";

/** The files in which bound SQL stays, and why: it was measured to pay, or no model can say it. */
const stays: Record<string, string> = {
  "events/outbox.ts": "the relay: a batch in hand under one lock",
  "events/emit-event.ts": "one event with each change: the hot path",
  "events/record-change.ts": "one event with each change: the hot path",
  "enrollments/admit.ts": "deciding a whole batch at once",
  "enrollments/decide-by-past.ts": "deciding a whole batch at once",
  "enrollments/queue.ts": "deciding a whole batch at once",
  "enrollments/write-batch.ts": "deciding a whole batch at once",
  "runs/claim-runs.ts": "claims",
  "runs/heartbeat.ts": "leases of all that is in hand, at once",
  "runs/save-walks.ts": "saving walks: every commit of every run",
  "crm/find/compile-rules.ts": "search",
  "crm/find/find-records.ts": "search",
  "crm/objects/storage.ts": "the hot path of records: one statement by key",
  "crm/find/get-record.ts": "the hot path of records: one statement by key",
  "crm/records/create-record.ts": "the hot path of records: one statement by key",
  "crm/records/update-record.ts": "the hot path of records: one statement by key",
  "crm/records/check-references.ts": "the hot path of records: one statement by key",
  "jobs/backend/find-due.ts": "one look at the jobs of all names",
  "jobs/backend/lock-job.ts": "takes one job among several processes",
  "retention/forget-old.ts": "portions by ranges of ids, of any table",
  "retention/forget-portion.ts": "portions by ranges of ids, of any table",
  "retention/note-entries.ts": "portions by ranges of ids: what a portion leaves behind",
  "retention/sweeps.ts": "portions by ranges of ids: what still needs a row",
  "runs/reading/list-runs.ts": "a page of the run log, by the index that holds just those runs",
  "runs/reading/count-runs.ts": "how many runs a filter finds, up to a bound",
  "timetable.ts": "what is next of everything, in one statement",
  "cli/backup.ts": "copies the file while it is in use, and looks whether the copy is one",
  "insight/check-invariants.ts": "invariants over whole tables",
};

/** Files that still hold SQL and are to read and write models; this list only grows shorter. */
const leaving = [
  "actions/take-turn.ts",
  "automations/monthly-limits.ts",
  "cli/check.ts",
  "counts/count-invariants.ts",
  "counts/count-runs.ts",
  "counts/fold-counts.ts",
  "counts/read-counts.ts",
  "counts/rebuild-counts.ts",
  "crm/records/delete-record.ts",
  "crm/seed-demo.ts",
  "enrollments/awaited.ts",
  "enrollments/enroll-matching.ts",
  "enrollments/exit-runs.ts",
  "enrollments/limits.ts",
  "enrollments/look-back.ts",
  "enrollments/related-watches.ts",
  "enrollments/start-batch.ts",
  "enrollments/tell-of-use.ts",
  "enrollments/wake-waits.ts",
  "events/change-log.ts",
  "insight/explain.ts",
  "jobs/backend/change-jobs.ts",
  "jobs/backend/job-table.ts",
  "jobs/backend/query-jobs.ts",
  "jobs/backend/sql-job-logger.ts",
  "jobs/backend/write-job.ts",
  "people/decide.ts",
  "people/question.ts",
  "people/questions.ts",
  "people/reassign.ts",
  "people/remind-people.ts",
  "people/send-letters.ts",
  "runs/afterwards/automation-verbs.ts",
  "runs/afterwards/cancel-run.ts",
  "runs/afterwards/keep-steps.ts",
  "runs/afterwards/replay-run.ts",
  "runs/afterwards/undo-run.ts",
  "runs/children/children-answer.ts",
  "runs/children/children.ts",
  "runs/children/parent-step.ts",
  "runs/children/start-children.ts",
  "runs/children/start-more.ts",
  "runs/effects-in-hand.ts",
  "runs/kept-steps.ts",
  "runs/moves/in-flight.ts",
  "runs/moves/move-run.ts",
  "runs/moves/move-runs.ts",
  "runs/moves/moves.ts",
  "runs/put-down.ts",
  "runs/reading/find-runs.ts",
  "runs/reading/read-runs.ts",
  "runs/reading/run-stats.ts",
  "runs/reading/step-log.ts",
  "runs/recall.ts",
  "runs/so-far.ts",
  "runs/start-run.ts",
  "runs/waits/answer-step.ts",
  "runs/waits/note-questions.ts",
  "runs/waits/waiting-for.ts",
  "runs/waits/waits.ts",
  "runs/waits/wake-next.ts",
  "triggers/follow-automations.ts",
  "triggers/tick.ts",
  "triggers/timer.ts",
];

const files = readdirSync("src", { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !file.startsWith("db/"))
  .map((file) => ({ file, text: readFileSync(`src/${file}`, "utf8") }));

describe("bound SQL", () => {
  it("stands in the named files alone; a new table is a model (see CONTRIBUTING)", () => {
    const sql =
      /\b(SELECT\s|INSERT INTO|UPDATE\s+\S+\s+SET|DELETE FROM)|\bdb\.(all|one|run|insert|insertLater|updateRow)\b/;
    const found = files.filter(({ text }) => sql.test(text)).map(({ file }) => file);
    const named = [...Object.keys(stays), ...leaving];
    expect(
      found.filter((file) => !named.includes(file)),
      "new files with SQL",
    ).to.deep.equal([]);
    expect(
      named.filter((file) => !found.includes(file)),
      "named, but without SQL: strike them out",
    ).to.deep.equal([]);
  });

  it("is told from its dialect in db/ alone", () => {
    const asking = files.filter(({ text }) => /\bdb\.dialect\b|getDialect\(/.test(text)).map(({ file }) => file);
    expect(asking).to.deep.equal([]);
  });
});
