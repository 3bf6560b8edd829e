const columns = require("../config/columns.cjs");

module.exports = {
  async up(queryInterface, Sequelize) {
    const c = columns(queryInterface, Sequelize);
    await c.table(
      "millrace_workspaces",
      {
        id: c.primary(c.id),
        slug: c.required(c.code(64)),
        name: c.required(c.text(120)),
        timezone: c.required(c.code(64)),
        settings: c.required(c.json),
        createdAt: c.required(c.instant),
      },
      { slug: { unique: true, fields: ["slug"] } },
    );
    await c.table(
      "millrace_users",
      {
        id: c.primary(c.id),
        workspaceId: c.required(c.id),
        email: c.required(c.text(190)),
        name: c.required(c.text(120)),
        role: c.required(c.code(20)),
        passwordHash: { type: c.code(200) },
        active: c.required(c.boolean, { defaultValue: true }),
        timezone: { type: c.code(64) },
        createdAt: c.required(c.instant),
      },
      { email: { unique: true, fields: ["workspaceId", "email"] } },
    );
    await c.table(
      "millrace_api_keys",
      {
        id: c.primary(c.id),
        workspaceId: c.required(c.id),
        name: c.required(c.text(120)),
        role: c.required(c.code(20)),
        hash: c.required(c.code(64)),
        prefix: c.required(c.code(16)),
        createdAt: c.required(c.instant),
        revokedAt: { type: c.instant },
      },
      { hash: { unique: true, fields: ["hash"] }, workspace: { fields: ["workspaceId"] } },
    );
    await c.table(
      "millrace_sessions",
      {
        sid: c.primary(c.code(64)),
        expires: { type: Sequelize.DATE },
        data: { type: c.longText },
        createdAt: c.required(Sequelize.DATE),
        updatedAt: c.required(Sequelize.DATE),
      },
      { expires: { fields: ["expires"] } },
    );
    await c.table("millrace_requests", {
      workspaceId: c.primary(c.id),
      idempotencyKey: c.primary(c.text(190)),
      bodyHash: c.required(c.code(64)),
      status: { type: c.integer },
      response: { type: c.json },
      createdAt: c.required(c.instant),
    });
    await c.table(
      "millrace_audit",
      {
        id: c.serial,
        workspaceId: c.required(c.id),
        at: c.required(c.instant),
        actor: c.required(c.json),
        action: c.required(c.code(60)),
        subject: { type: c.text(190) },
        details: { type: c.json },
      },
      { workspace: { fields: ["workspaceId", "id"] } },
    );
    await c.table("millrace_workspace_keys", {
      workspaceId: c.primary(c.id),
      ring: c.required(c.code(20)),
      wrapped: c.required(c.code(200)),
    });
    await c.table("millrace_secrets", {
      workspaceId: c.primary(c.id),
      name: c.primary(c.code(64)),
      version: c.required(c.integer),
      cipher: c.required(c.longText),
      hosts: c.required(c.json),
      updatedAt: c.required(c.instant),
      updatedBy: { type: c.text(120) },
    });
    await c.table(
      "millrace_mails",
      {
        id: c.primary(c.id),
        workspaceId: c.required(c.id),
        messageId: c.required(c.text(190)),
        runId: { type: c.id },
        stepKey: { type: c.code(64) },
        status: c.required(c.code(20)),
        to: c.required(c.json),
        subject: c.required(c.text(998)),
        mail: c.required(c.json),
        error: { type: c.longText },
        at: c.required(c.instant),
      },
      { workspace: { fields: ["workspaceId", "id"] }, message: { unique: true, fields: ["messageId"] } },
    );
    await c.table("millrace_suppressions", {
      workspaceId: c.primary(c.id),
      address: c.primary(c.text(254)),
      reason: c.required(c.code(20)),
      at: c.required(c.instant),
    });
    await c.table(
      "millrace_notifications",
      {
        id: c.primary(c.id),
        workspaceId: c.required(c.id),
        userId: c.required(c.id),
        title: c.required(c.text(250)),
        body: { type: c.longText },
        link: { type: c.text(500) },
        at: c.required(c.instant),
        readAt: { type: c.instant },
      },
      { user: { fields: ["userId", "id"] } },
    );
  },
  async down(queryInterface) {
    const tables = [
      "notifications",
      "suppressions",
      "mails",
      "secrets",
      "workspace_keys",
      "audit",
      "requests",
      "sessions",
      "api_keys",
      "users",
      "workspaces",
    ];
    for (const table of tables) await queryInterface.dropTable(`millrace_${table}`);
  },
};
