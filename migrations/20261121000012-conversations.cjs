const columns = require("../config/columns.cjs");

module.exports = {
  async up(queryInterface, Sequelize) {
    const c = columns(queryInterface, Sequelize);
    await queryInterface.addColumn("crm_contacts", "emailSent", { type: c.boolean });
    // Messages there were before are what people said, and not drafts.
    await queryInterface.addColumn("crm_messages", "status", { type: c.text(64), defaultValue: "sent" });
    await queryInterface.addColumn("crm_messages", "reference", { type: c.text(255) });
    await queryInterface.addIndex("crm_messages", ["reference"], { name: "crm_messages_reference" });
    await c.table(
      "crm_recommendations",
      {
        id: c.primary(c.id),
        workspaceId: c.required(c.id),
        version: c.required(c.integer, { defaultValue: 1 }),
        createdAt: c.required(c.instant),
        updatedAt: c.required(c.instant),
        deletedAt: { type: c.instant },
        name: { type: c.text(255) },
        contact: { type: c.code(64) },
        products: { type: c.json },
        reason: { type: c.longText },
        status: { type: c.text(64) },
        custom: { type: c.json },
      },
      { workspace: { fields: ["workspaceId", "id"] }, contact: { fields: ["contact"] } },
    );
  },
  async down(queryInterface) {
    await queryInterface.dropTable("crm_recommendations");
    await queryInterface.removeIndex("crm_messages", "crm_messages_reference");
    await queryInterface.removeColumn("crm_messages", "reference");
    await queryInterface.removeColumn("crm_messages", "status");
    await queryInterface.removeColumn("crm_contacts", "emailSent");
  },
};
