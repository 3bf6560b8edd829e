import { createUser, getUser, listUsers, type User, updateUser } from "../../../crm/index.js";
import { notFound } from "../../../shared/errors.js";
import { hashPassword, newPassword } from "../../access/passwords.js";
import { type Role, roles } from "../../access/roles.js";
import { recordAudit } from "../../audit.js";
import { created, ok } from "../answer.js";
import { type Call, closed, listOf, type Route, ref, type Schema } from "../route.js";

const name: Schema = { type: "string", minLength: 1, maxLength: 120 };
const role: Schema = { enum: [...roles] };
const timezone: Schema = { type: ["string", "null"], maxLength: 64 };
const password: Schema = { type: "string", minLength: 10, maxLength: 200 };

/** The people of a workspace. */
export const peopleRoutes: Route[] = [
  {
    method: "get",
    path: "/people",
    role: "viewer",
    tag: "Access",
    summary: "The people of the workspace",
    answer: { status: 200, schema: listOf(ref("Person")), description: "By name." },
    handle: async ({ engine, workspace }) =>
      ok({ data: (await listUsers(engine, workspace.id)).map(shown), nextCursor: null }),
  },
  {
    method: "post",
    path: "/people",
    role: "admin",
    tag: "Access",
    summary: "Add a person",
    shownOnce: true,
    body: closed({ email: { type: "string", format: "email", maxLength: 190 }, name, role, timezone, password }, [
      "email",
      "name",
      "role",
    ]),
    answer: {
      status: 201,
      schema: ref("Person"),
      description: "Without a password in the request the answer holds a new one in `password`, this once.",
    },
    async handle({ engine, workspace, actor, body }) {
      const { password: given, ...values } = body as { email: string; name: string; role: Role; password?: string };
      const chosen = given ?? newPassword();
      const user = await createUser(engine, {
        workspaceId: workspace.id,
        ...values,
        passwordHash: await hashPassword(chosen),
      });
      await recordAudit(engine, workspace.id, actor, "person.added", user.id, { email: user.email, role: user.role });
      return created({ ...shown(user), ...(given === undefined ? { password: chosen } : {}) });
    },
  },
  {
    method: "patch",
    path: "/people/:id",
    role: "admin",
    tag: "Access",
    summary: "Change a person",
    body: closed({ name, role, timezone, active: { type: "boolean" }, password }),
    answer: {
      status: 200,
      schema: ref("Person"),
      description: "The person as they are now. 409 when nobody could administer the workspace any more.",
    },
    handle: change,
  },
];

async function change({ engine, workspace, actor, params, body }: Call) {
  const id = String(params["id"]);
  const before = await getUser(engine, workspace.id, id);
  if (!before) throw notFound("person", id);
  const { password: given, ...values } = body as { role?: Role; active?: boolean; password?: string };
  const user = await updateUser(engine, workspace.id, id, {
    ...values,
    ...(given === undefined ? {} : { passwordHash: await hashPassword(given) }),
  });
  await recordAudit(engine, workspace.id, actor, "person.changed", id, {
    ...values,
    ...(given === undefined ? {} : { password: "changed" }),
  });
  return ok(shown(user));
}

function shown({ id, email, name, role, active, timezone }: User) {
  return { id, email, name, role, active, timezone };
}
