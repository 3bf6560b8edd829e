module.exports = {
  async up(queryInterface) {
    // Which runs still need an event is asked before the event is forgotten.
    await queryInterface.addIndex("millrace_runs", ["eventId"], { name: "millrace_runs_cause" });
    await queryInterface.bulkInsert("millrace_locks", [{ name: "retention", value: 0 }]);
  },
  async down(queryInterface) {
    await queryInterface.bulkDelete("millrace_locks", { name: "retention" });
    await queryInterface.removeIndex("millrace_runs", "millrace_runs_cause");
  },
};
