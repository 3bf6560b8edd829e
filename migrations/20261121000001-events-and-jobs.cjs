const columns = require("../config/columns.cjs");

module.exports = {
  async up(queryInterface, Sequelize) {
    const c = columns(queryInterface, Sequelize);
    await c.table("millrace_locks", { name: c.primary(c.code(60)), value: c.required(c.instant, { defaultValue: 0 }) });
    await queryInterface.bulkInsert("millrace_locks", [
      { name: "relay", value: 0 },
      { name: "automations", value: 0 },
    ]);
    await c.table(
      "millrace_events",
      {
        id: c.serial,
        workspaceId: c.required(c.id),
        kind: c.required(c.code(40)),
        name: { type: c.text(120) },
        object: { type: c.code(64) },
        recordId: { type: c.code(64) },
        actor: c.required(c.json),
        changes: { type: c.json },
        record: { type: c.json },
        data: { type: c.json },
        lineage: { type: c.json },
        source: { type: c.code(40) },
        at: c.required(c.instant),
        relayedAt: { type: c.instant },
        failures: c.required(c.integer, { defaultValue: 0 }),
        error: { type: c.longText },
      },
      {
        pending: { fields: ["relayedAt", "id"] },
        record: { fields: ["workspaceId", "object", "recordId", "id"] },
      },
    );
    await c.table(
      "millrace_jobs",
      {
        id: c.primary(c.id),
        name: c.required(c.text(255)),
        type: c.required(c.code(10)),
        uniqueKey: { type: c.code(64) },
        priority: c.required(c.integer, { defaultValue: 0 }),
        nextRunAt: { type: c.instant },
        disabled: c.required(c.boolean, { defaultValue: false }),
        lockedAt: { type: c.instant },
        lockToken: { type: c.id },
        lastRunAt: { type: c.instant },
        lastFinishedAt: { type: c.instant },
        failedAt: { type: c.instant },
        failCount: { type: c.integer },
        failReason: { type: c.longText },
        progress: { type: c.number },
        repeatInterval: { type: c.json },
        repeatTimezone: { type: c.text(100) },
        repeatAt: { type: c.text(255) },
        startDate: { type: c.instant },
        endDate: { type: c.instant },
        skipDays: { type: c.json },
        debounceStartedAt: { type: c.instant },
        fork: c.required(c.boolean, { defaultValue: false }),
        data: c.required(c.json),
        lastModifiedBy: { type: c.text(255) },
        revision: c.required(c.integer, { defaultValue: 0 }),
        createdAt: c.required(c.instant),
        updatedAt: c.required(c.instant),
      },
      {
        due: { fields: ["name", "nextRunAt"] },
        unique: { unique: true, fields: ["uniqueKey"] },
        locked: { fields: ["name", "lockedAt"] },
      },
    );
    await c.table(
      "millrace_job_logs",
      {
        id: c.serial,
        timestamp: c.required(c.instant),
        level: c.required(c.code(10)),
        event: c.required(c.code(30)),
        jobId: { type: c.code(64) },
        jobName: c.required(c.text(255)),
        message: c.required(c.longText),
        duration: { type: c.instant },
        error: { type: c.longText },
        failCount: { type: c.integer },
        retryDelay: { type: c.instant },
        retryAttempt: { type: c.integer },
        agendaName: { type: c.text(255) },
        meta: { type: c.json },
      },
      {
        at: { fields: ["timestamp"] },
        job: { fields: ["jobId", "timestamp"] },
        name: { fields: ["jobName", "timestamp"] },
      },
    );
  },
  async down(queryInterface) {
    for (const table of ["millrace_job_logs", "millrace_jobs", "millrace_events", "millrace_locks"])
      await queryInterface.dropTable(table);
  },
};
