import { getUser, userByEmail } from "../../../crm/index.js";
import {
  type Decider,
  decide,
  decisionPath,
  delegate,
  findQuestion,
  questionsFor,
  reassign,
  type Verdict,
} from "../../../people/index.js";
import { invalid } from "../../../shared/errors.js";
import type { JsonObject } from "../../../shared/json.js";
import { includesRole } from "../../access/roles.js";
import { recordAudit } from "../../audit.js";
import { ok } from "../answer.js";
import { type Call, closed, pageOf, paging, type Route, type Schema } from "../route.js";

const approval: Schema = {
  type: "object",
  description:
    "Approvals and tasks alike. `status` is `open`, `decided` with the decision, `timed_out` when nobody settled it in time, or `closed` when its run ended before.",
  properties: {
    id: { type: "string" },
    kind: { enum: ["approval", "human_task"] },
    status: { enum: ["open", "decided", "timed_out", "closed"] },
    endedAt: { type: ["string", "null"], format: "date-time" },
    title: { type: "string" },
    message: { type: "string" },
    assignees: { type: "array", items: { type: "object" } },
    decisions: { type: "array", items: { type: "object" } },
    runId: { type: "string" },
    deadlineAt: { type: "string", format: "date-time" },
  },
  required: ["id", "status", "decisions", "runId"],
};
const passedOn: Schema = { anyOf: [approval, { type: "null" }] };
const comment: Schema = { type: ["string", "null"], maxLength: 5_000 };
const person: Schema = { type: "string", minLength: 1, maxLength: 190, description: "A user by id or e-mail address." };

