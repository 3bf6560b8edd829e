import type { ObjectType } from "../../crm/index.js";
import { snake } from "../keys.js";
import type { Role } from "../made.js";
import { deedNamed, recordDeedNamed } from "../steps/action-name.js";
import { entryOf } from "../table.js";

const roles: Record<string, Role | "trigger"> = {};
for (const [role, names] of Object.entries({
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
})) {
  for (const name of names.split(" ")) roles[name] = role as Role | "trigger";
}

/**
 * What a step of a type is there for. A type that is itself an action (`send_email`) is an action; one nobody knows is
 * `unknown`.
 */
export function roleOf(objects: readonly ObjectType[], type: string): Role | "trigger" {
  const name = snake(type).replace(/_(?:node|step)$/, "");
  const known = entryOf(roles, name);
  if (known) return known;
  return deedNamed(name) !== undefined || recordDeedNamed(objects, name) ? "action" : "unknown";
}
