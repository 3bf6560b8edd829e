import { isObject, type JsonObject } from "../../shared/json.js";
import { saidOf } from "../names/said.js";

/** A product whose exports are no definitions we read. `is` sees the export, or what lies in it under a wrapper. */
type Product = { name: string; why: string; is(given: JsonObject): boolean };

const lists = (given: unknown): JsonObject[] => (Array.isArray(given) ? given.filter(isObject) : []);
const some = (given: unknown, test: (one: JsonObject) => boolean) => lists(given).some(test);
const says = (one: JsonObject, name: string, pattern: RegExp) => pattern.test(saidOf(one[name] ?? ""));

const connectors = "its steps call connectors and accounts that are kept there";

const products: Product[] = [
  {
    name: "n8n",
    why: connectors,
    is: ({ nodes, connections }) =>
      some(nodes, (node) => says(node, "type", /^(?:n8n-nodes|@n8n\/)/)) ||
      (isObject(connections) && some(nodes, (node) => "typeVersion" in node || "parameters" in node)),
  },
  {
    name: "Make",
    why: connectors,
    is: ({ flow, blueprint }) =>
      [flow, isObject(blueprint) ? blueprint["flow"] : undefined].some((one) =>
        some(one, (module) => typeof module["module"] === "string" && "mapper" in module),
      ) || some(flow, (module) => says(module, "module", /^[\w-]+:\w+$/)),
  },
  {
    name: "Zapier",
    why: connectors,
    is: ({ zaps, steps, nodes }) =>
      Array.isArray(zaps) ||
      [steps, isObject(nodes) ? Object.values(nodes) : nodes].some((one) =>
        some(one, (step) => "selected_api" in step || says(step, "app", /CLIAPI|^[A-Z]\w*API@/)),
      ),
  },
  {
    name: "HubSpot",
    why: "its actions and its enrollment criteria are told by numbers that mean something there only",
    is: (given) =>
      some(given["actions"], (one) => "actionTypeId" in one || ("actionId" in one && "connection" in one)) ||
      "enrollmentCriteria" in given ||
      "segmentCriteria" in given ||
      says(given, "type", /^(?:CONTACT|PLATFORM|DRIP)_(?:FLOW|DELAY)/),
  },
  {
    name: "Salesforce Flow",
    why: "its elements name records and Apex classes that are kept there",
    is: (given) =>
      "processType" in given || ["actionCalls", "recordLookups", "recordUpdates"].some((name) => name in given),
  },
  {
    name: "Power Automate",
    why: connectors,
    is: (given) =>
      says(given, "$schema", /Microsoft\.Logic|workflowdefinition/i) ||
      (isObject(given["actions"]) && Object.values(given["actions"]).some((one) => isObject(one) && "runAfter" in one)),
  },
  {
    name: "Workato",
    why: connectors,
    is: (given) => isObject(given["code"]) && "keyword" in given["code"] && "provider" in given["code"],
  },
  {
    name: "Activepieces",
    why: connectors,
    is: ({ trigger, template }) =>
      [trigger, isObject(template) ? template["trigger"] : undefined].some(
        (one) =>
          isObject(one) && ("nextAction" in one || (isObject(one["settings"]) && "pieceName" in one["settings"])),
      ),
  },
  {
    name: "Pipedream",
    why: connectors,
    is: ({ steps, triggers }) =>
      [steps, triggers].some((one) => some(one, (step) => "namespace" in step && ("props" in step || "uses" in step))),
  },
  {
    name: "Klaviyo",
    why: "its messages and segments are kept there",
    is: (given) =>
      says(given, "type", /^flow$/) && isObject(given["attributes"]) && "trigger_type" in given["attributes"],
  },
  {
    name: "AWS Step Functions",
    why: "its states call services of a cloud account",
    is: (given) => typeof given["StartAt"] === "string" && isObject(given["States"]),
  },
  {
    name: "GitHub Actions",
    why: "its jobs run commands on a machine",
    is: (given) => isObject(given["jobs"]) && ("on" in given || "name" in given),
  },
];

const nodeRed = (given: unknown) =>
  some(given, (node) => typeof node["type"] === "string" && "z" in node && Array.isArray(node["wires"]));

/** What a drawing alone writes: boxes with a place and a label, which say nothing of what they do. */
function isDrawing(given: JsonObject, does: (type: string) => boolean): boolean {
  const { nodes, edges } = given;
  const boxes = lists(nodes);
  if (boxes.length === 0 || !Array.isArray(edges) || !boxes.every((node) => isObject(node["position"]))) return false;
  if (["trigger_type", "triggerType", "actions", "conditions"].some((name) => name in given)) return false;
  return boxes.every((node) => {
    const data = isObject(node["data"]) ? node["data"] : {};
    const named = [data["node_type"], data["nodeType"], data["action_type"], data["actionType"], data["action"]];
    const type = saidOf(node["type"] ?? "");
    const plain = /^(?:|default|input|output|group|custom|base|node)$/i.test(type);
    return named.every((one) => one === undefined) && !("config" in data) && (plain || !does(type));
  });
}

/**
 * Why an export of another product is not taken over, and what can be done instead; null for anything else. `does` tells
 * whether a type of node means something here.
 */
export function refusalOf(input: unknown, does: (type: string) => boolean): string | null {
  const inside = isObject(input) ? Object.values(input).filter(isObject) : lists(input);
  const all = [...(isObject(input) ? [input] : []), ...inside];
  const found = products.find(({ is }) => all.some(is));
  const name = found?.name ?? (nodeRed(input) ? "Node-RED" : undefined);
  if (name !== undefined)
    return (
      `This is an export of ${name}, and nothing of it was taken over: ${found?.why ?? connectors}. ` +
      `Build the automation here, one step for each of its steps; or leave it in ${name} and let it start automations ` +
      "here over the API (POST …/automations/:id/runs)."
    );
  if (!all.some((one) => isDrawing(one, does))) return null;
  return (
    "This is a drawing of React Flow: its nodes have places and labels, and none says what it does, so nothing was " +
    'taken over. Give each node a type and its settings, such as { "type": "action", "data": { "action_type": ' +
    '"send_email", "config": { … } } }, and the whole a trigger_type.'
  );
}
