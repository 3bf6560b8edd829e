import { type User, usersByRole } from "../../crm/index.js";
import { isObject, type JsonObject } from "../../shared/json.js";
import { failed, type Outcome, type StepContext } from "../action.js";
import { subjectOf } from "../record-target.js";
import { rolePart, usersPart } from "../schema-parts.js";
import { inWords, listed } from "../words.js";
import { type Group, membersOf, ownerOf } from "./people.js";

/** Whom a question goes to, as a config names them. */
export type Asked = Group & { owner?: boolean };

/** Whom to ask: people, everybody with a role, the record's owner. */
export const askedPart: JsonObject = {
  type: "object",
  properties: { users: usersPart, role: rolePart, owner: { title: "The record's owner", type: "boolean" } },
  minProperties: 1,
  additionalProperties: false,
};

/** Whom to ask instead, or as well when time runs short. */
export const escalatePart: JsonObject = {
  title: "Escalate to",
  description:
    "Asked when nobody else is left to ask, and as well once three quarters of the time are over. Left empty: admins, in the first case only.",
  type: "object",
  properties: { users: usersPart, role: rolePart },
  minProperties: 1,
  additionalProperties: false,
};

/** Until when people may answer. */
export const deadlinePart: JsonObject = {
  title: "Deadline",
  description: "How long people have; then the run leaves by `timeout`.",
  type: "string",
  format: "duration",
  default: "7d",
  "x-hint": "duration",
};

/** How often those who have not answered are reminded. */
export const remindPart: JsonObject = {
  title: "Remind every",
  description: "How often those who have not answered yet are reminded.",
  type: "string",
  format: "duration",
  "x-hint": "duration",
};

/** How those asked are told. */
export const notifyPart: JsonObject = {
  title: "Tell them",
  description: "In the app, and by a mail with a link to answer by; both unless you choose.",
  type: "array",
  items: { enum: ["app", "email"] },
  minItems: 1,
  uniqueItems: true,
  default: ["app", "email"],
};

/** Who is asked, as the wait keeps it: ids of people active now, and those to turn to when all of them leave. */
export type AskedNow = { assignees: string[]; escalateTo: string[]; escalated: string[] };

/**
 * Settles at this instant who is asked. People who left are passed over; when nobody remains, those to escalate to are
 * asked, else the admins. Fails `unknown_user` for a name nobody has, and `nobody_to_ask` when not even an admin is there.
 */
export async function askedNow(
  asked: Asked,
  escalateTo: Group | undefined,
  step: StepContext,
): Promise<AskedNow | Outcome> {
  const members = await membersOf(step, asked);
  if (!Array.isArray(members)) return members;
  const subject = asked.owner ? await subjectOf(step) : null;
  const owner = subject && (await ownerOf(step, subject));
  const others = escalateTo ? await membersOf(step, escalateTo) : [];
  if (!Array.isArray(others)) return others;
  const people = idsOf(owner ? [...members, owner] : members);
  if (people.length > 0) return { assignees: people, escalateTo: idsOf(others), escalated: [] };
  const instead = idsOf(others.length > 0 ? others : await usersByRole(step.host, step.workspaceId, "admin", step.tx));
  if (instead.length === 0)
    return failed("nobody_to_ask", "There is nobody to ask: those named have left, and there is no admin.");
  return { assignees: instead, escalateTo: idsOf(others), escalated: instead };
}

const idsOf = (users: User[]) => [...new Set(users.map(({ id }) => id))];

/** "ada@demo.test, every admin and the owner". */
export function askedInWords(asked: unknown): string {
  if (typeof asked === "string") return inWords(asked);
  const { users, role, owner } = (isObject(asked) ? asked : {}) as Asked;
  const parts = [
    ...[users ?? []].flat().map(inWords),
    ...(role ? [`every ${role}`] : []),
    ...(owner ? ["the owner"] : []),
  ];
  return listed(parts) || "nobody";
}
