import type { Field, FieldType, ObjectType } from "../record.js";

const field = (name: string, label: string, type: FieldType, more: Partial<Field> = {}): Field => ({
  name,
  label,
  type,
  ...more,
});

const relation = (name: string, label: string, object = name): Field =>
  field(name, label, "relation", { relation: object });

/** `select("status", "Status", "open done")`: the words are the values; the first is the default. */
function select(name: string, label: string, words: string, more: Partial<Field> = {}): Field {
  const options = words.split(" ").map((value) => ({ value, label: labelOf(value) }));
  return field(name, label, "select", { options, default: options[0]?.value, ...more });
}

function labelOf(value: string): string {
  return value.charAt(0).toUpperCase() + value.slice(1).replaceAll("_", " ");
}

const named = (label = "Name"): Field => field("name", label, "text", { required: true });

/** What a task, note or document is about: any record, named by its object and id. */
const about: Field[] = [
  field("relatedObject", "About (kind)", "text", { maxLength: 64 }),
  field("relatedId", "About (record)", "text", { maxLength: 64 }),
];

function object(name: string, label: string, plural: string, labelField: string, fields: Field[]): ObjectType {
  return { name, label, plural, labelField, fields, host: false, custom: false };
}

/**
 * The bundled CRM, described once: validation, SQL, forms and the Sequelize models all follow from here. The stages and
 * pipelines of a deal are data of each workspace, so their options are filled in when a workspace is asked.
 */
export const bundledObjects: readonly ObjectType[] = [
  object("contact", "Contact", "Contacts", "name", [
    named(),
    field("email", "E-mail", "email"),
    field("phone", "Phone", "phone"),
    field("jobTitle", "Job title", "text"),
    relation("company", "Company"),
    select("status", "Status", "lead prospect customer active inactive at_risk churned former"),
    field("tags", "Tags", "multiSelect", {
      options: ["vip", "newsletter", "partner", "press"].map((value) => ({ value, label: labelOf(value) })),
    }),
    field("source", "Source", "text"),
    field("birthday", "Birthday", "date"),
    field("city", "City", "text"),
    field("country", "Country", "text"),
    field("subscribed", "Receives the newsletter", "boolean", { default: false }),
    field("lastContactedAt", "Last contacted", "datetime"),
    field("emailSent", "Has been e-mailed", "boolean", { default: false }),
    field("owner", "Owner", "user"),
    field("description", "Description", "longText"),
  ]),
  object("company", "Company", "Companies", "name", [
    named(),
    field("domain", "Domain", "text"),
    field("industry", "Industry", "text"),
    field("employees", "Employees", "number"),
    field("annualRevenue", "Annual revenue", "money"),
    select("status", "Status", "prospect customer partner former"),
    field("phone", "Phone", "phone"),
    field("website", "Website", "url"),
    field("city", "City", "text"),
    field("country", "Country", "text"),
    field("owner", "Owner", "user"),
    field("description", "Description", "longText"),
  ]),
  object("deal", "Deal", "Deals", "name", [
    named(),
    field("amount", "Amount", "money"),
    field("stage", "Stage", "select", { options: [] }),
    field("status", "Status", "text"),
    select("priority", "Priority", "low normal high", { default: "normal" }),
    field("owner", "Owner", "user"),
    field("closeDate", "Close date", "date"),
    field("renewalDate", "Renewal date", "date"),
    relation("company", "Company"),
    relation("contact", "Contact"),
    field("pipeline", "Pipeline", "select", { options: [] }),
    field("description", "Description", "longText"),
  ]),
  object("task", "Task", "Tasks", "title", [
    field("title", "Title", "text", { required: true }),
    field("body", "Details", "longText"),
    select("status", "Status", "open done cancelled"),
    select("priority", "Priority", "low normal high", { default: "normal" }),
    field("dueAt", "Due", "datetime"),
    field("assignee", "Assignee", "user"),
    field("completedAt", "Completed", "datetime"),
    ...about,
  ]),
  object("note", "Note", "Notes", "body", [
    field("body", "Note", "longText", { required: true }),
    field("author", "Author", "user"),
    ...about,
  ]),
  object("list", "List", "Lists", "name", [
    named(),
    field("object", "Holds", "text", { maxLength: 64 }),
    field("description", "Description", "longText"),
  ]),
  object("product", "Product", "Products", "name", [
    named(),
    field("sku", "SKU", "text"),
    field("price", "Price", "money"),
    field("category", "Category", "text"),
    field("active", "Active", "boolean", { default: true }),
    field("description", "Description", "longText"),
  ]),
  object("order", "Order", "Orders", "number", [
    field("number", "Number", "text", { required: true }),
    select("status", "Status", "draft placed paid shipped cancelled"),
    field("total", "Total", "money"),
    field("placedAt", "Placed", "datetime"),
    relation("contact", "Contact"),
    relation("company", "Company"),
    relation("deal", "Deal"),
    field("items", "Items", "json"),
    field("owner", "Owner", "user"),
  ]),
  object("conversation", "Conversation", "Conversations", "subject", [
    field("subject", "Subject", "text", { required: true }),
    select("channel", "Channel", "email chat phone sms other"),
    select("status", "Status", "open pending resolved closed"),
    relation("contact", "Contact"),
    field("assignee", "Assignee", "user"),
    field("lastMessageAt", "Last message", "datetime"),
  ]),
  object("message", "Message", "Messages", "body", [
    { ...relation("conversation", "Conversation"), required: true },
    select("direction", "Direction", "in out"),
    field("author", "From", "text"),
    field("body", "Text", "longText", { required: true }),
    select("status", "Status", "sent draft"),
    field("sentAt", "Sent", "datetime"),
    field("reference", "Reference", "text"),
  ]),
  object("document", "Document", "Documents", "name", [
    named(),
    field("url", "Address", "url"),
    field("mimeType", "Type", "text"),
    field("size", "Size in bytes", "number"),
    field("owner", "Owner", "user"),
    ...about,
  ]),
  object("recommendation", "Recommendation", "Recommendations", "name", [
    field("name", "Name", "text", { default: "Recommendation" }),
    relation("contact", "Contact"),
    field("products", "Products", "json"),
    field("reason", "Why", "longText"),
    select("status", "Status", "open accepted dismissed"),
  ]),
];
