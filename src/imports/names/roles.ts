import type { ObjectType } from "../../crm/index.js";
import type { Role } from "../made.js";
import { deedNamed, recordDeedNamed } from "./action-name.js";
import { snake } from "./keys.js";
import * as synonyms from "./synonyms.js";
import { byTheirs, entryOf } from "./table.js";

const roles = byTheirs(synonyms.roles);

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
