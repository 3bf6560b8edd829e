import type { FieldError } from "../../shared/errors.js";
import { isObject, type JsonObject } from "../../shared/json.js";
import { sourceOf } from "../source.js";

/** What members must be, by any of their names; what is missing or null is nothing that could be wrong. */
type Want = { names: string[]; is: (value: unknown) => boolean; say: string };

const isText = (value: unknown) => typeof value === "string";
const isList = (value: unknown) => Array.isArray(value);
const isConditions = (value: unknown) => isText(value) || isList(value) || isObject(value);

/** Where a port leads: to a step by its slug, to several, or nowhere. */
const isTarget = (value: unknown): boolean =>
  value === null || isText(value) || isObject(value) || (Array.isArray(value) && value.every((one) => isTarget(one)));
const isNext = (value: unknown) => (isObject(value) ? Object.values(value).every(isTarget) : isTarget(value));

const ofWhole: Want[] = [
  { names: ["name"], is: isText, say: "A name is a text." },
  { names: ["config", "settings"], is: isObject, say: "The config of a definition is an object." },
  {
    names: ["steps", "stepsConfig"],
    is: isList,
    say: "Steps are a list of objects: [{ stepSlug, stepType, config, nextSteps }].",
  },
  { names: ["actions"], is: isList, say: "Actions are a list of objects: [{ type, config }]." },
  { names: ["nodes"], is: isList, say: "Nodes are a list of objects: [{ id, type, data }]." },
  { names: ["edges"], is: isList, say: "Edges are a list of objects: [{ source, target }]." },
  { names: ["trigger_type"], is: isText, say: 'The type of a trigger is a text, such as "record.created".' },
  { names: ["trigger_config"], is: isObject, say: "The config of a trigger is an object." },
  {
    names: ["conditions"],
    is: isConditions,
    say: "Conditions are a list of objects: [{ attribute, operator, value }].",
  },
];

const ofEach: Record<string, Want[]> = {
  steps: [
    { names: ["stepSlug", "slug"], is: isText, say: 'A slug is a text, such as "send_mail".' },
    { names: ["stepType"], is: isText, say: "The type of a step is a text: trigger, llm, condition, action or loop." },
    { names: ["config"], is: isObject, say: "The config of a step is an object." },
    { names: ["nextSteps"], is: isNext, say: 'What follows is told by port: { "success": "send_mail" }.' },
  ],
  actions: [
    { names: ["type"], is: isText, say: 'The type of an action is a text, such as "send_email".' },
    { names: ["config"], is: isObject, say: "The config of an action is an object." },
  ],
  nodes: [
    { names: ["id"], is: isText, say: "The id of a node is a text." },
    { names: ["type"], is: isText, say: "The type of a node is a text: trigger, action, condition, wait and so on." },
    { names: ["data"], is: isObject, say: "The data of a node is an object." },
  ],
  edges: [{ names: ["source", "target"], is: isText, say: "An edge begins and ends at the id of a node, a text." }],
};

/** What of a definition from elsewhere has the wrong shape, each with its place and what would be right. */
export function formFaults(definition: JsonObject, path: string): FieldError[] {
  const whole = sourceOf(definition, path);
  const inner = ["config", "workflowConfig", "workflow", "graph"].flatMap((name) => whole.object(name) ?? []);
  return [whole, ...inner].flatMap(({ value, path: at }) => {
    const place = sourceOf(value, at);
    const lists = Object.entries(ofEach).flatMap(([name, wants]) => {
      const names = name === "steps" ? ["steps", "stepsConfig"] : [name];
      const list = place.take(...names);
      return Array.isArray(list) ? eachFaults(list, place.at(...names), wants) : [];
    });
    return [...memberFaults(value, at, ofWhole), ...lists];
  });
}

function eachFaults(list: unknown[], path: string, wants: Want[]): FieldError[] {
  return list.flatMap((one: unknown, at) =>
    isObject(one)
      ? memberFaults(one, `${path}[${at}]`, wants)
      : [{ path: `${path}[${at}]`, message: "This must be an object." }],
  );
}

function memberFaults(value: JsonObject, path: string, wants: Want[]): FieldError[] {
  const source = sourceOf(value, path);
  return wants.flatMap(({ names, is, say }) => {
    const given = source.take(...names);
    return given === undefined || given === null || is(given) ? [] : [{ path: source.at(...names), message: say }];
  });
}
