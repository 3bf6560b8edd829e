import { findRecords, type RecordRow, type User, withRelated } from "../../crm/index.js";
import { readPath } from "../../shared/json.js";
import { failed, type Outcome, type StepContext } from "../action.js";
import { takeTurn } from "../take-turn.js";
import { findUser, type Group, membersOf, unknownUser } from "./people.js";

/** How an owner is chosen: by exactly one of these. */
export type Assignment = {
  user?: string;
  field?: string;
  /** A list names the users themselves. */
  roundRobin?: Group | string[];
  leastBusy?: Group & { by?: "tasks" | "records" };
};

/** Whom a record goes to; `field` is where its object keeps the owner. A failed outcome says why there is nobody. */
export async function chooseOwner(
  to: Assignment,
  record: RecordRow,
  field: string,
  step: StepContext,
): Promise<User | Outcome> {
  if (to.user) return (await findUser(step, to.user)) ?? unknownUser(to.user);
  if (to.field) return userInField(to.field, record, step);
  const group = to.roundRobin ?? to.leastBusy ?? {};
  const members = await membersOf(step, Array.isArray(group) ? { users: group } : group);
  if (!Array.isArray(members)) return members;
  // The turn is taken under a row lock that lasts until the commit, so parallel runs choose one after the other.
  const turn = await takeTurn(step, `assign:${step.run.automationId}:${step.stepKey}`);
  const inTurn = members
    .map((_, place) => members[(turn - 1 + place) % members.length])
    .filter((user) => user !== undefined);
  const chosen = to.leastBusy
    ? await leastBusy(inTurn, to.leastBusy.by ?? "tasks", record.object, field, step)
    : inTurn[0];
  return chosen ?? failed("nobody", "Nobody active is in the group to assign to.");
}

async function userInField(path: string, record: RecordRow, step: StepContext): Promise<User | Outcome> {
  const { host, workspaceId, tx } = step;
  const names = path.replace(/^record\./, "").split(".");
  const place = [...names.slice(0, -1).flatMap((relation) => ["$related", relation]), ...names.slice(-1)].join(".");
  const facts = await withRelated(host, workspaceId, record.object, record.values, [names.join(".")], tx);
  const named = readPath(facts, place);
  if (typeof named !== "string" || named === "") return failed("nobody", `The field "${path}" is empty.`);
  return (await findUser(step, named)) ?? unknownUser(named);
}

/** The first of `users` with the fewest open tasks, or records of their own. */
async function leastBusy(
  users: User[],
  by: "tasks" | "records",
  object: string,
  field: string,
  step: StepContext,
): Promise<User | undefined> {
  const [counted, path] = by === "tasks" ? ["task", "assignee"] : [object, field];
  const open = by === "tasks" ? [{ fact: "record", path: "status", operator: "equal", value: "open" }] : [];
  let best: { user: User; load: number } | undefined;
  for (const user of users) {
    const all = [{ fact: "record", path, operator: "equal", value: user.id }, ...open];
    const { total = 0 } = await findRecords(
      step.host,
      step.workspaceId,
      counted,
      { when: { all }, limit: 1, count: true },
      step.tx,
    );
    if (!best || total < best.load) best = { user, load: total };
  }
  return best?.user;
}
