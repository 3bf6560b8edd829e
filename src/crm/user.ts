import {
  boolean,
  code,
  defineTable,
  id,
  instant,
  isDuplicate,
  optional,
  primary,
  type RowOf,
  type Tx,
  text,
} from "../db/index.js";
import { conflict, type FieldError, invalid, notFound } from "../shared/errors.js";
import { newId } from "../shared/ids.js";
import { didYouMean } from "../shared/nearest.js";
import type { Host } from "./host.js";
import { isEmail, unfitText } from "./objects/check-value.js";
import { isId } from "./objects/storage.js";
import { isZone, workspaces } from "./workspace.js";

/** What people may do, most first: everything; define automations; work with records and runs; look. */
const roles = ["admin", "editor", "operator", "viewer"] as const;
export type Role = (typeof roles)[number];

/** People who may sign in. Written here alone. Never forgotten, since history names them: they are switched off instead. */
const users = defineTable("millrace_users", {
  id: primary(id),
  workspaceId: id,
  /** In small letters; one person of a workspace has it. */
  email: text(190),
  name: text(120),
  role: code(20, roles),
  /** Null: nobody can log in as them. */
  passwordHash: optional(code(200)),
  active: { ...boolean, defaultValue: true },
  /** Null: that of the workspace. */
  timezone: optional(code(64)),
  createdAt: instant,
});

/** A person of one workspace. E-mails are kept in small letters. `timezone` null means the workspace's. */
export type User = Omit<RowOf<typeof users.columns>, "passwordHash" | "createdAt">;

/** What a person is made of. `passwordHash` is written as it is; without one nobody can log in as them. */
export type NewUser = {
  workspaceId: string;
  email: string;
  name: string;
  role: Role;
  active?: boolean;
  timezone?: string | null;
  passwordHash?: string | null;
};

/** What is read of people: never their password. */
const attributes: (keyof User)[] = ["id", "workspaceId", "email", "name", "role", "active", "timezone"];

/** The people of a workspace by name, inactive ones too. */
export function listUsers(host: Host, workspaceId: string, tx?: Tx): Promise<User[]> {
  const order: [string, string][] = [
    ["name", "ASC"],
    ["id", "ASC"],
  ];
  return users(host.db, workspaceId).findAll({ attributes, order, transaction: tx });
}

/** One person, or null when the id is not of this workspace. */
export async function getUser(host: Host, workspaceId: string, id: string, tx?: Tx): Promise<User | null> {
  return isId(id) ? users(host.db, workspaceId).findOne({ attributes, where: { id }, transaction: tx }) : null;
}

/** The person with that e-mail, whatever its case, or null. */
export async function userByEmail(host: Host, workspaceId: string, email: string, tx?: Tx): Promise<User | null> {
  const known = String(email).trim().toLowerCase();
  const user = await users(host.db, workspaceId).findOne({ attributes, where: { email: known }, transaction: tx });
  return user?.email === known ? user : null;
}

/** The active people with a role, in an order that stays. */
export function usersByRole(host: Host, workspaceId: string, role: Role, tx?: Tx): Promise<User[]> {
  const where = { role, active: true };
  return users(host.db, workspaceId).findAll({ attributes, where, order: [["id", "ASC"]], transaction: tx });
}

/** Makes a person. 422 naming what is wrong; 409 `taken` when the e-mail is. */
export async function createUser(host: Host, values: NewUser, tx?: Tx): Promise<User> {
  const { passwordHash = null, ...rest } = values;
  const user: User = {
    active: true,
    timezone: null,
    ...rest,
    id: newId(),
    email: String(values.email).trim().toLowerCase(),
  };
  check(user);
  const row = { ...user, passwordHash, createdAt: host.clock.now() };
  await unlessTaken(user.email, () => users(host.db).create(row, { transaction: tx }));
  return user;
}

/** Changes a person. 404, 409 `taken`, 422; and 409 `last_admin` for what would leave the workspace without an active admin. */
export async function updateUser(
  host: Host,
  workspaceId: string,
  id: string,
  values: Partial<Omit<NewUser, "workspaceId">>,
  within?: Tx,
): Promise<User> {
  const { passwordHash, email, name, role, active, timezone } = values;
  return host.db.inTransaction(async (tx) => {
    // One change of people at a time in a workspace: of two admins who demote each other the second is refused.
    await workspaces(host.db).lockRow({ id: workspaceId }, tx);
    const before = await getUser(host, workspaceId, id, tx);
    if (!before) throw notFound("user", id);
    const given = defined({
      email: email === undefined ? undefined : String(email).trim().toLowerCase(),
      name,
      role,
      active,
      timezone,
    });
    const after: User = { ...before, ...given };
    check(after);
    const change = { ...given, ...defined({ passwordHash }) };
    await unlessTaken(after.email, () =>
      users(host.db, workspaceId).update(change, { where: { id }, transaction: tx }),
    );
    const wasAdmin = before.role === "admin" && before.active;
    if (wasAdmin && (await usersByRole(host, workspaceId, "admin", tx)).length === 0) {
      throw conflict("last_admin", "Somebody active has to stay admin of the workspace.");
    }
    return after;
  }, within);
}

/** The stored hash of a person's password; null when there is none. */
export async function passwordHashOf(host: Host, workspaceId: string, id: string): Promise<string | null> {
  if (!isId(id)) return null;
  const row = await users(host.db, workspaceId).findOne({ attributes: ["passwordHash"], where: { id } });
  return row?.passwordHash ?? null;
}

async function unlessTaken(email: string, write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (isDuplicate(error)) throw conflict("taken", `There is a user with the e-mail ${email} already.`);
    throw error;
  }
}

function check({ email, name, role, active, timezone }: User): void {
  const errors: FieldError[] = [];
  if (!isEmail(email) || email.length > 190)
    errors.push({ path: "email", message: "Give an e-mail address such as ada@example.com." });
  if (typeof name !== "string" || !name.trim() || [...name].length > 120 || unfitText(name))
    errors.push({ path: "name", message: "Give a name of up to 120 characters." });
  if (!roles.includes(role))
    errors.push({ path: "role", message: `There is no role "${role}".${didYouMean(String(role), roles)}` });
  if (typeof active !== "boolean") errors.push({ path: "active", message: "Active must be true or false." });
  if (timezone !== null && !isZone(timezone))
    errors.push({ path: "timezone", message: `"${timezone}" is not a time zone. Write it as Europe/Berlin.` });
  if (errors.length > 0) throw invalid(errors);
}

function defined<T extends object>(values: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [Name in keyof T]?: Exclude<T[Name], undefined>;
  };
}
