import { isDuplicate, type Param, quote, type Row, type Tx } from "../../db/index.js";
import { conflict, type FieldError, invalid, notFound } from "../../shared/errors.js";
import { newId } from "../../shared/ids.js";
import { didYouMean } from "../../shared/nearest.js";
import { isId } from "../objects/storage.js";
import type { Host } from "../record.js";
import { isEmail, unfitText } from "../values/check-value.js";
import { isZone } from "../workspace.js";

/** What people may do, most first: everything; define automations; work with records and runs; look. */
const roles = ["admin", "editor", "operator", "viewer"] as const;
export type Role = (typeof roles)[number];

/** A person of one workspace. E-mails are kept in small letters. `timezone` null means the workspace's. */
export type User = {
  id: string;
  workspaceId: string;
  email: string;
  name: string;
  role: Role;
  active: boolean;
  timezone: string | null;
};

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

const select = "SELECT id, workspaceId, email, name, role, active, timezone FROM millrace_users WHERE workspaceId = ?";

/** The people of a workspace by name, inactive ones too. */
export async function listUsers(host: Host, workspaceId: string, tx?: Tx): Promise<User[]> {
  return (await host.db.all(`${select} ORDER BY name, id`, [workspaceId], tx)).map(fromRow);
}

/** One person, or null when the id is not of this workspace. */
export async function getUser(host: Host, workspaceId: string, id: string, tx?: Tx): Promise<User | null> {
  return isId(id) ? first(host, `${select} AND id = ?`, [workspaceId, id], tx) : null;
}

/** The person with that e-mail, whatever its case, or null. */
export async function userByEmail(host: Host, workspaceId: string, email: string, tx?: Tx): Promise<User | null> {
  const known = String(email).trim().toLowerCase();
  const user = await first(host, `${select} AND email = ?`, [workspaceId, known], tx);
  return user?.email === known ? user : null;
}

/** The active people with a role, in an order that stays. */
export async function usersByRole(host: Host, workspaceId: string, role: Role, tx?: Tx): Promise<User[]> {
  const users = (await host.db.all(`${select} ORDER BY id`, [workspaceId], tx)).map(fromRow);
  return users.filter((user) => user.role === role && user.active);
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
  const row: Row = { ...user, passwordHash, createdAt: host.clock.now() };
  await unlessTaken(user.email, () => host.db.insert("millrace_users", [row], tx));
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
    const before = await getUser(host, workspaceId, id, tx);
    if (!before) throw notFound("user", id);
    const given = {
      ...(email === undefined ? {} : { email: String(email).trim().toLowerCase() }),
      ...defined({ name, role, active, timezone }),
    };
    const after: User = { ...before, ...given };
    check(after);
    const row: Row = { ...given, ...(passwordHash === undefined ? {} : { passwordHash }) };
    const names = Object.keys(row);
    if (names.length > 0) {
      const sql = `UPDATE millrace_users SET ${names.map((column) => `${quote(column)} = ?`).join(", ")} WHERE workspaceId = ? AND id = ?`;
      await unlessTaken(after.email, () => host.db.run(sql, [...Object.values(row), workspaceId, id], tx));
    }
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
  const row = await host.db.one("SELECT passwordHash FROM millrace_users WHERE workspaceId = ? AND id = ?", [
    workspaceId,
    id,
  ]);
  return row?.["passwordHash"] ? String(row["passwordHash"]) : null;
}

async function first(host: Host, sql: string, params: Param[], tx?: Tx): Promise<User | null> {
  const row = await host.db.one(sql, params, tx);
  return row && fromRow(row);
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

function defined(values: Row | Record<string, unknown>): Row {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Row;
}

function fromRow(row: Row): User {
  return {
    id: String(row["id"]),
    workspaceId: String(row["workspaceId"]),
    email: String(row["email"]),
    name: String(row["name"]),
    role: row["role"] as Role,
    active: Number(row["active"]) === 1,
    timezone: row["timezone"] ? String(row["timezone"]) : null,
  };
}
