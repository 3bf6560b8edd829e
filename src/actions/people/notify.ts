import { notifyUser, type User } from "../../crm/index.js";
import { isObject, type JsonObject } from "../../shared/json.js";
import { type ActionKind, done, type Outcome, type StepContext } from "../action.js";
import { subjectOf } from "../record-target.js";
import { configOf, outputOf, rolePart, usersPart } from "../schema-parts.js";
import { inWords, listed, quoted } from "../words.js";
import { type Group, membersOf, ownerOf } from "./people.js";

type To = Group & { owner?: boolean };

/** Tells people inside the application; each is told once, however often the config names them. */
export const notify: ActionKind = {
  kind: "notify",
  title: "Notify",
  group: "People",
  description: "Shows a notification to users, to everybody with a role, or to the record's owner.",
  config: configOf(
    {
      to: {
        title: "To",
        type: "object",
        properties: { users: usersPart, role: rolePart, owner: { title: "The record's owner", type: "boolean" } },
        minProperties: 1,
        additionalProperties: false,
      },
      title: { title: "Title", type: "string", minLength: 1, maxLength: 250, "x-hint": "template" },
      body: { title: "Text", type: "string", "x-hint": "markdown" },
      link: {
        title: "Link",
        description: "Where the notification leads.",
        type: "string",
        maxLength: 500,
        "x-hint": "template",
      },
    },
    ["to", "title"],
  ),
  output: outputOf({
    notified: { type: "array", items: { type: "string" }, title: "Who was notified", "x-hint": "user" },
  }),
  ports: ["success", "error"],
  effect: "database",
  sentence: (config) => `notify ${whomInWords(config["to"])}: ${quoted(config["title"])}`,
  async perform(config, step) {
    const to = config["to"] as To;
    const subject = to.owner ? await subjectOf(step) : null;
    return tell(to, subject && (await ownerOf(step, subject)), config, step);
  },
};

async function tell(to: To, owner: User | null, config: JsonObject, step: StepContext): Promise<Outcome> {
  const members = await membersOf(step, to);
  if (!Array.isArray(members)) return members;
  const people = owner && !members.some((user) => user.id === owner.id) ? [...members, owner] : members;
  if (people.length === 0)
    return { type: "skip", reason: "There is nobody to notify: the record has no owner, or the group is empty." };
  const { title, body, link } = config as { title: string; body?: string; link?: string };
  for (const user of people) {
    await notifyUser(
      step.host,
      step.workspaceId,
      user.id,
      { title, ...(body && { body }), ...(link && { link }) },
      step.tx,
    );
  }
  return done({ notified: people.map((user) => user.id) });
}

function whomInWords(to: unknown): string {
  const { users, role, owner } = (isObject(to) ? to : {}) as To;
  return (
    listed([
      ...[users ?? []].flat().map(inWords),
      ...(role ? [`every ${role}`] : []),
      ...(owner ? ["the owner"] : []),
    ]) || "nobody"
  );
}
