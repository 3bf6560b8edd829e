import { defineField, defineObject, describeObject, objectsOf, removeField } from "../../../crm/index.js";
import { deleteGuarded } from "../../../insight/index.js";
import { recordAudit } from "../../audit.js";
import { created, done, ok } from "../answer.js";
import { closed, force, listOf, type Route, ref, type Schema } from "../route.js";

const name: Schema = {
  type: "string",
  pattern: "^[a-z][A-Za-z0-9_]{0,62}$",
  description: "A word of letters, digits and underscores.",
};
const label: Schema = { type: "string", minLength: 1, maxLength: 120 };
const fieldBody = closed(
  {
    name,
    label,
    type: { type: "string" },
    required: { type: "boolean" },
    unique: { type: "boolean" },
    relation: { type: "string" },
    options: {
      type: "array",
      maxItems: 500,
      items: closed({ value: { type: "string" }, label: { type: "string" } }, ["value", "label"]),
    },
  },
  ["name", "label", "type"],
);

/** Which kinds of records there are, and a workspace's own ones. */
export const objectRoutes: Route[] = [
  {
    method: "get",
    path: "/objects",
    role: "viewer",
    tag: "Objects",
    summary: "Every object with its fields",
    answer: {
      status: 200,
      schema: listOf(ref("Object")),
      description: "The bundled objects, the host's and the workspace's own.",
    },
    handle: async ({ engine, workspace }) => ok({ data: await objectsOf(engine, workspace.id), nextCursor: null }),
  },
  {
    method: "post",
    path: "/objects",
    role: "admin",
    tag: "Objects",
    summary: "Add a custom object",
    body: closed({ name, label, plural: label, fields: { type: "array", maxItems: 200, items: fieldBody } }, [
      "name",
      "label",
    ]),
    answer: { status: 201, schema: ref("Object"), description: "The object as it is now." },
    async handle({ engine, workspace, actor, body }) {
      const made = await defineObject(engine, workspace.id, body as Parameters<typeof defineObject>[2]);
      await recordAudit(engine, workspace.id, actor, "object.created", made.name);
      return created(made);
    },
  },
  {
    method: "get",
    path: "/objects/:object",
    role: "viewer",
    tag: "Objects",
    summary: "One object with its fields",
    answer: { status: 200, schema: ref("Object"), description: "The object." },
    handle: async ({ engine, workspace, params }) =>
      ok(await describeObject(engine, workspace.id, String(params["object"]))),
  },
  {
    method: "post",
    path: "/objects/:object/fields",
    role: "admin",
    tag: "Objects",
    summary: "Add a custom field",
    body: fieldBody,
    answer: { status: 201, schema: ref("Object"), description: "The object with the field." },
    async handle({ engine, workspace, actor, params, body }) {
      const object = String(params["object"]);
      await defineField(engine, workspace.id, object, body as Parameters<typeof defineField>[3]);
      await recordAudit(engine, workspace.id, actor, "field.created", `${object}.${String(body["name"])}`);
      return created(await describeObject(engine, workspace.id, object));
    },
  },
  {
    method: "delete",
    path: "/objects/:object/fields/:field",
    role: "admin",
    tag: "Objects",
    summary: "Remove a custom field and its values",
    query: force,
    answer: { status: 204, description: "It is gone." },
    async handle({ engine, workspace, actor, params, query }) {
      const [object, field] = [String(params["object"]), String(params["field"])];
      const { label, fields } = await describeObject(engine, workspace.id, object);
      const what = `The field "${fields.find(({ name }) => name === field)?.label ?? field}" of ${label}`;
      const thing = { kind: "field", object, name: field } as const;
      await deleteGuarded(engine, workspace.id, what, thing, query["force"] === "1", () =>
        removeField(engine, workspace.id, object, field),
      );
      await recordAudit(engine, workspace.id, actor, "field.removed", `${object}.${field}`);
      return done;
    },
  },
];
