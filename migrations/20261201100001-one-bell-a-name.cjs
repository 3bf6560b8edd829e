module.exports = {
  // There was a bell for each second in which something fell due; now there is one a name, moved forward. Nothing is lost
  // with them: when a worker starts it looks at the rows and hangs its bells anew.
  async up(queryInterface) {
    await queryInterface.bulkDelete("millrace_jobs", {});
  },
  async down(queryInterface) {
    await queryInterface.bulkDelete("millrace_jobs", {});
  },
};
