import type { Document, Trigger } from "../../graph/index.js";
import { documentFrom } from "../finish.js";
import type { Given, Origin } from "../made.js";
import { keyMaker } from "../names/keys.js";
import { roleOf } from "../names/roles.js";
import { pathTo, type Source } from "../source.js";
import { hasScheduleBeside, scheduleBeside } from "../triggers/schedules.js";
import { byHand, inputsFrom, reportTrigger, type Started, triggerFrom } from "../triggers/triggers.js";
import { assemble } from "../wiring/assemble.js";
import type { Wire } from "../wiring/nodes.js";
import type { World } from "../wiring/scopes.js";
import type { Known, Report } from "../work.js";
import { inputsFrom as declaredInputs, reportRest, type Settings, settingsFrom } from "./settings.js";
import { workAt } from "./start-work.js";
import { openWorld } from "./start-world.js";
import { type Entry, entriesOf, givenFrom } from "./step-list-entries.js";

/** A definition in our form, as far as it could be. */
export type FromElsewhere = Settings & { document: Document; origins: ReadonlyMap<string, Origin> };

/** Reads the form that is a list of steps, each with its slug, its type and the steps its ports lead to. */
export function fromStepList(root: Source, known: Known, report: Report): FromElsewhere {
  const outer = root.object("workflowConfig", "workflow_config");
  const inner = outer ? outer.object("config", "settings") : undefined;
  const own = root.object("config", "settings");
  const places = [root, outer, own, inner].filter((one) => one !== undefined);
  const listIn = places.find((place) =>
    ["steps", "stepsConfig", "steps_config"].some((name) => Array.isArray(place.value[name])),
  );
  const settings = settingsFrom(places, report);
  const entries = listIn ? entriesOf(listIn, report) : [];
  const role = (entry: Entry) => roleOf(known.objects, entry.type);
  const starting = entries.filter((entry) => role(entry) === "trigger");
  for (const { config } of starting) addInputs(settings, config, report);

  const makeKey = keyMaker();
  const slugs = new Set<string>();
  const givens = entries
    .filter((entry) => role(entry) !== "trigger")
    .map((entry) => givenFrom(entry, known, makeKey, slugs, report));
  const names = starting.map(({ slug }) => slug);
  const habits = { entries: names, singleBraces: false };
  const { world, secrets } = openWorld(known, report, settings, givens, makeKey, habits);
  const { inputs } = world;
  const started = startsOf(world, starting, places, report);
  const object = started.map((one) => one.object).find((one) => one !== null) ?? null;
  const whole = { ...world, object };
  const { steps, origins } = assemble(whole, {
    givens,
    wires: wiresOf(entries, givens, role),
    starts: startWires(starting, givens, entries, role, report),
    triggers: new Set(world.entries),
  });
  const triggers = started.map((one, at) =>
    inputsFrom(workAt(whole), one, inputs, starting[at]?.source.path ?? root.path),
  );
  reportRest(places, report);
  const document = documentFrom(
    { settings, objects: known.objects, object, triggers, inputs, secrets, steps },
    report,
    pathTo((own ?? inner ?? root).path, "secrets"),
  );
  return { ...settings, document, origins };
}

function addInputs(settings: Settings, config: Source, report: Report): void {
  const declared = declaredInputs(config.object("inputSchema", "inputs", "input", "data"), report);
  Object.assign(settings.inputs, declared.inputs);
  settings.required.push(...declared.required);
}

function startsOf(world: World, starting: Entry[], places: Source[], report: Report): Started[] {
  const work = workAt(world);
  const triggers = starting.flatMap(({ config, source }): Started[] => {
    const type = config.text("type", "triggerType", "trigger_type") ?? "manual";
    // The trigger may only say that there is a schedule, which then stands in the settings.
    const bare = /^schedul/i.test(type) && config.rest().length === 0 && places.some(hasScheduleBeside);
    const started = bare ? null : triggerFrom(work, type, config, null);
    if (started) reportTrigger(work, started, config.path);
    source.skip("name", "description", "order");
    reportRest([source, config], report);
    return started ? [started] : [];
  });
  for (const place of places) {
    const schedule = scheduleBeside(place, report);
    const trigger = schedule && ({ key: "schedule", kind: "schedule", ...schedule } as Trigger);
    const known = triggers.some((one) => JSON.stringify(one.trigger) === JSON.stringify(trigger));
    if (trigger && !known) {
      triggers.push({ trigger, object: null });
      reportTrigger(work, { trigger, object: null }, place.at("schedule"));
    }
  }
  return triggers.length > 0 ? triggers : [{ trigger: byHand, object: null }];
}

type RoleOf = (entry: Entry) => ReturnType<typeof roleOf>;

/** The connections between steps. A list in which no step says what follows runs from first to last. */
function wiresOf(entries: Entry[], givens: Given[], role: RoleOf): Wire[] {
  const steps = entries.filter((entry) => role(entry) !== "trigger");
  if (entries.some(({ hasNext }) => hasNext)) {
    return steps.flatMap(({ next }, at) =>
      next.map(([port, to, path]) => ({ from: givens[at]?.slug ?? "", port, to, path })),
    );
  }
  return givens.slice(1).map((given, at) => {
    const before = givens[at];
    const port = before?.role === "condition" ? "true" : before?.role === "loop" ? "done" : "success";
    return { from: before?.slug ?? "", port, to: given.slug, path: before?.path ?? "" };
  });
}

function startWires(starting: Entry[], givens: Given[], entries: Entry[], role: RoleOf, report: Report): Wire[] {
  return starting.flatMap((entry) => {
    const [first, ...more] = entry.next;
    for (const [port, to, path] of more)
      report(path, `A definition begins in one place here; "${port}" of its trigger also led to "${to}".`);
    if (first) return [{ from: entry.slug, port: first[0], to: first[1], path: first[2] }];
    const after = entries.slice(entries.indexOf(entry) + 1).find((one) => role(one) !== "trigger");
    const slug = after?.slug ?? givens[0]?.slug;
    return slug === undefined ? [] : [{ from: entry.slug, port: "success", to: slug, path: entry.source.path }];
  });
}
