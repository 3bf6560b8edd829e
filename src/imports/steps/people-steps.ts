import type { JsonObject } from "../../shared/json.js";
import type { Made } from "../made.js";
import { defined } from "../made.js";
import { durationOf } from "../names/durations.js";
import { isIdOf } from "../names/objects.js";
import { saidOf } from "../names/said.js";
import type { Source } from "../source.js";
import { Unmappable } from "../unmappable.js";
import { givenOf, textOf, type Work } from "../work.js";

const roles = ["admin", "editor", "operator", "viewer"];

/** A task for somebody about a record. */
export function taskStep(work: Work, settings: Source): Made {
  const title = textOf(work, settings, "title", "name", "subject", "task_title", "task_name");
  if (title === undefined) throw new Unmappable("The task has no title.");
  const dueIn = durationOf(
    settings.take(
      "due_in",
      "due_in_days",
      "due_days",
      "task_due_days",
      "task_due_in_days",
      "days_until_due",
      "due_date_offset",
    ),
    "d",
  );
  const date = dueIn === undefined ? (settings.value["due_date"] ?? settings.value["dueDate"]) : undefined;
  const relative = durationOf(typeof date === "string" ? date.replace(/^in\s+/i, "") : undefined, "d");
  if (relative !== undefined) settings.take("due_date");
  const dueAt = (relative ?? dueIn) ? undefined : textOf(work, settings, "due_at", "due_date", "due", "deadline");
  return {
    kind: "task.create",
    config: defined({
      title,
      body: textOf(work, settings, "body", "description", "notes", "details", "task_description"),
      assignee: personOf(
        work,
        settings,
        "assignee",
        "task_assignee",
        "assign_to",
        "assigned_to",
        "assignee_id",
        "assignee_email",
        "owner",
        "user_id",
        "user_email",
      ),
      dueIn: relative ?? dueIn,
      dueAt,
      record: aboutOf(work, settings),
    }),
  };
}

/** A note on a record. */
export function noteStep(work: Work, settings: Source): Made {
  const body = textOf(work, settings, "body", "content", "text", "note", "message", "comment");
  if (body === undefined) throw new Unmappable("The note is empty.");
  const record = aboutOf(work, settings);
  if (record === undefined && !work.scope.object) throw new Unmappable("Nothing says which record the note is on.");
  return { kind: "note.create", config: defined({ body, record }) };
}

/** The record a task or a note is about, when the settings name one: `customerId`, or an object and an id. */
function aboutOf(work: Work, settings: Source): JsonObject | undefined {
  const { objects } = work.scope;
  for (const name of Object.keys(settings.value)) {
    const object = objects.find((one) => isIdOf(objects, one, name) && isNamed(name));
    if (object && object.name !== "task" && object.name !== "note" && object.name !== "list")
      return { object: object.name, id: givenOf(work, settings, name) };
  }
  const id = givenOf(work, settings, "record_id", "related_id", "entity_id");
  const named = settings.text("related_object", "related_type", "record_type", "entity_type", "object");
  if (id === undefined) return undefined;
  const object = named ? objects.find((one) => one.name === named.toLowerCase()) : work.scope.object;
  if (!object) throw new Unmappable("Nothing says which object the record is of.");
  return { object: object.name, id };
}

const isNamed = (name: string) => /[a-z]_?id$/i.test(name) && !/^(?:record|related|entity|entry)_?id$/i.test(name);

/** One person: an address, an id, or the record's owner. Ids of the other system mean nobody here. */
function personOf(work: Work, settings: Source, ...names: string[]): string | undefined {
  const path = settings.at(...names);
  const given = textOf(work, settings, ...names);
  if (given === undefined) return undefined;
  if (/^(?:record_?)?owner$/i.test(given)) return "owner";
  foreign(work, given, path, "user");
  return given;
}

