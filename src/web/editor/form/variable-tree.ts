import type { Field } from "../../../crm/index.js";
import type { Document } from "../../../graph/index.js";
import { isObject, type JsonObject, readPath } from "../../../shared/json.js";
import { plain } from "../../pages/formats.js";
import type { Variable } from "../../pages/forms/form-known.js";
import { t } from "../../pages/text.js";
import { type EditorKnown, objectNamed, relatedBy } from "../editor-known.js";
import { scopeBefore } from "./scope.js";

/** The values samples are taken from: a record with the records it points to, and what the surroundings are called. */
export type Samples = {
  record: JsonObject;
  run: JsonObject;
  workspace: JsonObject;
  automation: JsonObject;
  now: string;
};

/** Kinds of trigger whose runs know the values before the change. */
const knowsOld = ["record.updated", "record.saved", "stage.changed"];

/**
 * Everything a template of the step at `at` may name, as a tree with sample values: the record and those one relation
 * away, the values before the change, the trigger, inputs, variables, what earlier steps put out, and the surroundings.
 */
export function variableTree(document: Document, at: number, known: EditorKnown, samples: Samples): Variable[] {
  const object = objectNamed(known, document.object);
  const groups: Variable[] = [];
  if (object) {
    groups.push(group("record", object.label, [...recordNames(object.fields, known, samples.record)]));
    if (document.triggers.some(({ kind }) => knowsOld.includes(kind))) {
      const own = object.fields.map(({ name, label }) => leaf(`old.${name}`, label, samples.record[name]));
      groups.push(group("old", t("editor.scope.old"), own));
    }
  }
  groups.push(group("trigger", t("editor.scope.trigger"), triggerNames(document)));
  for (const { name, title, names } of scopeBefore(document, at, known)) {
    groups.push(
      group(
        name,
        title,
        names.map((one) => leaf(one.path, one.title, one.sample)),
      ),
    );
  }
  const surroundings = [
    leaf("now", t("editor.scope.now"), samples.now),
    leaf("workspace.name", t("editor.scope.workspace"), samples.workspace["name"]),
    leaf("automation.name", t("editor.scope.automation"), samples.automation["name"]),
    leaf("run.id", t("editor.scope.run"), undefined),
  ];
  groups.push(group("other", t("editor.scope.other"), surroundings));
  return groups;
}

function recordNames(fields: Field[], known: EditorKnown, record: JsonObject): Variable[] {
  const own = [
    leaf("record.id", t("editor.scope.id"), record["id"]),
    ...fields.map((field) => leaf(`record.${field.name}`, field.label, record[field.name])),
  ];
  const related = fields.flatMap((field) =>
    relatedBy(known, field).map(({ label, fields: theirs }) => {
      const names = theirs.map((one) => leaf(`record.${one.name}`, one.label, readPath(record["$related"], one.name)));
      return group(`record.${field.name}`, label, names);
    }),
  );
  return [...own, ...related];
}

function triggerNames({ triggers }: Document): Variable[] {
  const names = [
    leaf("trigger.kind", t("editor.scope.kind"), triggers[0]?.kind),
    leaf("trigger.at", t("editor.scope.at"), undefined),
    leaf("trigger.actor.name", t("editor.scope.actor"), undefined),
  ];
  if (triggers.some(({ kind }) => kind === "event"))
    names.push(leaf("trigger.data", t("editor.scope.data"), undefined));
  return names;
}

function group(path: string, name: string, children: Variable[]): Variable {
  return { name, path, sample: "", children };
}

function leaf(path: string, name: string, value: unknown): Variable {
  const sample = value === undefined ? "" : isObject(value) ? "{…}" : plain(value);
  return { name, path, sample, children: [] };
}
