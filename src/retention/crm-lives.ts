import type { Life } from "./life.js";

/** A deleted record can be restored, and its history names it. */
const RECORD = "Never; deleted ones stay, so that they can be restored.";

const record = (table: string, row: string): Life => ({
  table: `crm_${table}`,
  row,
  writer: "crm/records/create-record.ts",
  forgotten: RECORD,
});

const set = (table: string, row: string, writer: string, forgotten: string): Life => ({
  table: `crm_${table}`,
  row,
  writer: `crm/${writer}`,
  forgotten,
});

const BY_HAND = "When somebody deletes it.";

/** The tables of the bundled CRM. A host's own models keep theirs, and their lives are the host's. */
export const crmLives: readonly Life[] = [
  record("contacts", "A person outside."),
  record("companies", "A company."),
  record("deals", "A deal in a stage."),
  record("tasks", "Work for a person."),
  record("notes", "A note about a record."),
  record("lists", "A list of records."),
  record("products", "A product."),
  record("orders", "An order."),
  record("conversations", "A conversation with a contact."),
  record("messages", "A message of a conversation."),
  record("documents", "A document about a record."),
  record("recommendations", "A product recommended to a contact."),
  record("custom_records", "A record of a custom object."),
  set("custom_objects", "An object somebody made.", "objects/define-custom.ts", "Never."),
  set("custom_fields", "A field somebody made.", "objects/define-custom.ts", BY_HAND),
  set("pipelines", "A row of stages.", "objects/define-pipeline.ts", BY_HAND),
  set("stages", "A stage of a pipeline.", "objects/define-pipeline.ts", "When somebody takes it out."),
  set("schema_stamps", "Counts changes of a workspace's objects.", "objects/schema.ts", "Never."),
  set("links", "That two records belong together.", "records/links.ts", "When somebody unlinks them."),
  set("list_members", "That a record is on a list.", "records/lists.ts", "When it is taken off."),
];
