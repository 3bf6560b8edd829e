import { type ActionTable, hintedParts, secretNames } from "../../actions/index.js";
import type { ObjectType } from "../../crm/index.js";
import type { Document, Step } from "../../graph/index.js";
import { isObject, type JsonObject } from "../../shared/json.js";
import { variablesOf } from "../../templates/index.js";

/** How a document uses a thing: its trigger listens to it, a step writes it, something reads it or names it. */
export type UseRole = "triggers" | "writes" | "reads" | "names";

/**
 * One place of a document that uses a field (`deal.stage`, with the constant it is compared with or set to), or a list, a
 * secret, a person or another automation by its name or id.
 */
export type Use = { path: string; role: UseRole } & (
  | { field: string; value?: unknown }
  | { kind: "list" | "secret" | "user" | "automation"; name: string }
);

type World = { objects: readonly ObjectType[]; actions: ActionTable };

/** Everything a document uses, place by place; what a template makes in a run cannot be known. Pure. */
export function usesIn(document: Document, world: World): Use[] {
  const { object, triggers, conditions, enrollment, steps, outputs } = document;
  const tree = (of: string | null, value: unknown, path: string) => usesOfTree(of, value, path, world);
  const texts = (value: unknown, path: string) => usesOfTexts(object, value, path, world);
  return [
    ...triggers.flatMap((trigger, at) => [
      ...usesOfTrigger(document, trigger, `triggers[${at}]`),
      ...tree(object, trigger.when, `triggers[${at}].when`),
      ...texts(trigger.inputs, `triggers[${at}].inputs`),
    ]),
    ...tree(object, conditions, "conditions"),
    ...tree(object, enrollment?.exitWhen, "enrollment.exitWhen"),
    ...tree(object, enrollment?.unless, "enrollment.unless"),
    ...steps.flatMap((step, at) => usesOfStep(document, step, `steps[${at}].config`, world)),
    ...texts(outputs, "outputs"),
  ];
}

function usesOfTrigger({ object }: Document, trigger: Document["triggers"][number], path: string): Use[] {
  const at = (member: string, name: unknown, value?: unknown): Use[] =>
    object && typeof name === "string"
      ? [
          {
            path: `${path}.${member}`,
            role: "triggers",
            field: `${object}.${name}`,
            ...(value === undefined ? {} : { value }),
          },
        ]
      : [];
  const watched = trigger.kind === "stage.changed" ? ["stage"] : [trigger["fields"] ?? trigger["field"] ?? []].flat();
  const sides = ["from", "to"].flatMap((side) => {
    const value = trigger[side];
    if (value === undefined || isObject(value)) return [];
    return watched.flatMap((name) => [value].flat().flatMap((one: unknown) => at(side, name, one)));
  });
  const named: Use[] =
    trigger.kind === "automation" && typeof trigger["automation"] === "string"
      ? [{ path: `${path}.automation`, role: "names", kind: "automation", name: trigger["automation"] }]
      : [];
  const member = trigger["fields"] === undefined ? (trigger.kind === "stage.changed" ? "kind" : "field") : "fields";
  return [...watched.flatMap((name) => at(member, name)), ...sides, ...named];
}

