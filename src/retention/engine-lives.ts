import type { Life } from "./life.js";

/** Until somebody takes it back, or the whole workspace goes. */
const BY_HAND = "When somebody deletes it.";
const WITH_AUTOMATION = "With its automation.";
const WITH_RUN = "With its run.";
const WITH_WAIT = "When the wait ends.";

const life = (table: string, row: string, writer: string, forgotten: string): Life => ({
  table: `millrace_${table}`,
  row,
  writer,
  forgotten,
});

/** The tables of what is defined, what happens, and who may see it. */
export const engineLives: readonly Life[] = [
  life("workspaces", "A customer's own world, with its settings.", "crm/workspace.ts", "Never."),
  life("users", "A person who may sign in.", "crm/user.ts", "Never: history names them. Switched off instead."),
  life(
    "api_keys",
    "A key for programs, hashed.",
    "web/access/api-keys.ts",
    "Never: the audit log names it. Revoked instead.",
  ),
  life("sessions", "A person's login in one browser.", "web/access/sessions.ts", "The night after it has ended."),
  life("requests", "The answer to an Idempotency-Key.", "web/idempotency.ts", "The night after its day."),
  life("audit", "Who changed what in the set-up.", "web/audit.ts", "By `audit`."),
  life("secrets", "A secret, encrypted.", "effects/secrets/secrets.ts", BY_HAND),
  life("workspace_keys", "The key of a workspace's secrets, wrapped.", "effects/secrets/secrets.ts", "Never."),

  life(
    "automations",
    "The named thing a person builds.",
    "automations/save-draft.ts",
    "32 days after it was deleted, once no run of it is left.",
  ),
  life("versions", "A numbered document of an automation.", "automations/save-draft.ts", WITH_AUTOMATION),
  life("activations", "From when to when a version listened.", "automations/activation.ts", WITH_AUTOMATION),
  life("tests", "A saved try with what is expected of it.", "insight/saved-tests.ts", `${BY_HAND} ${WITH_AUTOMATION}`),
  life("schedules", "When a schedule or date trigger is due next.", "triggers/timer.ts", WITH_AUTOMATION),
  life(
    "ticks",
    "One fire of a schedule, or of a date of a record.",
    "triggers/tick.ts",
    "After 400 days: a date that comes back as late as that fires again.",
  ),
  life(
    "entries",
    "A record that has been in an automation it may enter once, and whose run is forgotten.",
    "retention/note-entries.ts",
    WITH_AUTOMATION,
  ),

  life(
    "events",
    "What happened to a record, or any other start; the change log of records.",
    "events/record-change.ts",
    "By `events`, once no run that began with it is left.",
  ),
  life(
    "set_aside",
    "An event that was given up, and why.",
    "events/set-aside.ts",
    "With its event, or when it is tried again.",
  ),
  life("refusals", "Why an event did not start an automation.", "enrollments/enroll-matching.ts", "With its event."),
  life(
    "runs",
    "One enrollment carried out.",
    "runs/start-run.ts",
    "By `completed`, `failed`, `cancelled` or `skipped` after its end, once the run that started it is gone.",
  ),
  life("steps", "One try at a step of a run.", "runs/save-walks.ts", WITH_RUN),
  life("waits", "What a step at rest waits for.", "runs/waits/waits.ts", WITH_WAIT),
  life("watches", "A record a wait reads beside its own.", "enrollments/related-watches.ts", WITH_WAIT),
  life("children", "A run that a step waits for.", "runs/children/start-children.ts", WITH_WAIT),
  life("decisions", "What one person answered to a question.", "people/decide.ts", WITH_RUN),
  life(
    "batches",
    "One start over many records.",
    "enrollments/start-batch.ts",
    "By `completed`, once none of its runs is left.",
  ),
  life(
    "moves",
    "Taking runs to another version, and how far it has come.",
    "runs/moves/moves.ts",
    "400 days after it is done, once none of the moved runs is left.",
  ),
  life("run_moves", "That a run was moved.", "runs/moves/move-run.ts", WITH_RUN),
  life(
    "counts",
    "How many runs of a workspace, automation, version or batch there are, or were on a day; by status, reason and more.",
    "counts/fold-counts.ts",
    "A day some three years after; the others when they are 0.",
  ),
  life(
    "count_changes",
    "What a commit adds to the counts.",
    "counts/count-runs.ts",
    "When it is folded into the counts.",
  ),
  life(
    "counters",
    "How much of a limit a month has used; whose turn it is.",
    "enrollments/limits.ts",
    "A month after 400 days; turns never.",
  ),
  life(
    "rates",
    "What a limit a minute has let through, and its next free instant.",
    "enrollments/rates.ts",
    "Never: one a limit.",
  ),

  life(
    "mails",
    "A mail with its body, as it was handed over or kept.",
    "effects/mail/mails.ts",
    "By `mails`, once its run is over.",
  ),
  life("suppressions", "An address that gets no marketing mail.", "effects/mail/suppressions.ts", "Never."),
  life("threads", "A message of an AI conversation.", "effects/ai/ai-threads.ts", "By `threads`."),
  life("notifications", "Something a person was told here.", "crm/people/notification.ts", "By `notifications`."),

  life(
    "jobs",
    "An Agenda job: the bell of one name, moved to when its work is next due.",
    "jobs/backend/write-job.ts",
    "32 days after it last rang, unless it is hung anew.",
  ),
  life(
    "job_logs",
    "What became of a job, if Agenda is told to log.",
    "jobs/backend/sql-job-logger.ts",
    "After 32 days.",
  ),
  life("locks", "A row to lock, or a number that counts up; fixed names.", "db/lock.ts", "Never."),
  life(
    "sweeps",
    "How far forgetting has come in a workspace.",
    "retention/sweep-place.ts",
    "Never: a few a workspace.",
  ),
  life("migrations", "A migration that has been applied.", "db/migrate.ts", "When it is taken back."),
];
