import { factsOf, findRecords, withRelated } from "../../crm/index.js";
import type { Document } from "../../graph/index.js";
import type { Engine } from "../../runs/index.js";
import { iso } from "../../shared/clock.js";
import type { JsonObject } from "../../shared/json.js";
import type { Visit } from "../pages/site.js";
import { type EditorKnown, objectNamed, relatedBy } from "./editor-known.js";
import type { Samples } from "./form/variable-tree.js";

/** Sample values for the variable picker: those of the newest record and of the records it points to. */
export async function samplesFor(
  engine: Engine,
  visit: Visit,
  document: Document,
  known: EditorKnown,
  name: string,
): Promise<Samples> {
  return {
    record: await newestRecord(engine, visit.workspace.id, document.object, known),
    run: {},
    workspace: { name: visit.workspace.name },
    automation: { name },
    now: iso(engine.clock.now()),
  };
}

async function newestRecord(
  engine: Engine,
  workspaceId: string,
  object: string | null,
  known: EditorKnown,
): Promise<JsonObject> {
  const type = objectNamed(known, object);
  if (!type) return {};
  const { records } = await findRecords(engine, workspaceId, type.name, { sort: "-id", limit: 1 });
  const [newest] = records;
  const paths = type.fields.flatMap((field) =>
    relatedBy(known, field).flatMap(({ fields }) => fields.slice(0, 1).map(({ name }) => name)),
  );
  return newest ? withRelated(engine, workspaceId, type.name, factsOf(newest), paths) : {};
}
