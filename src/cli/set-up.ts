import { createUser, createWorkspace, isZone, type Workspace, workspaceBySlug } from "../crm/index.js";
import { createMillrace, type Millrace } from "../index.js";
import { invalid, Problem } from "../shared/errors.js";
import { createApiKey, hashPassword, isRole, newPassword, roles } from "../web/index.js";
import type { Given } from "./command.js";

const print = (text: string) => process.stdout.write(`${text}\n`);

/** Opens Millrace for one command, and the workspace it names. 404 Problem when there is none. */
export async function openWorkspace(given: Given): Promise<{ millrace: Millrace; workspace: Workspace }> {
  const millrace = await createMillrace();
  const slug = String(given.options["workspace"]);
  const workspace = await workspaceBySlug(millrace.engine, slug);
  if (!workspace)
    throw new Problem(
      404,
      "not_found",
      `There is no workspace "${slug}". Make one with: millrace workspace create ${slug}`,
    );
  return { millrace, workspace };
}

/** `seed`: the demo, and its login if it was made now. */
export async function seedCommand(): Promise<void> {
  const { seedDemo } = await import("../demo/seed-demo.js");
  const { engine } = await createMillrace();
  const login = await seedDemo(engine);
  print(
    login
      ? `Sign in as ${login.email} with the password ${login.password} (shown this once).`
      : "The demo is there already.",
  );
}

/** `api-key create`: with --quiet nothing but the key is printed. */
export async function apiKeyCommand(given: Given): Promise<void> {
  const { millrace, workspace } = await openWorkspace(given);
  const role = String(given.options["role"]);
  const name = String(given.options["name"] ?? `Command line (${role})`);
  const { key } = await createApiKey(millrace.engine, workspace.id, { name, role });
  print(
    given.options["quiet"]
      ? key
      : `A key for the workspace "${workspace.slug}" with the role ${role}, shown this once:\n${key}`,
  );
}

/** `workspace create SLUG`. */
export async function workspaceCommand(given: Given): Promise<void> {
  const slug = given.words[1] ?? "";
  const timezone = String(given.options["timezone"] ?? "UTC");
  if (!isZone(timezone))
    throw invalid([{ path: "timezone", message: `"${timezone}" is not a time zone. Write it as Europe/Berlin.` }]);
  const { engine } = await createMillrace();
  await createWorkspace(engine, { slug, name: String(given.options["name"] ?? slug), timezone });
  print(
    `The workspace "${slug}" is there. Add its first person with: millrace person create --workspace ${slug} --email you@example.com`,
  );
}

/** `person create --email …`: prints the new password, this once. */
export async function personCommand(given: Given): Promise<void> {
  const { email, name, role } = given.options;
  if (typeof email !== "string")
    throw invalid([{ path: "email", message: "Give the e-mail address: --email you@example.com" }]);
  if (!isRole(role)) throw invalid([{ path: "role", message: `Known roles: ${roles.join(", ")}.` }]);
  const { millrace, workspace } = await openWorkspace(given);
  const password = newPassword();
  const passwordHash = await hashPassword(password);
  await createUser(millrace.engine, {
    workspaceId: workspace.id,
    email,
    name: String(name ?? email),
    role,
    passwordHash,
  });
  print(given.options["quiet"] ? password : `${email} may sign in with the password ${password} (shown this once).`);
}
