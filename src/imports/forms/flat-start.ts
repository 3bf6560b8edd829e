import type { ObjectType } from "../../crm/index.js";
import { isObject } from "../../shared/json.js";
import { narrowingOf, objectNamed } from "../names/objects.js";
import { saidOf } from "../names/said.js";
import { isNothing, type Source, sourceOf } from "../source.js";
import { byHand, onlyWith, reportTrigger, type Started, triggerFrom } from "../triggers/triggers.js";
import type { World } from "../wiring/scopes.js";
import type { Report } from "../work.js";
import type { Drawn } from "./flat-graph.js";
import { reportRest } from "./settings.js";
import { workAt } from "./start-work.js";

const objectNames = ["object", "object_type", "object_slug", "object_name", "entity_type", "object_id"];

/** The object the definition is about: named, also by its trigger, or the only one that has the fields it speaks of. */
function objectOf(root: Source, { known, report }: World): ObjectType | null {
  const path = root.at(...objectNames);
  const given = root.take(...objectNames);
  root.skip(...objectNames);
  if (given === null || given === undefined || given === "")
    return ofTrigger(root, known.objects) ?? onlyWith(known.objects, fieldsIn(root));
  const named = objectNamed(known.objects, saidOf(given));
  if (named && narrowingOf(named, saidOf(given)))
    report(
      path,
      `"${saidOf(given)}" is read as any ${named.label.toLowerCase()}; add a condition if only some are meant.`,
    );
  if (named) return named;
  const guessed = onlyWith(known.objects, fieldsIn(root));
  const taken = guessed
    ? `; by its fields it is taken for ${guessed.plural.toLowerCase()}`
    : "; choose the object here";
  report(path, `"${saidOf(given)}" is no object of this workspace${taken}.`);
  return guessed;
}

function ofTrigger(root: Source, objects: readonly ObjectType[]): ObjectType | null {
  const config = root.value["trigger_config"];
  const named = isObject(config) ? objectNames.map((name) => config[name]).find((one) => typeof one === "string") : "";
  return (named && objectNamed(objects, saidOf(named))) || null;
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
  return fields.length > 0 || !/stage/i.test(saidOf(root.value["trigger_type"] ?? "")) ? fields : ["stage"];
}

/** What starts it: the trigger beside the steps, and those that are nodes of the graph, each once. */
export function startsOf(root: Source, world: World, drawn: Drawn | null, report: Report): Started[] {
  const object = objectOf(root, world);
  const whole = { ...world, object };
  const { known } = world;
  const beside = root.text("trigger_type");
  const config = root.object("trigger_config");
  const given = (drawn?.triggers ?? []).map((node) => ({ config: node.config, type: typeOf(node.config) }));
  // The node of a trigger that stands beside the graph may only draw it.
  const drawing = given.find(({ type }) => type === undefined || type === beside);
  const says = config && Object.values(config.value).some((one) => !isNothing(one)) ? config : undefined;
  if (says && drawing) skipSame(drawing.config, says);
  const listed = beside === undefined ? given : [{ config: says ?? drawing?.config, type: beside }];
  const more = beside === undefined ? [] : given.filter((one) => one !== drawing);
  const started = [...listed, ...more].map(({ config: settings, type = "manual" }) => {
    const from = settings ?? sourceOf({}, root.at("trigger_type"));
    const found = triggerFrom(workAt(whole), type, from, object ?? objectOf(from, whole)) ?? {
      trigger: byHand,
      object,
    };
    reportTrigger(workAt(whole), found, from.path);
    for (const name of objectNames) {
      const named = from.value[name];
      if (typeof named === "string" && objectNamed(known.objects, named)?.name === found.object?.name) from.skip(name);
    }
    return found;
  });
  for (const node of given) node.config.skip("label", "name", "object_id", "description");
  reportRest([...(config ? [config] : []), ...given.map((node) => node.config)], report);
  return started.length > 0 ? started : [{ trigger: byHand, object }];
}

/** What a node says once more. */
function skipSame(node: Source, { value }: Source): void {
  for (const [name, one] of Object.entries(node.value))
    if (JSON.stringify(value[name]) === JSON.stringify(one)) node.skip(name);
}

const typeOf = (config: Source) => config.text("trigger_type") ?? config.text("type");