/** What waits for people: approvals and tasks. */
export const approvalRoutes: Route[] = [
  {
    method: "get",
    path: "/approvals",
    role: "viewer",
    tag: "Approvals",
    summary: "What waits for people",
    query: {
      ...paging,
      mine: {
        type: "string",
        maxLength: 190,
        description: "`true`: what waits for you; or a user by id or e-mail address.",
      },
    },
    answer: { status: 200, schema: pageOf(approval), description: "Open approvals and tasks, the most urgent first." },
    async handle(call) {
      const { limit, cursor, mine } = call.query as { limit?: number; cursor?: string; mine?: string };
      const userId = mine === undefined || mine === "false" || mine === "" ? undefined : await whose(call, mine);
      return ok(await questionsFor(call.engine, call.workspace.id, { limit, cursor, userId }));
    },
  },
  {
    method: "get",
    path: "/approvals/:id",
    role: "viewer",
    tag: "Approvals",
    summary: "One approval or task",
    answer: {
      status: 200,
      schema: approval,
      description:
        "Open, or with what was decided; `timed_out` and `closed` ones with who was asked, who had said what, and when it ended.",
    },
    handle: async ({ engine, workspace, params }) => ok(await findQuestion(engine, workspace.id, String(params["id"]))),
  },
  {
    method: "post",
    path: "/approvals/:id/decision",
    role: "viewer",
    tag: "Approvals",
    summary: "Approve, reject, or finish a task",
    body: closed(
      {
        decision: { enum: ["approve", "approved", "reject", "rejected", "done"] },
        comment,
        values: { type: "object", description: "What the form of a task asks for." },
      },
      ["decision"],
    ),
    answer: {
      status: 200,
      schema: approval,
      description:
        "Those asked may decide; admins, and keys of an operator and up, may settle it for them. 409 `already_decided` with who and when.",
    },
    async handle({ engine, workspace, role, actor, params, body }) {
      const id = String(params["id"]);
      const overrides = includesRole(role, "admin");
      const by: Decider = { id: actor.id ?? actor.type, name: actor.name, overrides };
      const {
        decision,
        comment: said,
        values,
      } = body as { decision: string; comment?: string | null; values?: JsonObject };
      const decided = await decide(engine, workspace.id, id, by, {
        decision: verdictOf(decision),
        comment: said,
        values,
      });
      await recordAudit(engine, workspace.id, actor, "approval.decided", id, { decision, runId: decided.runId });
      return ok(decided);
    },
  },
  {
    method: "put",
    path: "/approvals/:id/assignees",
    role: "operator",
    tag: "Approvals",
    summary: "Put it to others",
    body: closed({ assignees: { type: "array", minItems: 1, maxItems: 100, items: person } }, ["assignees"]),
    answer: {
      status: 200,
      schema: passedOn,
      description: "As it is now; they are told. Null when what was said before settles it.",
    },
    async handle({ engine, workspace, actor, params, body, ...call }) {
      const id = String(params["id"]);
      const assignees = await Promise.all(
        (body["assignees"] as string[]).map((named) =>
          whose({ ...call, engine, workspace, actor, params, body }, named),
        ),
      );
      const question = await reassign(engine, workspace.id, id, assignees);
      await recordAudit(engine, workspace.id, actor, "approval.reassigned", id, { assignees });
      return ok(question);
    },
  },
  {
    method: "post",
    path: "/approvals/:id/reassignment",
    role: "operator",
    tag: "Approvals",
    summary: "Put it to somebody else",
    body: closed({ to: person, comment }, ["to"]),
    answer: {
      status: 200,
      schema: passedOn,
      description: "As it is now: put to this one person, who is told at once, with the comment. Null when settled.",
    },
    async handle(call) {
      const { engine, workspace, actor, params, body } = call;
      const id = String(params["id"]);
      const to = await whose(call, String(body["to"]), "to");
      const question = await reassign(engine, workspace.id, id, [to], noteOf(call));
      await recordAudit(engine, workspace.id, actor, "approval.reassigned", id, { assignees: [to] });
      return ok(question);
    },
  },
  {
    method: "post",
    path: "/approvals/:id/delegation",
    role: "viewer",
    tag: "Approvals",
    summary: "Pass your own part on",
    body: closed({ to: person, comment }, ["to"]),
    answer: {
      status: 200,
      schema: passedOn,
      description:
        "As it is now: this person is asked instead of you, everybody else still is. 409 `not_asked` for who was not asked, which a key never is. Null when settled.",
    },
    async handle(call) {
      const { engine, workspace, actor, params, body } = call;
      const id = String(params["id"]);
      const to = await whose(call, String(body["to"]), "to");
      const question = await delegate(engine, workspace.id, id, actor.id ?? "", to, noteOf(call));
      await recordAudit(engine, workspace.id, actor, "approval.delegated", id, { to });
      return ok(question);
    },
  },
  {
    method: "post",
    path: "/approvals/:id/links",
    role: "admin",
    tag: "Approvals",
    summary: "Make a link that decides without a login",
    shownOnce: true,
    body: closed({ user: person }, ["user"]),
    answer: {
      status: 201,
      schema: { type: "object", properties: { path: { type: "string" } }, required: ["path"] },
      description:
        "The path of a page, below the address of Millrace, where this one person decides this one question, once.",
    },
    async handle(call) {
      const { engine, workspace, actor, params, body } = call;
      const user = await whose(call, String(body["user"]));
      const path = await decisionPath(engine, workspace.id, String(params["id"]), user);
      await recordAudit(engine, workspace.id, actor, "approval.link_made", String(params["id"]), { user });
      return { status: 201, body: { path } };
    },
  },
];

/** What is said along with a question that is passed on, and by whom. */
function noteOf({ actor, body }: Call): string | null {
  const said = typeof body["comment"] === "string" ? body["comment"].trim() : "";
  return said && `${actor.name}: ${said}`;
}

/** `approve` and `approved` mean the same. */
function verdictOf(word: string): Verdict["decision"] {
  if (word === "done") return "done";
  return word.startsWith("approve") ? "approved" : "rejected";
}

/** The user a request means: who asks, or somebody by id or e-mail address. 422 when there is none such. */
async function whose({ engine, workspace, actor }: Call, named: string, path = "user"): Promise<string> {
  if (named === "true") return actor.id ?? "";
  const user = named.includes("@")
    ? await userByEmail(engine, workspace.id, named)
    : await getUser(engine, workspace.id, named);
  if (!user) throw invalid([{ path, message: `There is no user "${named}" in this workspace.` }]);
  return user.id;
}