function usesOfStep(document: Document, { kind, config }: Step, path: string, world: World): Use[] {
  const { object: own } = document;
  const schema = world.actions.get(kind)?.config ?? {};
  const { record } = config;
  const subject = isObject(record) && typeof record["object"] === "string" ? record["object"] : own;
  const object = typeof config["object"] === "string" ? config["object"] : subject;
  const written = ["values", "match"].flatMap((part) => {
    const values = config[part];
    if (!kind.startsWith("record.") || !object || !isObject(values)) return [];
    const role: UseRole = part === "values" ? "writes" : "reads";
    return Object.entries(values).map(
      ([name, value]): Use => ({ path: `${path}.${part}.${name}`, role, field: `${object}.${name}`, value }),
    );
  });
  const trees = hintedParts(config, schema, "conditions").flatMap(({ path: at, value }) =>
    usesOfTree(kind === "record.find" ? object : own, value, `${path}.${at}`, world),
  );
  const cases = (Array.isArray(config["cases"]) ? config["cases"] : []).flatMap((one, at) =>
    isObject(one) ? usesOfTree(own, one["when"], `${path}.cases[${at}].when`, world) : [],
  );
  const fields = hintedParts(config, schema, "field").flatMap(({ path: at, value }) =>
    typeof value === "string" ? chain(object, value.replace(/^-/, ""), world).map(read(`${path}.${at}`)) : [],
  );
  const until = kind === "wait" && typeof config["until"] === "string" ? config["until"] : "";
  const waits = chain(own, until.replace(/^record\./, ""), world).map(read(`${path}.until`));
  const listed = (["list", "user", "automation"] as const).flatMap((hint) =>
    hintedParts(config, schema, hint).flatMap(({ path: at, value }) =>
      [value]
        .flat()
        .flatMap((name): Use[] =>
          typeof name === "string" && name !== "" && !isTemplate(name)
            ? [{ path: `${path}.${at}`, role: "names", kind: hint, name }]
            : [],
        ),
    ),
  );
  const secrets = secretNames(config, schema).map((name): Use => ({ path, role: "names", kind: "secret", name }));
  return [
    ...written,
    ...trees,
    ...cases,
    ...fields,
    ...waits,
    ...listed,
    ...secrets,
    ...usesOfTexts(own, config, path, world),
  ];
}

const isTemplate = (text: string) => /\{[{%]/.test(text);
const read =
  (path: string) =>
  (field: string): Use => ({ path, role: "reads", field });

/** The fields a dotted path of an object goes through: `company.industry` is `deal.company`, then `company.industry`. */
function chain(object: string | null, path: string, { objects }: World): string[] {
  const type = objects.find(({ name }) => name === object);
  const [first = "", ...rest] = path.split(/[.[\]]+/).filter(Boolean);
  const field = type?.fields.find(({ name }) => name === first);
  if (!type || !first) return [];
  const here = [`${type.name}.${first}`];
  return field?.relation && rest.length > 0
    ? [...here, ...chain(field.relation, rest.join("."), { objects } as World)]
    : here;
}

function usesOfTree(object: string | null, tree: unknown, path: string, world: World): Use[] {
  if (!isObject(tree)) return [];
  const inner = ["all", "any"].flatMap((word) => {
    const list = tree[word];
    return Array.isArray(list)
      ? list.flatMap((one, at) => usesOfTree(object, one, `${path}.${word}[${at}]`, world))
      : [];
  });
  return [...inner, ...usesOfTree(object, tree["not"], `${path}.not`, world), ...usesOfLeaf(object, tree, path, world)];
}

function usesOfLeaf(object: string | null, leaf: JsonObject, path: string, world: World): Use[] {
  const { value } = leaf;
  const left = placed(object, leaf, world);
  const compared = left.flatMap((field, at): Use[] => {
    const isLast = at === left.length - 1 && value !== undefined && !isObject(value);
    const values = isLast ? [value].flat() : [undefined];
    return values.map(
      (one: unknown): Use => ({ path: `${path}.path`, role: "reads", field, ...(isLast ? { value: one } : {}) }),
    );
  });
  const right = isObject(value) ? placed(object, value, world).map(read(`${path}.value`)) : [];
  return [...compared, ...right, ...usesOfTexts(object, value, `${path}.value`, world)];
}

function placed(object: string | null, { fact, path }: JsonObject, world: World): string[] {
  return (fact === "record" || fact === "old") && typeof path === "string" ? chain(object, path, world) : [];
}

/** What the templates in a value read of the run's record. */
function usesOfTexts(object: string | null, value: unknown, path: string, world: World): Use[] {
  if (typeof value === "string" && isTemplate(value))
    return variablesOf(value).flatMap((name) => {
      const [root, ...rest] = name.split(".");
      return root === "record" || root === "old" ? chain(object, rest.join("."), world).map(read(path)) : [];
    });
  if (Array.isArray(value)) return value.flatMap((one, at) => usesOfTexts(object, one, `${path}[${at}]`, world));
  return isObject(value)
    ? Object.entries(value).flatMap(([name, one]) => usesOfTexts(object, one, `${path}.${name}`, world))
    : [];
}
