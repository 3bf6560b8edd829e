import type { ObjectType } from "../../crm/index.js";
import type { JsonObject } from "../../shared/json.js";
import { isIdOf } from "../names/objects.js";
import type { Source } from "../source.js";
import { Unmappable } from "../unmappable.js";
import { givenOf, type Work } from "../work.js";

/** `{ record }` of a config: left out when it is the run's own. */
export function targetOf(work: Work, object: ObjectType, settings: Source): JsonObject {
  const id = idOf(work, object, settings);
  if (id !== undefined) return { record: { object: object.name, id } };
  if (work.scope.object?.name === object.name) return {};
  throw new Unmappable(`Nothing says which ${object.label.toLowerCase()} is meant: the id is missing.`);
}

/** The id of a record in an action's settings, or of the run's own. Throws Unmappable when neither is there. */
export function ownId(work: Work, object: ObjectType, settings: Source): unknown {
  const id = idOf(work, object, settings) ?? (work.scope.object?.name === object.name ? "{{ record.id }}" : undefined);
  if (id === undefined)
    throw new Unmappable(`Nothing says which ${object.label.toLowerCase()} is meant: the id is missing.`);
  return id;
}

/** The id of a record in an action's settings: `id`, `customerId`. */
export function idOf(work: Work, object: ObjectType, settings: Source): unknown {
  const name = Object.keys(settings.value).find(
    (one) => isIdOf(work.scope.objects, object, one) && one !== "object_id",
  );
  return name === undefined ? undefined : givenOf(work, settings, name);
}
