import type { ObjectType } from "../../crm/index.js";
import { chainProblem, type Document, demote, type Form } from "../../graph/index.js";
import { isObject } from "../../shared/json.js";
import { chainKindsIn } from "../ports.js";
import { assemble } from "./assemble.js";
import { isOr, treeFromList } from "./conditions.js";
import { errorPolicyOf, timeoutOf } from "./error-policy.js";
import { documentFrom } from "./finish.js";
import { type Drawn, graphOf } from "./flat-graph.js";
import { keptName, keyMaker } from "./keys.js";
import type { Given } from "./made.js";
import type { Wire } from "./nodes.js";
import { objectNamed } from "./objects.js";
import type { World } from "./scopes.js";
import { reportRest, settingsFrom } from "./settings.js";
import { isSwitchedOff, pathTo, type Source, sourceOf } from "./source.js";
import { workAt } from "./start-work.js";
import type { FromElsewhere } from "./step-list.js";
import { byHand, inputsFrom, onlyWith, reportTrigger, type Started, triggerFrom } from "./triggers.js";
import { variablesIn } from "./variable-names.js";
import { type Known, type Report, Unmappable } from "./work.js";

/** Reads the flat form: a trigger, conditions and a list of actions, or the graph of nodes and edges it was promoted to. */
export function fromFlat(root: Source, known: Known, report: Report): FromElsewhere & { form: Form } {
  const settings = settingsFrom([root], report);
  const makeKey = keyMaker();
  const drawn = graphOf(root, known, makeKey, report);
  const givens = drawn ? drawn.givens : actionsOf(root, makeKey, report);
  if (drawn) reportActions(root, report);
  const inputs = new Set(Object.keys(settings.inputs));
  const secrets = new Set<string>();
  const world: World = {
    known,
    report,
    object: null,
    variables: new Set([...variablesIn(givens), ...Object.keys(settings.variables)]),
    inputs,
    secret(name) {
      secrets.add(keptName(name));
      return keptName(name);
    },
    entries: drawn?.triggers.map(({ slug }) => slug) ?? [],
    singleBraces: true,
    makeKey,
  };
  const started = startOf(root, world, drawn, report);
  const whole: World = { ...world, object: started.object };
  const conditions = conditionsOf(root, whole);
  const wires = drawn ? drawn.wires : chainOf(givens);
  const { steps, keys, origins } = assemble(whole, {
    givens,
    wires,
    starts: drawn?.starts ?? [],
    triggers: new Set(world.entries),
  });
  const trigger = inputsFrom(workAt(whole), started, inputs, root.at("trigger_type"));
  reportFailureMails(root, report);
  reportRest([root], report);
  const layout =
    drawn &&
    Object.fromEntries([...drawn.places].flatMap(([slug, at]) => (keys.has(slug) ? [[keys.get(slug), at]] : [])));
  const document = documentFrom(
    { settings, object: started.object, triggers: [trigger], conditions, inputs, secrets, steps, layout },
    report,
    pathTo(root.path, "secrets"),
  );
  return { ...settings, origins, ...formOf(document, drawn !== null, known) };
}

/** Actions in a row are a list, as long as none of them needs ports. */
function formOf(document: Document, isGraph: boolean, known: Known): { form: Form; document: Document } {
  const kinds = chainKindsIn(known.actions);
  if (isGraph || document.steps.length === 0 || chainProblem(document, kinds) !== null)
    return { form: "graph", document };
  return { form: "list", document: demote(document, kinds) };
}

function actionsOf(root: Source, makeKey: (name: string) => string, report: Report): Given[] {
  const path = root.at("actions");
  const list = root.take("actions");
  const agents = [root.take("agents", "automation_agents", "agent_links") ?? []].flat().filter(isObject);
  const asked = agents.map((agent, at) =>
    agentStep(sourceOf(agent, `${root.at("agents", "automation_agents")}[${at}]`), makeKey, at),
  );
  const given = (Array.isArray(list) ? list : []).flatMap((one: unknown, at): Given[] => {
    if (isObject(one)) return [actionFrom(sourceOf(one, `${path}[${at}]`), makeKey, at, report)];
    report(`${path}[${at}]`, "This is no action.");
    return [];
  });
  return [...asked, ...given];
}

function agentStep(source: Source, makeKey: (name: string) => string, at: number): Given {
  const slug = source.text("id", "name") ?? `agent ${at + 1}`;
  return {
    path: source.path,
    slug,
    key: makeKey(slug),
    role: "agent",
    source,
    config: source,
    settings: source,
    action: "agent",
  };
}

