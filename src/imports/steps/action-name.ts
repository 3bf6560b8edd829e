import type { ObjectType } from "../../crm/index.js";
import { snake } from "../keys.js";
import { entryOf } from "../table.js";
import { isPlural, objectNamed } from "./objects.js";

/** What an action does to records. `first`: the one that has a value; `related`: those that belong to another one. */
export type RecordVerb = "get" | "first" | "find" | "count" | "create" | "update" | "upsert" | "delete" | "related";

/** An action on records; without an object it is the one its settings name, or the run's own. */
export type RecordDeed = { verb: RecordVerb; object: ObjectType | null; related?: ObjectType; by?: string };

const verbs: Record<string, RecordVerb> = {};
for (const [verb, names] of Object.entries({
  get: "get get_by_id find_by_id read fetch retrieve lookup load details",
  find: "find query search list find_all get_all filter list_all find_many get_many query_all",
  first: "find_one get_one find_first",
  count: "count",
  create: "create add insert new make",
  update: "update edit patch set modify change save update_fields update_by_id set_field update_field",
  upsert: "upsert create_or_update update_or_create find_or_create",
  delete: "delete remove destroy archive delete_by_id",
})) {
  for (const name of names.split(" ")) verbs[name] = verb as RecordVerb;
}

/** `run_workflow`, `workflow_run` and `automation_run`, for each verb. */
function startsOf(verbs: string): string {
  return verbs
    .split(" ")
    .flatMap((verb) =>
      ["workflow", "automation", "sub_workflow"].flatMap((noun) => [`${verb}_${noun}`, `${noun}_${verb}`]),
    )
    .join(" ");
}

/** What does something other than read or write a record, by every name it goes by elsewhere. */
const deeds: Record<string, string> = {};
for (const [deed, names] of Object.entries({
  email:
    "email email_send send_email send_mail mail_send send_tracked_email send_email_message email_send_email gmail_send",
  "email.draft": "email_draft email_create_draft draft_email create_email_draft",
  slack: "slack slack_send send_slack slack_send_message send_slack_message slack_post_message slack_message",
  sms: "sms sms_send send_sms send_text_message",
  http: "http http_request request http_call api_request api_call call_api webhook_call call_webhook send_webhook webhook fetch_url http_get http_post http_put http_patch http_delete",
  variables: "set_variables set_variable variables_set set_vars set_value",
  task: "create_task task_create add_task task_add",
  note: "create_note note_create add_note note_add add_comment",
  notify:
    "notify notify_user notify_users notify_team notify_owner send_notification create_notification notification_create in_app_notification",
  "list.add": "add_to_list list_add add_list_member",
  "list.remove": "remove_from_list list_remove",
  link: "link_records record_link link_record link",
  unlink: "unlink_records record_unlink unlink_record unlink",
  owner: "assign_owner owner_assign assign assign_record change_owner set_owner",
  wait: "wait delay sleep pause",
  end: "end_workflow stop_workflow exit end_run",
  run_automation: `workflow automation sub_workflow subworkflow nested_workflow run_nested_workflow execute_sub_workflow ${startsOf("run execute call invoke")}`,
  // These go on as soon as the other one has started.
  "run_automation.start": startsOf("start trigger launch"),
  "automation.enroll": "automation_enroll enroll_in_automation enroll_in_workflow",
  "automation.pause": "automation_pause pause_automation pause_workflow",
  "automation.resume": "automation_resume resume_automation resume_workflow activate_automation",
  approval: "approval create_approval approval_create request_approval approval_request",
  human: "human human_task manual_task",
  "document.link":
    "document_generate_signed_url document_get_signed_url generate_signed_url document_link document_create_link document_signed_url",
  "ai.classify": "ai_classify classify classify_text ai_categorize categorize",
  "ai.extract": "ai_extract extract_data ai_extract_data extract_fields",
  "ai.summarize": "ai_summarize ai_summarise summarize summarise summarize_text",
  "ai.score": "ai_score ai_scoring ai_lead_score",
  llm: "llm ai_generate ai_prompt prompt generate_text ai_completion",
  "conversation.draft":
    "conversation_create_draft conversation_draft create_draft draft_reply conversation_draft_reply",
  "conversation.reply":
    "conversation_reply conversation_send_message conversation_send_reply send_reply reply_to_conversation",
})) {
  for (const name of names.split(" ")) deeds[name] = deed;
}

/** The deed an action's name stands for; undefined when it stands for none but perhaps one on records. */
export function deedNamed(name: string): string | undefined {
  return entryOf(deeds, snake(saidOnce(name)));
}

/** `approval.create_approval` says twice what it is about. */
function saidOnce(name: string): string {
  const [front = "", back, ...more] = name.split(".");
  const twice = back !== undefined && more.length === 0 && snake(back).split("_").includes(snake(front));
  return twice && back !== undefined ? back : name;
}

/** What a name such as `customer.get_by_id`, `customer_get`, `list_customers` or `createRecord` does; undefined for none of these. */
export function recordDeedNamed(objects: readonly ObjectType[], name: string): RecordDeed | undefined {
  const words = snake(saidOnce(name)).split("_");
  for (let at = words.length - 1; at > 0; at--) {
    const [front, back] = [words.slice(0, at).join("_"), words.slice(at).join("_")];
    const found = deedOn(objects, back, front, true) ?? deedOn(objects, front, back, false);
    if (found) return found;
  }
  return undefined;
}

/** `subject` is what the record is, `verb` what happens to it: `customer` and `get_by_id`. */
function deedOn(
  objects: readonly ObjectType[],
  subject: string,
  verb: string,
  verbFirst: boolean,
): RecordDeed | undefined {
  const own = ["record", "records", "entry", "entity", "object"].includes(subject);
  const object = own ? null : objectNamed(objects, subject);
  if (object === undefined) return undefined;
  const by = /^(?:get|find|read|fetch)_by_(?!id$)(.+)$/.exec(verb)?.[1];
  if (by !== undefined) return { verb: "first", object, by };
  const meant = entryOf(verbs, verb);
  if (meant === "get" && verbFirst && (own ? subject.endsWith("s") : isPlural(objects, subject)))
    return { verb: "find", object };
  if (meant) return { verb: meant, object };
  if (object === null || verbFirst) return undefined;
  const rest = verb.replace(/^(?:get|list|query|find|search|fetch)_/, "");
  const related = isPlural(objects, rest) ? objectNamed(objects, rest) : undefined;
  return related ? { verb: "related", object, related } : undefined;
}
