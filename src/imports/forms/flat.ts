import { chainKindsIn } from "../../automations/index.js";
import { chainProblem, type Document, demote, type Form } from "../../graph/index.js";
import { isObject } from "../../shared/json.js";
import { isOr, treeFromList } from "../expressions/conditions.js";
import { documentFrom } from "../finish.js";
import { keyMaker } from "../names/keys.js";
import { isNothing, pathTo, type Source } from "../source.js";
import { inputsFrom } from "../triggers/triggers.js";
import { Unmappable } from "../unmappable.js";
import { assemble } from "../wiring/assemble.js";
import { layoutOf } from "../wiring/layout.js";
import type { World } from "../wiring/scopes.js";
import { type Known, type Report, treeOf } from "../work.js";
import { actionsOf, chainOf } from "./flat-actions.js";
import { graphOf } from "./flat-graph.js";
import { startsOf } from "./flat-start.js";
import { withGates } from "./gates.js";
import { reportRest, settingsFrom } from "./settings.js";
import { workAt } from "./start-work.js";
import { openWorld } from "./start-world.js";
import type { FromElsewhere } from "./step-list.js";

/** Reads the flat form: a trigger, conditions and a list of actions, or the graph of nodes and edges it was promoted to. */
export function fromFlat(root: Source, known: Known, report: Report): FromElsewhere & { form: Form } {
  const settings = settingsFrom([root], report);
  const makeKey = keyMaker();
  const drawn = graphOf(root, known, makeKey, report);
  const written = drawn?.givens ?? actionsOf(root, known, makeKey, report);
  const { givens, wires, starts } = withGates(
    { givens: written, wires: drawn?.wires ?? chainOf(written), starts: drawn?.starts ?? [] },
    makeKey,
  );
  if (drawn) reportActions(root, report);
  const entries = drawn?.triggers.map(({ slug }) => slug) ?? [];
  const { world, secrets } = openWorld(known, report, settings, givens, makeKey, { entries, singleBraces: true });
  const { inputs } = world;
  const started = startsOf(root, world, drawn, report);
  const object = started.map((one) => one.object).find((one) => one !== null) ?? null;
  const whole: World = { ...world, object };
  const conditions = conditionsOf(root, whole);
  const { steps, keys, origins } = assemble(whole, {
    givens,
    wires,
    starts,
    triggers: new Set(world.entries),
  });
  const triggers = started.map((one) => inputsFrom(workAt(whole), one, inputs, root.at("trigger_type")));
  reportFailureMails(root, report);
  reportRest([root], report);
  const places = [...(drawn?.places ?? [])].map(([slug, at]) => [keys.get(slug) ?? "", at] as const);
  const document = documentFrom(
    {
      settings,
      objects: known.objects,
      object,
      triggers,
      conditions,
      inputs,
      secrets,
      steps,
      layout: layoutOf(steps, new Map(places)),
    },
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

function conditionsOf(root: Source, world: World): Document["conditions"] {
  const path = root.at("conditions", "condition");
  const given = root.take("conditions", "condition");
  const any = isOr(root.take("conjunction", "condition_logic", "conditions_logic", "match"));
  const list = isObject(given) ? [given] : given;
  if (isNothing(given) || isNothing(list)) return undefined;
  try {
    if (typeof list === "string") return treeOf(workAt(world), list, path);
    if (!Array.isArray(list)) throw new Unmappable("These are no conditions.");
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
