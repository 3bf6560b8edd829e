import { hintedParts, isMoment } from "../../actions/index.js";
import { findRecords, getRecord, getUser, listUsers, type ObjectType, userByEmail } from "../../crm/index.js";
import type { DocumentProblem, Step } from "../../graph/index.js";
import { isObject } from "../../shared/json.js";
import { didYouMean, nearest } from "../../shared/nearest.js";
import type { AutomationRoom } from "../automation.js";
import type { Context } from "./document-context.js";

/** What is wrong with the people, lists, fields and dates a step names as constants. `root` is its config's path. */
export async function checkNamed(
  room: AutomationRoom,
  workspaceId: string,
  step: Step,
  context: Context,
  root: string,
): Promise<DocumentProblem[]> {
  const schema = room.actions.get(step.kind)?.config;
  if (!schema) return [];
  const problems: DocumentProblem[] = [];
  const say = (path: string, message: string, severity: "error" | "warning" = "error") =>
    problems.push({ severity, path: `${root}.${path}`, message });
  for (const { path, text } of hintedTexts(step, schema, "user"))
    if (text !== "owner") await checkPerson(room, workspaceId, path, text, say);
  for (const { path, text } of groupMembers(step)) await checkPerson(room, workspaceId, path, text, say);
  for (const { path, text } of hintedTexts(step, schema, "list"))
    await checkList(room, workspaceId, path, text, subjectOf(step, context), say);
  checkOwnerField(step, context, say);
  checkRelation(step, context, say);
  checkUntil(step, context, say);
  return problems;
}

type Say = (path: string, message: string, severity?: "error" | "warning") => void;

const isTemplate = (text: string) => text.includes("{{") || text.includes("{%");

/** The constant texts at members with a hint: one, or each of a list. */
function hintedTexts({ config }: Step, schema: unknown, hint: string): { path: string; text: string }[] {
  return hintedParts(config, schema, hint).flatMap(({ path, value }) => constantsAt(path, value));
}

function constantsAt(path: string, value: unknown): { path: string; text: string }[] {
  const listed: [string, unknown][] = Array.isArray(value)
    ? value.map((one, at) => [`${path}[${at}]`, one])
    : [[path, value]];
  return listed.flatMap(([at, text]) =>
    typeof text === "string" && text !== "" && !isTemplate(text) ? [{ path: at, text }] : [],
  );
}

/** Taking turns may be written as a plain list of people. */
function groupMembers({ kind, config }: Step): { path: string; text: string }[] {
  const { to } = config;
  return kind === "owner.assign" && isObject(to) && Array.isArray(to["roundRobin"])
    ? constantsAt("to.roundRobin", to["roundRobin"])
    : [];
}

async function checkPerson(
  room: AutomationRoom,
  workspaceId: string,
  path: string,
  named: string,
  say: Say,
): Promise<void> {
  const user = named.includes("@")
    ? await userByEmail(room, workspaceId, named)
    : await getUser(room, workspaceId, named);
  if (!user) {
    const emails = (await listUsers(room, workspaceId)).map(({ email }) => email);
    say(path, `There is nobody "${named.slice(0, 80)}" in this workspace.${didYouMean(named, emails)}`);
  } else if (!user.active) say(path, `${user.name} has left: nothing reaches them.`, "warning");
}

/** The object of the record a step is about; null when that shows only in a run, or there is none. */
function subjectOf({ config }: Step, { object, objects }: Context): ObjectType | null {
  const { record } = config;
  if (!isObject(record)) return object;
  return objects.find(({ name }) => name === record["object"]) ?? null;
}

async function checkList(
  room: AutomationRoom,
  workspaceId: string,
  path: string,
  named: string,
  subject: ObjectType | null,
  say: Say,
): Promise<void> {
  const byId = await getRecord(room, workspaceId, "list", named);
  const when = { fact: "record", path: "name", operator: "equal", value: named };
  const found = byId ? [byId] : (await findRecords(room, workspaceId, "list", { when, limit: 20 })).records;
  if (found.length === 0) {
    const { records } = await findRecords(room, workspaceId, "list", { limit: 200 });
    const names = records.map(({ values }) => String(values["name"]));
    say(path, `There is no list "${named.slice(0, 80)}".${didYouMean(named, names)}`);
    return;
  }
  const holds = found.map(({ values }) => values["object"]).filter((object) => object !== null && object !== "");
  if (subject && holds.length === found.length && !holds.includes(subject.name))
    say(
      path,
      `The list "${named.slice(0, 80)}" holds ${holds.join(", ")} records, and this is a ${subject.label.toLowerCase()}.`,
    );
}

/** The field that says who gets a record must hold a person. */
function checkOwnerField({ kind, config }: Step, { fieldAt, object }: Context, say: Say): void {
  const { to } = config;
  if (kind !== "owner.assign" || !isObject(to) || typeof to["field"] !== "string" || !fieldAt || !object) return;
  if (isTemplate(to["field"]) || config["record"] !== undefined) return;
  const field = fieldAt(to["field"]);
  const people = object.fields.filter(({ type }) => type === "user").map(({ name }) => name);
  if (!field) say("to.field", `There is no field "${to["field"]}".${didYouMean(to["field"], people)}`);
  else if (field.type !== "user")
    say("to.field", `${field.label} does not hold a person. Known: ${people.join(", ")}.`);
}

/** A relation that is a field leads to one object; one that almost is a field was meant to be it. */
function checkRelation(step: Step, context: Context, say: Say): void {
  const { relation, to } = step.config;
  const subject = subjectOf(step, context);
  if (!["record.link", "record.unlink"].includes(step.kind) || typeof relation !== "string" || !subject) return;
  if (isTemplate(relation)) return;
  const relations = subject.fields.filter(({ type }) => type === "relation");
  const field = relations.find(({ name }) => name === relation);
  const object = isObject(to) && typeof to["object"] === "string" && !isTemplate(to["object"]) ? to["object"] : null;
  const near = nearest(
    relation,
    relations.map(({ name }) => name),
  );
  if (field && object && object !== (field.relation ?? field.name))
    say("to.object", `${field.label} leads to a ${field.relation ?? field.name}, not to a ${object}.`);
  else if (!field && near) say("relation", `${subject.label} has no relation "${relation}". Did you mean "${near}"?`);
  else if (!/^[a-zA-Z][\w-]{0,63}$/.test(relation))
    say("relation", "A relation is a short name such as partner or bought_from.");
}

/** A wait ends at a date, or at the date in a field of the record. */
function checkUntil({ kind, config }: Step, { fieldAt, object }: Context, say: Say): void {
  const { until } = config;
  if (kind !== "wait" || typeof until !== "string" || until === "" || isTemplate(until)) return;
  if (isMoment(until) || /^\d{11,15}$/.test(until)) return;
  const field = fieldAt?.(until.replace(/^record\./, ""));
  if (field && (field.type === "date" || field.type === "datetime")) return;
  const dates = (object?.fields ?? []).filter(({ type }) => type === "date" || type === "datetime");
  say(
    "until",
    field
      ? `${field.label} holds no date.`
      : `"${until.slice(0, 60)}" is neither a date (2027-03-14) nor a date field.${didYouMean(
          until,
          dates.map(({ name }) => name),
        )}`,
  );
}
