import type { ObjectType } from "../../crm/index.js";
import { type Document, type Trigger, triggerKinds } from "../../graph/index.js";
import { isObject } from "../../shared/json.js";
import { joined, type Names, namesOfSchema } from "./names.js";
import { namesOfFields, namesOfRecord } from "./record-names.js";

/** What is known of a run and of who started it, once there is a run. */
export const namesOfRun: Names = {
  paths: [
    ...["run.id", "run.startedAt", "run.batchId"],
    ...["automation.id", "automation.name", "automation.version"],
    ...["user.id", "user.name", "user.email", "user.role"],
  ],
  open: [],
};

const ofTrigger = ["kind", "name", "at", "actor.type", "actor.id", "actor.name", "actor.automationId"];
const ofChange = ["field", "old", "new"];

/** What a document can read when it is started: the record now and before, the event, the inputs, the workspace. */
export function namesAtStart(document: Document, object: ObjectType | null, objects: readonly ObjectType[]): Names {
  return joined(
    {
      paths: ["workspace.id", "workspace.slug", "workspace.name", ...ofTrigger.map((name) => `trigger.${name}`)],
      open: ["changed", ...(document.triggers.some(carriesData) ? ["trigger"] : [])],
    },
    { paths: ofChange.map((name) => `trigger.changes.${name}`), open: ["trigger.changes.old", "trigger.changes.new"] },
    inputNames(document),
    object
      ? joined(
          namesOfRecord("record", object, objects),
          namesOfFields("old", object),
          namesOfFields("trigger.record", object),
        )
      : { paths: [], open: ["old", "trigger.record"] },
  );
}

/** True for events whose data the host, a clock or somebody outside decides about. */
function carriesData({ kind }: Trigger): boolean {
  const known = triggerKinds.get(kind);
  return kind !== "manual" && (known === undefined || !["records", "pipelines"].includes(known.module));
}

function inputNames({ inputs }: Document): Names {
  const declared = isObject(inputs?.["properties"]) ? Object.entries(inputs["properties"]) : [];
  return joined(...declared.map(([name, schema]) => namesOfSchema(`inputs.${name}`, schema)));
}
