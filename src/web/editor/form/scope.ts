import { type Document, readableIn } from "../../../graph/index.js";
import { isObject, type JsonObject } from "../../../shared/json.js";
import type { OptionGroup } from "../../pages/forms/form-known.js";
import { inWords } from "../../pages/forms/schema-form.js";
import { t } from "../../pages/text.js";
import type { EditorKnown } from "../editor-known.js";

/** A name in scope with what it is called: `steps.make_task.output.id`, "Record id". */
export type ScopeName = { path: string; title: string; sample: unknown };

/** The names one step, the inputs or the variables give to what comes after. */
export type ScopeGroup = { name: string; title: string; names: ScopeName[] };

/** What stands in scope before the step at `before` (the number of steps for the end), beside record and trigger. */
export function scopeBefore(document: Document, before: number, known: EditorKnown): ScopeGroup[] {
  const inputs = isObject(document.inputs?.["properties"]) ? document.inputs["properties"] : {};
  const groups = [
    { name: "inputs", title: t("editor.scope.inputs"), names: members("inputs", inputs) },
    { name: "loop", title: t("editor.scope.loop"), names: loopNames(document, before, known) },
    { name: "vars", title: t("editor.scope.vars"), names: variableNames(document, before, known) },
    ...earlierSteps(document, before, known).map((step) => {
      const output = known.actions.get(step.kind)?.output ?? {};
      const properties = isObject(output["properties"]) ? output["properties"] : {};
      const own = step.kind === "set_variables" && isObject(step.config["values"]) ? step.config["values"] : {};
      const names = members(`steps.${step.key}.output`, { ...properties, ...schemasOf(own) });
      return { name: `steps.${step.key}`, title: step.name || known.actions.get(step.kind)?.title || step.kind, names };
    }),
  ];
  return groups.filter(({ names }) => names.length > 0);
}

/** The same as choices of a condition's field select. */
export function conditionNames(document: Document, before: number, known: EditorKnown): OptionGroup[] {
  return scopeBefore(document, before, known).map(({ title, names }) => ({
    label: title,
    options: names
      .filter(({ path }) => path.includes("."))
      .map(({ path, title: label }) => ({ value: path.replace(".", ":"), label })),
  }));
}

/** In a workflow those that some path has come by; at its end, all. */
function earlierSteps(document: Document, before: number, { form }: EditorKnown): Document["steps"] {
  const step = form === "graph" ? document.steps[before] : undefined;
  const steps = step ? readableIn(document, form)(step.key).before : document.steps.slice(0, before);
  return steps.filter(({ disabled }) => !disabled);
}

/** The names of the loops around a step: the item, its place, and what a loop calls it. */
function loopNames(document: Document, before: number, { form }: EditorKnown): ScopeName[] {
  const step = form === "graph" ? document.steps[before] : undefined;
  const loops = step ? readableIn(document, form)(step.key).loops : [];
  if (loops.length === 0) return [];
  const named = loops.flatMap(({ config }) =>
    typeof config["itemVariable"] === "string" ? [config["itemVariable"]] : [],
  );
  return [
    { path: "loop.item", title: t("editor.scope.item"), sample: undefined },
    { path: "loop.index", title: t("editor.scope.index"), sample: undefined },
    ...named.map((name) => ({ path: name, title: name, sample: undefined })),
  ];
}

function variableNames(document: Document, before: number, known: EditorKnown): ScopeName[] {
  const set = earlierSteps(document, before, known).map(({ kind, config }) => {
    if (kind === "set_variables" && isObject(config["values"])) return config["values"];
    return kind === "calculate" && typeof config["as"] === "string" ? { [config["as"]]: undefined } : {};
  });
  const all = Object.assign({}, isObject(document.variables) ? document.variables : {}, ...set) as JsonObject;
  return Object.entries(all).map(([name, sample]) => ({ path: `vars.${name}`, title: name, sample }));
}

function members(path: string, properties: JsonObject): ScopeName[] {
  return Object.entries(properties).map(([name, part]) => {
    const schema = isObject(part) ? part : {};
    const title = typeof schema["title"] === "string" ? schema["title"] : inWords(name);
    return { path: `${path}.${name}`, title, sample: schema["default"] };
  });
}

const schemasOf = (values: JsonObject) =>
  Object.fromEntries(Object.keys(values).map((name) => [name, { title: name }]));
