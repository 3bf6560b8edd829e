module.exports = {
  // Runs that died in hand are looked for among all that are due; without their number of claims in front, each look
  // at a backlog would read the whole of it.
  async up(queryInterface) {
    await queryInterface.addIndex("millrace_runs", ["claims", "wakeAt"], { name: "millrace_runs_claim" });
    await queryInterface.removeIndex("millrace_runs", "millrace_runs_wake");
  },
  async down(queryInterface) {
    await queryInterface.addIndex("millrace_runs", ["wakeAt"], { name: "millrace_runs_wake" });
    await queryInterface.removeIndex("millrace_runs", "millrace_runs_claim");
  },
};
