/**
 * What other systems call things, each word of ours with the words of the forms we read: `customer` for a contact,
 * `customer_create_or_update` for an upsert, `gte` for "at least". Names are folded (`getById` is `get_by_id`) before they are
 * looked up. This file is data: a word that is missing is added here and nowhere else.
 */

/** Objects. A workspace's own objects go before these. */
export const objects = {
  contact: "customer person people lead client subscriber",
  company: "account organization organisation business",
  deal: "opportunity",
  product: "item",
  order: "purchase",
  conversation: "thread ticket",
  document: "file",
  task: "todo",
};

/** Words for some records of an object only, by the field and the value that tell them from the others. */
export const narrower: Readonly<Record<string, Readonly<Record<string, { field: string; value: string | boolean }>>>> =
  {
    contact: { lead: { field: "status", value: "lead" }, subscriber: { field: "subscribed", value: true } },
  };

/** Parts of a name that is one field here, by the filters that take them out of it. */
export const nameParts = { first: "first_name given_name forename", last: "last_name family_name surname" };

/** Fields, where spelling alone does not tell. */
export const fields: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  contact: { name: "full_name display_name", jobTitle: "title", email: "email_address", phone: "phone_number" },
  company: { name: "company_name", employees: "size employee_count", annualRevenue: "revenue" },
  deal: { name: "title", amount: "value", closeDate: "expected_close_date close_at" },
  task: { title: "name", body: "description", dueAt: "due_date due", assignee: "assigned_to assignee_id owner" },
  note: { body: "content text", author: "created_by" },
  product: { name: "title", price: "unit_price" },
  order: { total: "amount total_amount", number: "order_number", items: "line_items", placedAt: "ordered_at" },
  conversation: { subject: "title", assignee: "assigned_to assignee_id owner" },
  message: { body: "content text message", author: "sender from" },
  document: { name: "title", url: "link", mimeType: "content_type" },
};

/** What every record has beside its fields, and what calls tell beside their content. */
export const stamps = { createdAt: "created_at creation_time", updatedAt: "updated_at" };
export const ofCalls = { status: "status_code http_status" };

/** What happens to a record. */
export const verbs = {
  get: "get get_by_id find_by_id read fetch retrieve lookup load details",
  find: "find query search list find_all get_all filter list_all find_many get_many query_all",
  first: "find_one get_one find_first",
  count: "count",
  create: "create add insert new make",
  update: "update edit patch set modify change save update_fields update_by_id set_field update_field",
  upsert: "upsert create_or_update update_or_create find_or_create",
  delete: "delete remove destroy archive delete_by_id",
};

/** `run_workflow`, `workflow_run` and `automation_run`, for each verb. */
function ofAutomations(verbs: string): string {
  return verbs
    .split(" ")
    .flatMap((verb) =>
      ["workflow", "automation", "sub_workflow"].flatMap((noun) => [`${verb}_${noun}`, `${noun}_${verb}`]),
    )
    .join(" ");
}

/** Actions that do something other than read or write a record. */
export const deeds = {
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
  run_automation: `workflow automation sub_workflow subworkflow nested_workflow run_nested_workflow execute_sub_workflow ${ofAutomations("run execute call invoke")}`,
  // These go on as soon as the other one has started.
  "run_automation.start": ofAutomations("start trigger launch"),
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
};

/** Types of steps and nodes. */
export const roles = {
  trigger: "trigger start input entry",
  action: "action task tool operation integration function",
  llm: "llm ai ai_prompt prompt model ai_step",
  condition: "condition if gate filter decision if_else",
  switch: "switch router branch",
  loop: "loop for_each foreach iterator each iterate",
  wait: "wait delay timer sleep pause",
  join: "join merge",
  parallel: "parallel fork",
  agent: "agent ai_agent",
  end: "end output stop finish terminate exit",
};

/** What happened to a record, as the last word of a trigger's name. */
export const happenings = {
  "record.created": "created create added new",
  "record.updated": "updated update changed modified",
  "record.deleted": "deleted removed",
  "record.restored": "restored",
  "record.saved": "saved upserted",
};

/** How values are compared. */
export const comparisons = {
  "==": "= == eq equal equals is equal_to",
  "!=": "!= ne neq not_equal not_equals is_not not_equal_to",
  ">": "> gt greater_than is_greater_than more_than over after_number",
  ">=": ">= gte ge greater_than_or_equal greater_than_or_equals greater_than_or_equal_to at_least greater_than_inclusive",
  "<": "< lt less_than is_less_than under",
  "<=": "<= lte le less_than_or_equal less_than_or_equals less_than_or_equal_to at_most less_than_inclusive",
  contains: "contains includes has like ilike",
  notContains: "not_contains does_not_contain not_includes excludes",
  startsWith: "starts_with begins_with",
  endsWith: "ends_with",
  in: "in is_one_of one_of any_of is_any_of",
  notIn: "not_in none_of is_none_of not_any_of",
  isEmpty: "is_empty empty is_null not_exists is_blank is_not_set is_unknown",
  isNotEmpty: "is_not_empty not_empty is_not_null exists is_present is_set is_known has_value",
  isTrue: "is_true true is_checked",
  isFalse: "is_false false is_unchecked",
  between: "between is_between",
  before: "before is_before",
  after: "after is_after",
  onDay: "on on_day is_on",
  matches: "matches regex matches_regex",
  withinLast: "within_last in_the_last in_last_days last_n_days within_last_days",
  withinNext: "within_next in_the_next in_next_days next_n_days within_next_days",
  olderThan: "older_than older_than_days more_than_days_ago",
  changed: "changed has_changed is_changed",
  changedTo: "changed_to",
  changedFrom: "changed_from",
  increased: "increased",
  decreased: "decreased",
  hasAny: "has_any contains_any",
  hasAll: "has_all contains_all",
  hasNone: "has_none contains_none",
};

/** What is asked of a value in a text: filters after a bar, methods after a point, and functions around it. */
export const filters = {
  size: "size length count",
  upcase: "upcase upper uppercase to_upper_case",
  downcase: "downcase lower lowercase to_lower_case",
  capitalize: "capitalize capitalise ucfirst",
  strip: "strip trim",
  json: "json stringify tojson to_json json_stringify",
  replace: "replace replace_all",
};
export const functions = {
  round: "round math_round",
  floor: "floor math_floor",
  ceil: "ceil math_ceil",
  abs: "abs math_abs",
  min: "min math_min",
  max: "max math_max",
  if: "if iif",
};

/** Units of time, and how often something repeats. */
export const units = {
  ms: "ms millisecond",
  s: "s sec second",
  m: "m min minute",
  h: "h hr hour",
  d: "d day",
  w: "w week",
};
export const frequencies = {
  "1h": "hourly",
  day: "daily",
  weekday: "weekdays",
  week: "weekly",
  month: "monthly",
  year: "yearly annually",
};

/** Targets that end a path, that mean the next item of the loop around, and the ways out of steps. */
export const terminals = "end finish noop stop exit done complete completed null none return".split(" ");
export const backToLoop = "loopcontinue continueloop continue nextitem loopback".split(" ");
export const ports = {
  action: { error: "failure failed fail catch on_error", timeout: "expired timed_out" },
  loop: {
    next: "next loop body each item iterate eachitem",
    done: "done success complete completed after end finished",
  },
  condition: { true: "true yes then if success matched", false: "false no else otherwise unmatched" },
  switch: { default: "default else otherwise" },
};
export const onward = "success next done default completed complete output source out ok true then".split(" ");
