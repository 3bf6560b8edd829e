type Plain = [fact: string, path: string[], only?: "template"];

/** Names that stand alone elsewhere, by where they lie here. */
export const plain: Readonly<Record<string, Plain>> = {
  organization_id: ["workspace", ["id"]],
  organisation_id: ["workspace", ["id"]],
  org_id: ["workspace", ["id"]],
  workspace_id: ["workspace", ["id"]],
  wf_definition_id: ["automation", ["id"], "template"],
  workflow_id: ["automation", ["id"], "template"],
  automation_id: ["automation", ["id"], "template"],
  execution_id: ["run", ["id"]],
  run_id: ["run", ["id"]],
  now: ["now", []],
};

/** What others keep under `system` besides. */
export const ofSystem: Readonly<Record<string, Plain>> = {
  time: ["now", []],
  timestamp: ["now", []],
  current_time: ["now", []],
  date: ["now", []],
  current_date: ["now", []],
  datetime: ["now", []],
  today: ["now", []],
  user: ["user", ["name"], "template"],
  current_user: ["user", ["name"], "template"],
  user_id: ["user", ["id"], "template"],
  current_user_id: ["user", ["id"], "template"],
  user_email: ["user", ["email"], "template"],
  organization: ["workspace", ["name"]],
  workspace: ["workspace", ["name"]],
};
