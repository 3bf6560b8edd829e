const columns = require("../config/columns.cjs");

module.exports = {
  async up(queryInterface, Sequelize) {
    const c = columns(queryInterface, Sequelize);
    await c.table(
      "millrace_automations",
      {
        id: c.primary(c.id),
        workspaceId: c.required(c.id),
        name: c.required(c.text(190)),
        description: { type: c.longText },
        form: c.required(c.code(10)),
        object: { type: c.code(64) },
        folder: { type: c.text(120) },
        tags: c.required(c.json),
        status: c.required(c.code(10)),
        ownerId: { type: c.id },
        publishedVersion: { type: c.integer },
        latestVersion: c.required(c.integer),
        stamp: c.required(c.instant),
        createdAt: c.required(c.instant),
        updatedAt: c.required(c.instant),
        deletedAt: { type: c.instant },
      },
      { workspace: { fields: ["workspaceId", "status", "id"] }, stamp: { fields: ["stamp"] } },
    );
    await c.table("millrace_versions", {
      automationId: c.primary(c.id),
      version: c.primary(c.integer),
      state: c.required(c.code(10)),
      form: c.required(c.code(10)),
      document: c.required(c.json),
      revision: c.required(c.integer),
      note: { type: c.longText },
      savedBy: { type: c.json },
      savedAt: c.required(c.instant),
      publishedBy: { type: c.json },
      publishedAt: { type: c.instant },
    });
    await c.table(
      "millrace_activations",
      {
        id: c.serial,
        automationId: c.required(c.id),
        version: c.required(c.integer),
        fromAt: c.required(c.instant),
        untilAt: { type: c.instant },
      },
      { automation: { fields: ["automationId", "fromAt"] } },
    );
    await c.table(
      "millrace_runs",
      {
        id: c.primary(c.id),
        workspaceId: c.required(c.id),
        automationId: c.required(c.id),
        version: c.required(c.integer),
        object: { type: c.code(64) },
        recordId: { type: c.code(64) },
        status: c.required(c.code(10)),
        eventId: c.required(c.instant),
        triggerKey: { type: c.code(64) },
        triggerKind: c.required(c.code(40)),
        actor: c.required(c.json),
        inputs: { type: c.json },
        reasonCode: { type: c.code(40) },
        reason: { type: c.json },
        state: { type: c.json },
        outputs: { type: c.json },
        failedSteps: c.required(c.integer, { defaultValue: 0 }),
        lineage: { type: c.json },
        parentRunId: { type: c.id },
        batchId: { type: c.id },
        replayOf: { type: c.id },
        replay: c.required(c.integer, { defaultValue: 0 }),
        threadId: { type: c.text(64) },
        queuedAt: c.required(c.instant),
        startedAt: { type: c.instant },
        finishedAt: { type: c.instant },
        deadlineAt: { type: c.instant },
        wakeAt: { type: c.instant },
        fence: c.required(c.integer, { defaultValue: 0 }),
        claims: c.required(c.integer, { defaultValue: 0 }),
        commits: c.required(c.integer, { defaultValue: 0 }),
        claimedBy: { type: c.id },
      },
      {
        event: { unique: true, fields: ["automationId", "eventId", "replay"] },
        wake: { fields: ["wakeAt"] },
        log: { fields: ["workspaceId", "status", "id"] },
        automation: { fields: ["automationId", "status", "id"] },
        record: { fields: ["object", "recordId", "id"] },
        batch: { fields: ["batchId", "status"] },
      },
    );
    await c.table("millrace_steps", {
      runId: c.primary(c.id),
      n: c.primary(c.integer),
      key: c.required(c.code(64)),
      kind: c.required(c.code(64)),
      name: { type: c.text(190) },
      iteration: c.required(c.code(190), { defaultValue: "" }),
      attempt: c.required(c.integer),
      status: c.required(c.code(10)),
      input: { type: c.json },
      output: { type: c.json },
      error: { type: c.json },
      port: { type: c.code(64) },
      conditions: { type: c.json },
      writes: { type: c.json },
      idempotencyKey: { type: c.code(190) },
      startedAt: c.required(c.instant),
      finishedAt: { type: c.instant },
    });
    await c.table(
      "millrace_waits",
      {
        runId: c.primary(c.id),
        stepKey: c.primary(c.code(64)),
        iteration: c.primary(c.code(190)),
        kind: c.required(c.code(20)),
        token: c.required(c.id),
        object: { type: c.code(64) },
        recordId: { type: c.code(64) },
        eventKind: { type: c.code(40) },
        details: { type: c.json },
        answer: { type: c.json },
        wakeAt: c.required(c.instant),
        createdAt: c.required(c.instant),
      },
      { wakes: { fields: ["object", "recordId", "eventKind"] } },
    );
    await c.table(
      "millrace_refusals",
      {
        automationId: c.primary(c.id),
        eventId: c.primary(c.instant),
        workspaceId: c.required(c.id),
        object: { type: c.code(64) },
        recordId: { type: c.code(64) },
        version: c.required(c.integer),
        code: c.required(c.code(40)),
        message: c.required(c.longText),
        details: { type: c.json },
        conditions: { type: c.json },
        at: c.required(c.instant),
      },
      { record: { fields: ["object", "recordId", "eventId"] } },
    );
    await c.table("millrace_counters", {
      scope: c.primary(c.code(90)),
      period: c.primary(c.code(20)),
      used: c.required(c.integer, { defaultValue: 0 }),
    });
    await c.table("millrace_schedules", {
      automationId: c.primary(c.id),
      triggerKey: c.primary(c.code(64)),
      version: c.required(c.integer),
      nextAt: { type: c.instant },
      scannedAt: { type: c.instant },
      fired: c.required(c.integer, { defaultValue: 0 }),
    }, { next: { fields: ["nextAt"] } });
    await c.table("millrace_ticks", {
      automationId: c.primary(c.id),
      triggerKey: c.primary(c.code(64)),
      recordId: c.primary(c.code(64)),
      tick: c.primary(c.code(40)),
      status: c.required(c.code(10)),
      eventId: { type: c.instant },
      at: c.required(c.instant),
    });
    await c.table(
      "millrace_batches",
      {
        id: c.primary(c.id),
        workspaceId: c.required(c.id),
        automationId: c.required(c.id),
        object: { type: c.code(64) },
        total: c.required(c.integer),
        status: c.required(c.code(10)),
        actor: c.required(c.json),
        createdAt: c.required(c.instant),
      },
      { workspace: { fields: ["workspaceId", "id"] } },
    );
  },
  async down(queryInterface) {
    const tables = ["batches", "ticks", "schedules", "counters", "refusals", "waits", "steps", "runs", "activations", "versions", "automations"];
    for (const table of tables) await queryInterface.dropTable(`millrace_${table}`);
  },
};
