import { type FieldAt, findRecords, getRecord, getUser, userByEmail } from "../../crm/index.js";
import type { DocumentProblem } from "../../graph/index.js";
import { isObject } from "../../shared/json.js";
import type { AutomationRoom } from "../automation.js";

type Compared = { at: string; path: string; value: string };

/**
 * Conditions that compare a relation or a person with somebody or something that is not there: such a condition could
 * never hold. Names the id where exactly one record is called so. `fieldAt` tells the fields of the record asked about.
 */
export async function checkCompared(
  room: AutomationRoom,
  workspaceId: string,
  fieldAt: FieldAt | null,
  tree: unknown,
  root: string,
): Promise<DocumentProblem[]> {
  if (!fieldAt) return [];
  const problems: DocumentProblem[] = [];
  for (const { at, path, value } of comparedIn(tree, root)) {
    const field = fieldAt(path);
    const object = field?.type === "relation" ? (field.relation ?? field.name) : null;
    const message =
      field?.type === "user"
        ? await personFault(room, workspaceId, value)
        : object && (await recordFault(room, workspaceId, object, value));
    if (message) problems.push({ severity: "error", path: at, message });
  }
  return problems;
}

const byId = ["equal", "notEqual", "in", "notIn", "changedFrom", "changedTo"];

/** Every constant text a tree compares a path of the record with, each with where it stands. */
function comparedIn(tree: unknown, at: string): Compared[] {
  if (!isObject(tree)) return [];
  const inner = ["all", "any"].flatMap((word) => {
    const list = tree[word];
    return Array.isArray(list) ? list.flatMap((one, place) => comparedIn(one, `${at}.${word}[${place}]`)) : [];
  });
  const not = isObject(tree["not"]) ? comparedIn(tree["not"], `${at}.not`) : [];
  const { fact, path, operator, value } = tree;
  if ((fact !== "record" && fact !== "old") || typeof path !== "string" || !byId.includes(String(operator)))
    return [...inner, ...not];
  const values = Array.isArray(value) ? value : [value];
  const own = values.flatMap((one: unknown): Compared[] =>
    typeof one === "string" && one !== "" && !/\{[{%]/.test(one) ? [{ at: `${at}.value`, path, value: one }] : [],
  );
  return [...inner, ...not, ...own];
}

async function personFault(room: AutomationRoom, workspaceId: string, value: string): Promise<string | null> {
  if (await getUser(room, workspaceId, value)) return null;
  const user = value.includes("@") ? await userByEmail(room, workspaceId, value) : null;
  return user
    ? `People are compared by their id: ${user.name} is "${user.id}".`
    : `There is nobody with the id "${value.slice(0, 80)}" in this workspace.`;
}

async function recordFault(
  room: AutomationRoom,
  workspaceId: string,
  object: string,
  value: string,
): Promise<string | null> {
  if (await getRecord(room, workspaceId, object, value)) return null;
  const named = { fact: "record", path: "name", operator: "equal", value };
  const found = await findRecords(room, workspaceId, object, { when: named, limit: 2 }).catch(() => null);
  const [one, other] = found?.records ?? [];
  return one && !other
    ? `A related record is compared by its id: "${value.slice(0, 80)}" is "${one.id}".`
    : `There is no ${object} with the id "${value.slice(0, 80)}".`;
}
