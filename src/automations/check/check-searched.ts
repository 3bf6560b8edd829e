import { checkSearch, fieldsOf } from "../../crm/index.js";
import type { DocumentProblem, Step } from "../../graph/index.js";
import { checkConditions } from "../../rules/index.js";
import { isObject } from "../../shared/json.js";
import type { AutomationRoom } from "../automation.js";
import { checkCompared } from "./check-compared.js";
import { errorsAt, knownFields } from "./check-names.js";
import type { Context } from "./document-context.js";

/** What is wrong with the search of a step that asks for records of an object: its conditions and its order. */
export async function checkSearched(
  room: AutomationRoom,
  workspaceId: string,
  { kind, config }: Step,
  { objects }: Context,
  root: string,
): Promise<DocumentProblem[]> {
  const { object: name, when, sort } = config;
  const object = kind === "record.find" ? objects.find((one) => one.name === name) : undefined;
  if (!object) return [];
  const fieldAt = await fieldsOf(room, workspaceId, object.name);
  const tree = isObject(when) ? when : undefined;
  const fields = { ...knownFields(fieldAt), fieldNames: object.fields.map((field) => field.name) };
  const asked = tree ? checkConditions(tree, { path: "when", ...fields }) : [];
  const search = { when: tree, sort: typeof sort === "string" ? sort : undefined };
  const searched = await checkSearch(room, workspaceId, object.name, search);
  return [
    ...errorsAt(root, [...asked, ...searched]),
    ...(await checkCompared(room, workspaceId, fieldAt, tree, `${root}.when`)),
  ];
}
