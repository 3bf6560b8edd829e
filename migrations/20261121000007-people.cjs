const columns = require("../config/columns.cjs");

module.exports = {
  async up(queryInterface, Sequelize) {
    const c = columns(queryInterface, Sequelize);
    // When somebody is to look at a wait again: 0 for one nobody has looked at, so that a new question is asked at once.
    await queryInterface.addColumn("millrace_waits", "lookAt", c.required(c.instant, { defaultValue: 0 }));
    await queryInterface.addIndex("millrace_waits", ["kind", "lookAt"], { name: "millrace_waits_look" });
    await queryInterface.addIndex("millrace_waits", ["token"], { name: "millrace_waits_token" });
    await queryInterface.addIndex("millrace_waits", ["eventKind"], { name: "millrace_waits_event" });
    await c.table(
      "millrace_decisions",
      {
        token: c.primary(c.id),
        userId: c.primary(c.code(64)),
        workspaceId: c.required(c.id),
        runId: c.required(c.id),
        stepKey: c.required(c.code(64)),
        name: c.required(c.text(190)),
        decision: c.required(c.code(10)),
        comment: { type: c.longText },
        alone: c.required(c.boolean, { defaultValue: false }),
        at: c.required(c.instant),
      },
      { run: { fields: ["runId", "stepKey"] }, workspace: { fields: ["workspaceId", "at"] } },
    );
  },
  async down(queryInterface) {
    await queryInterface.dropTable("millrace_decisions");
    for (const index of ["look", "token", "event"])
      await queryInterface.removeIndex("millrace_waits", `millrace_waits_${index}`);
    await queryInterface.removeColumn("millrace_waits", "lookAt");
  },
};
