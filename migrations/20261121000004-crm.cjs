const columns = require("../config/columns.cjs");

module.exports = {
  async up(queryInterface, Sequelize) {
    const c = columns(queryInterface, Sequelize);
    const nullable = (type) => ({ type });
    const t = {
      text: nullable(c.text(255)),
      name: nullable(c.text(64)),
      reference: nullable(c.code(64)),
      long: nullable(c.longText),
      number: nullable(c.number),
      money: nullable(c.money),
      boolean: nullable(c.boolean),
      date: nullable(c.text(10)),
      instant: nullable(c.instant),
      url: nullable(c.text(1000)),
      json: nullable(c.json),
    };
    const about = { relatedObject: t.name, relatedId: t.name };
    const records = (table, fields, indexes = {}) =>
      c.table(
        table,
        {
          id: c.primary(c.id),
          workspaceId: c.required(c.id),
          version: c.required(c.integer, { defaultValue: 1 }),
          createdAt: c.required(c.instant),
          updatedAt: c.required(c.instant),
          deletedAt: nullable(c.instant),
          ...fields,
          custom: t.json,
        },
        { workspace: { fields: ["workspaceId", "id"] }, ...indexes },
      );

    await records(
      "crm_contacts",
      {
        name: t.text,
        email: t.text,
        phone: t.text,
        jobTitle: t.text,
        company: t.reference,
        status: t.name,
        tags: t.json,
        source: t.text,
        birthday: t.date,
        city: t.text,
        country: t.text,
        subscribed: t.boolean,
        lastContactedAt: t.instant,
        owner: t.reference,
        description: t.long,
      },
      { email: { fields: ["workspaceId", "email"] }, company: { fields: ["company"] } },
    );
    await records("crm_companies", {
      name: t.text,
      domain: t.text,
      industry: t.text,
      employees: t.number,
      annualRevenue: t.money,
      status: t.name,
      phone: t.text,
      website: t.url,
      city: t.text,
      country: t.text,
      owner: t.reference,
      description: t.long,
    });
    await records(
      "crm_deals",
      {
        name: t.text,
        amount: t.money,
        stage: t.name,
        status: t.text,
        priority: t.name,
        owner: t.reference,
        closeDate: t.date,
        renewalDate: t.date,
        company: t.reference,
        contact: t.reference,
        pipeline: t.name,
        description: t.long,
      },
      {
        stage: { fields: ["workspaceId", "stage"] },
        company: { fields: ["company"] },
        contact: { fields: ["contact"] },
      },
    );
    await records(
      "crm_tasks",
      {
        title: t.text,
        body: t.long,
        status: t.name,
        priority: t.name,
        dueAt: t.instant,
        assignee: t.reference,
        completedAt: t.instant,
        ...about,
      },
      { related: { fields: ["relatedId"] }, assignee: { fields: ["workspaceId", "assignee"] } },
    );
    await records("crm_notes", { body: t.long, author: t.reference, ...about }, { related: { fields: ["relatedId"] } });
    await records("crm_lists", { name: t.text, object: t.name, description: t.long });
    await records("crm_products", {
      name: t.text,
      sku: t.text,
      price: t.money,
      category: t.text,
      active: t.boolean,
      description: t.long,
    });
    await records(
      "crm_orders",
      {
        number: t.text,
        status: t.name,
        total: t.money,
        placedAt: t.instant,
        contact: t.reference,
        company: t.reference,
        deal: t.reference,
        items: t.json,
        owner: t.reference,
      },
      { contact: { fields: ["contact"] } },
    );
    await records(
      "crm_conversations",
      {
        subject: t.text,
        channel: t.name,
        status: t.name,
        contact: t.reference,
        assignee: t.reference,
        lastMessageAt: t.instant,
      },
      { contact: { fields: ["contact"] } },
    );
    await records(
      "crm_messages",
      { conversation: t.reference, direction: t.name, author: t.text, body: t.long, sentAt: t.instant },
      { conversation: { fields: ["conversation"] } },
    );
    await records(
      "crm_documents",
      { name: t.text, url: t.url, mimeType: t.text, size: t.number, owner: t.reference, ...about },
      { related: { fields: ["relatedId"] } },
    );
    await records(
      "crm_custom_records",
      { object: c.required(c.code(64)) },
      { object: { fields: ["workspaceId", "object", "id"] } },
    );

    const defined = {
      workspaceId: c.primary(c.id),
      name: c.primary(c.code(64)),
      definition: c.required(c.json),
      createdAt: c.required(c.instant),
    };
    await c.table("crm_custom_objects", defined);
    await c.table("crm_custom_fields", {
      workspaceId: c.primary(c.id),
      object: c.primary(c.code(64)),
      name: c.primary(c.code(64)),
      position: c.required(c.integer),
      definition: c.required(c.json),
      createdAt: c.required(c.instant),
    });
    await c.table("crm_pipelines", {
      workspaceId: c.primary(c.id),
      name: c.primary(c.code(64)),
      label: c.required(c.text(120)),
      position: c.required(c.integer),
    });
    await c.table("crm_stages", {
      workspaceId: c.primary(c.id),
      pipeline: c.primary(c.code(64)),
      name: c.primary(c.code(64)),
      label: c.required(c.text(120)),
      position: c.required(c.integer),
      outcome: c.required(c.code(10)),
    });
    await c.table("crm_schema_stamps", { workspaceId: c.primary(c.id), stamp: c.required(c.instant) });
    await c.table(
      "crm_links",
      {
        id: c.serial,
        workspaceId: c.required(c.id),
        relation: c.required(c.code(64)),
        fromObject: c.required(c.code(64)),
        fromId: c.required(c.code(64)),
        toObject: c.required(c.code(64)),
        toId: c.required(c.code(64)),
        createdAt: c.required(c.instant),
      },
      {
        ends: { unique: true, fields: ["workspaceId", "relation", "fromObject", "fromId", "toObject", "toId"] },
        back: { fields: ["workspaceId", "toObject", "toId"] },
      },
    );
    await c.table(
      "crm_list_members",
      {
        workspaceId: c.required(c.id),
        listId: c.primary(c.id),
        object: c.primary(c.code(64)),
        recordId: c.primary(c.code(64)),
        addedAt: c.required(c.instant),
      },
      { record: { fields: ["workspaceId", "object", "recordId"] } },
    );
  },
  async down(queryInterface) {
    const tables = [
      "list_members",
      "links",
      "schema_stamps",
      "stages",
      "pipelines",
      "custom_fields",
      "custom_objects",
      "custom_records",
      "documents",
      "messages",
      "conversations",
      "orders",
      "products",
      "lists",
      "notes",
      "tasks",
      "deals",
      "companies",
      "contacts",
    ];
    for (const table of tables) await queryInterface.dropTable(`crm_${table}`);
  },
};
