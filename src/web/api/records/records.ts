import {
  createRecord,
  deleteRecord,
  describeObject,
  findRecords,
  getRecord,
  type ObjectType,
  updateRecord,
} from "../../../crm/index.js";
import { deleteGuarded, type Thing } from "../../../insight/index.js";
import { invalid, notFound } from "../../../shared/errors.js";
import { isObject, type JsonObject } from "../../../shared/json.js";
import { didYouMean } from "../../../shared/nearest.js";
import { created, done, ok } from "../answer.js";
import { type Call, closed, force, pageOf, paging, type Route, ref } from "../route.js";

const values = { type: "object", description: "Fields by name; only the ones to write." };
const version = { type: "integer", minimum: 1, description: "Write only over this version; 409 when it has moved on." };

/** The records of an object. */
export const recordRoutes: Route[] = [
  {
    method: "get",
    path: "/objects/:object/records",
    role: "viewer",
    tag: "Records",
    summary: "Find records",
    query: {
      ...paging,
      sort: { type: "string", maxLength: 80, description: "A field's name; with a minus in front, downwards." },
      q: { type: "string", maxLength: 200, description: "A word the record's texts contain." },
      when: {
        type: "string",
        maxLength: 10_000,
        description:
          'A rule tree as JSON: `{"all":[{"fact":"record","path":"amount","operator":"greaterThan","value":1000}]}`.',
      },
      count: { type: "boolean", description: "Also say how many there are: `total`." },
    },
    moreQuery: true,
    answer: {
      status: 200,
      schema: pageOf(ref("Record")),
      description: "A page. Any field's name may be a parameter too: `?stage=won`.",
    },
    handle: find,
  },
  {
    method: "post",
    path: "/objects/:object/records",
    role: "operator",
    tag: "Records",
    summary: "Create a record",
    body: closed({ values }, ["values"]),
    answer: { status: 201, schema: ref("Record"), description: "The record." },
    async handle({ engine, workspace, params, body, cause }) {
      return created(
        await createRecord(engine, workspace.id, String(params["object"]), body["values"] as JsonObject, cause),
      );
    },
  },
  {
    method: "get",
    path: "/objects/:object/records/:id",
    role: "viewer",
    tag: "Records",
    summary: "One record",
    answer: { status: 200, schema: ref("Record"), description: "The record." },
    async handle({ engine, workspace, params }) {
      const [object, id] = [String(params["object"]), String(params["id"])];
      await describeObject(engine, workspace.id, object);
      const record = await getRecord(engine, workspace.id, object, id);
      if (!record) throw notFound(object, id);
      return ok(record);
    },
  },
  {
    method: "patch",
    path: "/objects/:object/records/:id",
    role: "operator",
    tag: "Records",
    summary: "Change a record's fields",
    body: closed({ values, version }, ["values"]),
    answer: { status: 200, schema: ref("Record"), description: "The record as it is now." },
    async handle({ engine, workspace, params, body, cause }) {
      const expected = body["version"] === undefined ? {} : { version: Number(body["version"]) };
      const changed = await updateRecord(
        engine,
        workspace.id,
        String(params["object"]),
        String(params["id"]),
        body["values"] as JsonObject,
        cause,
        expected,
      );
      return ok(changed.record);
    },
  },
  {
    method: "delete",
    path: "/objects/:object/records/:id",
    role: "operator",
    tag: "Records",
    summary: "Delete a record",
    query: { version, ...force },
    answer: { status: 204, description: "It is gone." },
    async handle({ engine, workspace, params, query, cause }) {
      const expected = query["version"] === undefined ? {} : { version: Number(query["version"]) };
      const [object, id] = [String(params["object"]), String(params["id"])];
      const remove = () => deleteRecord(engine, workspace.id, object, id, cause, expected);
      const list = object === "list" ? await getRecord(engine, workspace.id, object, id) : null;
      if (!list) await remove();
      else {
        const name = String(list.values["name"]);
        const thing: Thing = { kind: "list", names: [id, name] };
        await deleteGuarded(engine, workspace.id, `The list "${name}"`, thing, query["force"] === "1", remove);
      }
      return done;
    },
  },
];

async function find({ engine, workspace, params, query }: Call) {
  const object = await describeObject(engine, workspace.id, String(params["object"]));
  const { limit, cursor, sort, q, when, count, ...fields } = query as {
    limit: number;
    cursor?: string;
    sort?: string;
    q?: string;
    when?: string;
    count?: boolean;
  };
  const all = [...(when === undefined ? [] : [readTree(when)]), ...equalities(object, fields)];
  const found = await findRecords(engine, workspace.id, object.name, {
    limit,
    ...(cursor === undefined ? {} : { cursor }),
    ...(sort === undefined ? {} : { sort }),
    ...(q === undefined ? {} : { q }),
    ...(count === undefined ? {} : { count }),
    ...(all.length === 0 ? {} : { when: { all } }),
  });
  return ok({
    data: found.records,
    nextCursor: found.nextCursor,
    ...(found.total === undefined ? {} : { total: found.total }),
  });
}

function readTree(text: string): JsonObject {
  let tree: unknown;
  try {
    tree = JSON.parse(text);
  } catch {
    throw invalid([{ path: "when", message: "This is not JSON." }]);
  }
  if (!isObject(tree))
    throw invalid([
      { path: "when", message: "This must be a rule tree: an object with all, any or not, or one condition." },
    ]);
  return tree;
}

/** `?stage=won` asks for records whose field has that value. */
function equalities(object: ObjectType, fields: Record<string, unknown>): JsonObject[] {
  const known = [...object.fields.map(({ name }) => name), "id"];
  const unknown = Object.keys(fields).filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw invalid(
      unknown.map((path) => ({ path, message: `There is no parameter or field "${path}".${didYouMean(path, known)}` })),
    );
  }
  return Object.entries(fields).map(([path, value]) => ({
    fact: "record",
    path,
    operator: "equal",
    value: typed(object, path, String(value)),
  }));
}

function typed(object: ObjectType, name: string, text: string): unknown {
  const type = object.fields.find((field) => field.name === name)?.type;
  if (type === "boolean" && (text === "true" || text === "false")) return text === "true";
  if ((type === "number" || type === "money") && text.trim() !== "" && Number.isFinite(Number(text)))
    return Number(text);
  return text;
}
