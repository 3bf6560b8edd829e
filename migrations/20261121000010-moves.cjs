const columns = require("../config/columns.cjs");

module.exports = {
  async up(queryInterface, Sequelize) {
    const c = columns(queryInterface, Sequelize);
    // A step map, stored, and how far it has been carried out. `looks` makes sure that one worker at a time counts.
    await c.table(
      "millrace_moves",
      {
        id: c.primary(c.id),
        workspaceId: c.required(c.id),
        automationId: c.required(c.id),
        fromVersion: { type: c.integer },
        toVersion: c.required(c.integer),
        map: c.required(c.json),
        runs: { type: c.json },
        actor: c.required(c.json),
        at: c.required(c.instant),
        cursorId: c.required(c.id, { defaultValue: "" }),
        passed: c.required(c.boolean, { defaultValue: false }),
        pending: c.required(c.json),
        tally: c.required(c.json),
        looks: c.required(c.integer, { defaultValue: 0 }),
        doneAt: { type: c.instant },
      },
      { automation: { fields: ["automationId", "id"] }, open: { fields: ["doneAt"] } },
    );
    await c.table("millrace_run_moves", {
      runId: c.primary(c.id),
      moveId: c.primary(c.id),
      fromVersion: c.required(c.integer),
      toVersion: c.required(c.integer),
      n: c.required(c.integer),
      actor: c.required(c.json),
      at: c.required(c.instant),
    });
    // Records beside its own that a wait reads: a change of one of them wakes it.
    await c.table(
      "millrace_watches",
      {
        token: c.primary(c.id),
        object: c.primary(c.code(64)),
        recordId: c.primary(c.code(64)),
        runId: c.required(c.id),
      },
      { record: { fields: ["object", "recordId"] }, run: { fields: ["runId"] } },
    );
  },
  async down(queryInterface) {
    for (const table of ["watches", "run_moves", "moves"]) await queryInterface.dropTable(`millrace_${table}`);
  },
};