function actionFrom(source: Source, makeKey: (name: string) => string, at: number, report: Report): Given {
  const action = source.text("type", "action_type", "action", "kind") ?? "";
  const config = source.object("config", "configuration", "parameters", "params", "settings") ?? source;
  const slug = source.text("id", "key") ?? `${action} ${at + 1}`;
  const isWait = /^(?:wait|delay)/i.test(action);
  return {
    path: source.path,
    slug,
    key: makeKey(source.text("key") ?? (action || `action ${at + 1}`)),
    role: isWait ? "wait" : "action",
    source,
    config,
    settings: config,
    action,
    name: config === source ? undefined : source.text("name", "label", "title"),
    note: config === source ? undefined : source.text("description", "note"),
    onError: errorPolicyOf(source, report),
    disabled: config !== source && isSwitchedOff(source),
    timeout: config === source ? undefined : timeoutOf(source),
  };
}

function chainOf(givens: Given[]): Wire[] {
  return givens
    .slice(1)
    .map(({ slug, path }, at) => ({ from: givens[at]?.slug ?? "", port: "success", to: slug, path }));
}

/** The object the definition is about: named, or the only one that has the fields it speaks of. */
function objectOf(root: Source, { known, report }: World): ObjectType | null {
  const names = ["object", "object_type", "object_slug", "object_name", "entity_type", "object_id"];
  const path = root.at(...names);
  const given = root.take(...names);
  root.skip(...names);
  if (given === null || given === undefined || given === "") return onlyWith(known.objects, fieldsIn(root));
  const named = objectNamed(known.objects, String(given));
  if (named) return named;
  const guessed = onlyWith(known.objects, fieldsIn(root));
  const taken = guessed
    ? `; by its fields it is taken for ${guessed.plural.toLowerCase()}`
    : "; choose the object here";
  report(path, `"${String(given)}" is no object of this workspace${taken}.`);
  return guessed;
}

function fieldsIn(root: Source): string[] {
  const config = isObject(root.value["trigger_config"]) ? root.value["trigger_config"] : {};
  const conditions = Array.isArray(root.value["conditions"]) ? root.value["conditions"].filter(isObject) : [];
  const named = [
    config["field"],
    config["attribute_slug"],
    config["attribute"],
    ...conditions.flatMap((one) => [one["attribute"], one["field"]]),
  ];
  const fields = named.filter((name) => typeof name === "string" && name !== "" && !/[.{]/.test(name)) as string[];
  return fields.length > 0 || !/stage/i.test(String(root.value["trigger_type"] ?? "")) ? fields : ["stage"];
}

function startOf(root: Source, world: World, drawn: Drawn | null, report: Report): Started {
  const object = objectOf(root, world);
  const [node] = drawn?.triggers ?? [];
  const type = root.text("trigger_type") ?? node?.config.text("trigger_type", "type") ?? "manual";
  const config = root.object("trigger_config") ?? node?.config ?? sourceOf({}, root.at("trigger_type"));
  const whole = { ...world, object };
  const started = triggerFrom(workAt(whole), type, config, object ?? (node ? objectOf(node.config, whole) : null)) ?? {
    trigger: byHand,
    object,
  };
  reportTrigger(workAt(whole), started, config.path);
  node?.config.skip("label", "name", "trigger_type", "type", "object_id", "description");
  reportRest([config], report);
  return started;
}

function conditionsOf(root: Source, world: World): Document["conditions"] {
  const path = root.at("conditions", "condition");
  const given = root.take("conditions", "condition");
  const any = isOr(root.take("conjunction", "condition_logic", "conditions_logic", "match"));
  const list = isObject(given) ? [given] : given;
  if (!Array.isArray(list) || list.length === 0) return undefined;
  try {
    return treeFromList(workAt(world), list, path, { any, keep: true });
  } catch (error) {
    if (!(error instanceof Unmappable)) throw error;
    world.report(path, error.message);
    return { all: [{ fact: "record", operator: "" }] };
  }
}

function reportActions(root: Source, report: Report): void {
  const path = root.at("actions");
  const list = root.take("actions");
  if (Array.isArray(list) && list.length > 0)
    report(path, "The graph of nodes is what was taken over; the list of actions beside it was not.");
}

function reportFailureMails(root: Source, report: Report): void {
  const path = root.at("notify_on_failure", "failure_notification_emails");
  const wanted = root.take("notify_on_failure");
  const mails = root.take("failure_notification_emails");
  if (wanted === true || (Array.isArray(mails) && mails.length > 0)) {
    report(path, "Failed runs are listed here; to tell somebody, lead the error port of a step to a notification.");
  }
}