function foreign(work: Work, given: string, path: string, what: string): void {
  if (/\{[{%]/.test(given) || given.includes("@")) return;
  work.report(path, `"${given}" names a ${what} of the system this comes from; choose the ${what} here.`);
}

/** A notification inside the application. */
export function notifyStep(work: Work, settings: Source): Made {
  const message = textOf(work, settings, "message", "body", "text", "content", "message_template");
  const title = textOf(work, settings, "title", "subject") ?? message;
  if (title === undefined) throw new Unmappable("The notification says nothing.");
  const body = title === message ? undefined : message;
  const to = recipients(work, settings);
  return { kind: "notify", config: defined({ to, title, body, link: textOf(work, settings, "link", "url") }) };
}

/** Whom a step is for: a role, users, or the record's owner; `otherwise` when it names nobody, else it throws Unmappable. */
export function recipients(work: Work, settings: Source, otherwise?: JsonObject): JsonObject {
  const role = settings.text("role", "user_role");
  if (role !== undefined && roles.includes(role.toLowerCase())) return { role: role.toLowerCase() };
  const names = [
    ...["users", "user_ids", "user_id", "user_emails", "user_email", "user", "to", "recipients"],
    ...["assignee", "assignees", "assigned_to", "assignee_id", "approver", "approvers", "approver_id", "approver_ids"],
  ];
  const path = settings.at(...names);
  const given = givenOf(work, settings, ...names);
  const all = [given ?? []]
    .flat()
    .map(saidOf)
    .filter((one) => one !== "");
  if (role !== undefined) throw new Unmappable(`There is no role "${role}" here: there are ${roles.join(", ")}.`);
  if (settings.take("notify_owner", "owner") || (all.length === 1 && /^(?:record_?)?owner$/i.test(all[0] ?? "")))
    return { owner: true };
  if (all.length === 0) {
    const team = settings.text("team", "team_id", "team_name");
    if (team === undefined && otherwise) {
      work.report(settings.path, "Nobody is named; choose who is asked. Until then it is every admin.");
      return otherwise;
    }
    throw new Unmappable(team ? `There is no team "${team}" here; name users or a role.` : "The step names nobody.");
  }
  for (const one of all) foreign(work, one, path, "user");
  return { users: all.length === 1 ? all[0] : all };
}

/** An owner for the record. */
export function ownerStep(work: Work, settings: Source): Made {
  const role = settings.text("role");
  const wayAt = settings.at("strategy", "assignment_type", "method", "mode");
  const way = settings.text("strategy", "assignment_type", "method", "mode") ?? "";
  const least = /least|busy|load|balance|fewest/i.test(way);
  const users = givenOf(work, settings, "users", "user_ids", "assignees");
  if (role || users !== undefined) {
    if (way !== "" && !least && !/round|turn|rotat/i.test(way))
      work.report(wayAt, `Owners are chosen in turn or by who is least busy here, and not by "${way}"; it is in turn.`);
    const group = role ? { role: role.toLowerCase() } : { users };
    return { kind: "owner.assign", config: { to: least ? { leastBusy: group } : { roundRobin: group } } };
  }
  const user = personOf(
    work,
    settings,
    "user",
    "user_id",
    "owner",
    "owner_id",
    "assignee",
    "assigned_to",
    "user_email",
  );
  if (user === undefined) throw new Unmappable("Nothing says who the new owner is.");
  return { kind: "owner.assign", config: { to: { user } } };
}

/** Membership of a list. */
export function listStep(work: Work, settings: Source, kind: "list.add" | "list.remove"): Made {
  const path = settings.at("list_id");
  const byId = settings.value["list_id"] ?? settings.value["listId"];
  const list = textOf(work, settings, "list", "list_name", "list_id");
  if (list === undefined) throw new Unmappable("Nothing says which list is meant.");
  if (list === byId) foreign(work, list, path, "list");
  const record = aboutOf(work, settings);
  if (record === undefined && !work.scope.object) throw new Unmappable("Nothing says which record is meant.");
  return { kind, config: defined({ list, record }) };
}

/** A connection between two records. */
export function linkStep(work: Work, settings: Source, kind: "record.link" | "record.unlink"): Made {
  const target = settings.object("to", "target");
  const id = target
    ? givenOf(work, target, "id", "record_id")
    : givenOf(work, settings, "target_record_id", "target_id", "to_id", "related_id");
  const named = target
    ? target.text("object", "object_type")
    : settings.text("target_object", "target_object_type", "to_object", "related_object");
  const object = work.scope.objects.find((one) => one.name === named?.toLowerCase());
  const relation = settings.text("relation", "relation_type", "link_type", "relationship", "attribute");
  if (id === undefined || !object) throw new Unmappable("Nothing says which record to connect with.");
  if (relation === undefined) throw new Unmappable("The connection has no name.");
  return { kind, config: defined({ record: aboutOf(work, settings), relation, to: { object: object.name, id } }) };
}
