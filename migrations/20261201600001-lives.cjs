const columns = require("../config/columns.cjs");

// What is forgotten in portions is found by an index in the order of time, so that a portion costs the same whatever else
// the table holds.
const indexes = [
  ["millrace_events", "workspace", ["workspaceId", "id"]],
  ["millrace_refusals", "event", ["eventId", "automationId"]],
  ["millrace_notifications", "workspace", ["workspaceId", "id"]],
  ["millrace_threads", "workspace", ["workspaceId", "n"]],
  ["millrace_moves", "workspace", ["workspaceId", "id"]],
  ["millrace_run_moves", "move", ["moveId"]],
  ["millrace_automations", "deleted", ["workspaceId", "id"]],
  ["millrace_ticks", "at", ["at"]],
  ["millrace_requests", "at", ["createdAt"]],
  ["millrace_counters", "period", ["period"]],
];

module.exports = {
  async up(queryInterface, Sequelize) {
    const c = columns(queryInterface, Sequelize);
    for (const [table, name, fields] of indexes)
      await queryInterface.addIndex(table, fields, { name: `${table}_${name}` });
    // How far each sweep over the rows of a workspace has come this week.
    await c.table("millrace_sweeps", {
      workspaceId: c.primary(c.id),
      sweep: c.primary(c.code(40)),
      week: c.required(c.integer),
      place: c.required(c.code(26)),
    });
    // Which records have been in an automation they may enter only once, for those whose run is forgotten.
    await c.table("millrace_entries", {
      automationId: c.primary(c.id),
      object: c.primary(c.code(64)),
      recordId: c.primary(c.code(64)),
      at: c.required(c.instant),
    });
  },
  async down(queryInterface) {
    for (const table of ["entries", "sweeps"]) await queryInterface.dropTable(`millrace_${table}`);
    for (const [table, name] of [...indexes].reverse()) await queryInterface.removeIndex(table, `${table}_${name}`);
  },
};
