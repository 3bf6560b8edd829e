import type { Icon } from "./icons.js";

const byKind: Record<string, Icon> = {
  condition: "git-branch",
  wait: "clock",
  wait_for_event: "zap",
  goal: "flag",
  approval: "user-check",
  human_task: "hand",
  end: "flag",
  set_variables: "variable",
  calculate: "calculator",
  "record.create": "plus",
  "record.update": "pencil",
  "record.upsert": "refresh-cw",
  "record.delete": "trash-2",
  "record.get": "database",
  "record.find": "search",
  "record.link": "link",
  "record.unlink": "unlink",
  "list.add": "list-plus",
  "list.remove": "list-x",
  "owner.assign": "user-check",
  "task.create": "check",
  "note.create": "sticky-note",
  notify: "bell",
  "email.send": "mail",
  "slack.send": "message-square",
  "http.request": "globe",
  schedule: "calendar-clock",
  date: "calendar-clock",
  manual: "hand",
  event: "zap",
  webhook: "webhook",
  "record.created": "plus",
  "record.updated": "pencil",
  "record.saved": "database",
  "record.deleted": "trash-2",
  "stage.changed": "flag",
};

/** The icon of a step kind or a trigger kind; a host's own kinds get a plug of their own. */
export function kindIcon(kind: string): Icon {
  return byKind[kind] ?? "zap";
}
