import { describeObject, getUser, type Role, type User, userByEmail, usersByRole } from "../../crm/index.js";
import { failed, type Outcome, type StepContext } from "../action.js";
import type { Subject } from "../record-target.js";

/** People as a config names them: some of them, everybody with a role, or both. */
export type Group = { users?: string | string[]; role?: Role };

/** The user a config names by id or e-mail address; null when the workspace has none such. */
export async function findUser({ host, workspaceId, tx }: StepContext, named: string): Promise<User | null> {
  return named.includes("@") ? userByEmail(host, workspaceId, named, tx) : getUser(host, workspaceId, named, tx);
}

/**
 * The active members of a group, each once and always in the same order. Fails `unknown_user` for a name nobody has;
 * people who left are passed over.
 */
export async function membersOf(step: StepContext, { users = [], role }: Group): Promise<User[] | Outcome> {
  const found = new Map<string, User>();
  for (const named of [users].flat()) {
    const user = await findUser(step, named);
    if (!user) return unknownUser(named);
    found.set(user.id, user);
  }
  const { host, workspaceId, tx } = step;
  for (const user of role ? await usersByRole(host, workspaceId, role, tx) : []) found.set(user.id, user);
  return [...found.values()].filter((user) => user.active).sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** The failure of a step that names somebody the workspace does not know. */
export function unknownUser(named: string): Outcome {
  return failed("unknown_user", `There is no user "${named}" in this workspace.`);
}

/** The field that says who a record belongs to: `owner`, else the object's first user field; null when it has none. */
export async function ownerField(step: StepContext, object: string): Promise<string | null> {
  const { fields } = await describeObject(step.host, step.workspaceId, object);
  const people = fields.filter((field) => field.type === "user" && !field.readOnly);
  return (people.find((field) => field.name === "owner") ?? people[0])?.name ?? null;
}

/** The active owner of a record, or null. */
export async function ownerOf(step: StepContext, record: Subject): Promise<User | null> {
  const field = await ownerField(step, record.object);
  const named = field ? record.values[field] : null;
  const user = typeof named === "string" && named !== "" ? await findUser(step, named) : null;
  return user?.active ? user : null;
}
