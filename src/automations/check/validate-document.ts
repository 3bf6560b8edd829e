import { checkConfig, templatesIn, toolNameFaults, typedInConfig } from "../../actions/index.js";
import {
  checkGraph,
  checkSteps,
  checkTrigger,
  type Document,
  type DocumentProblem,
  type Form,
  readableIn,
  type Step,
} from "../../graph/index.js";
import { isObject, type JsonObject } from "../../shared/json.js";
import type { AutomationRoom } from "../automation.js";
import { checkShape } from "../document-schema.js";
import { normalDocument } from "../normal-document.js";
import { portsIn } from "../ports.js";
import { checkStarted } from "./automation-named.js";
import { checkCompared } from "./check-compared.js";
import { checkFields } from "./check-fields.js";
import { checkMapped } from "./check-mapped.js";
import { checkNamed } from "./check-named.js";
import { atStart, checkTexts, checkTree, errorsAt, type Here } from "./check-names.js";
import { checkReach } from "./check-reach.js";
import { checkSearched } from "./check-searched.js";
import { inputsFault } from "./declared-inputs.js";
import { type Context, contextOf } from "./document-context.js";

/**
 * Everything there is to say about a document, each with its path, step and what would be right. Errors block
 * publishing, warnings do not. It asks the workspace for objects and fields, so the answer changes with those.
 */
export async function validateDocument(
  room: AutomationRoom,
  workspaceId: string,
  input: unknown,
  form: Form = "list",
): Promise<DocumentProblem[]> {
  const shape = checkShape(input, "");
  if (shape.length > 0) return shape.map(({ path, message }) => problemAt(input, path.replace(/^\./, ""), message));
  const document = normalDocument(input as Document);
  const problems = [
    ...checkSteps(document, form),
    ...(form === "graph" ? checkGraph(document, portsIn(room.actions)) : []),
  ];
  const context = await contextOf(room, workspaceId, document, problems);
  if (context) {
    const { exitWhen, unless } = document.enrollment ?? {};
    problems.push(...checkTriggers(context));
    const trees: [tree: unknown, path: string][] = [
      [document.conditions, "conditions"],
      [exitWhen, "enrollment.exitWhen"],
      [unless, "enrollment.unless"],
    ];
    for (const [tree, path] of trees) problems.push(...checkTree(context, tree, path));
    for (const [place, { when }] of document.triggers.entries()) trees.push([when, `triggers[${place}].when`]);
    for (const [tree, path] of trees)
      problems.push(...(await checkCompared(room, workspaceId, context.fieldAt, tree, path)));
    const readable = readableIn(document, form);
    for (const [place, step] of document.steps.entries()) {
      if (form === "list" && room.actions.get(step.kind)?.graphOnly) {
        problems.push({
          severity: "error",
          path: `steps[${place}].kind`,
          step: step.key,
          message: `"${step.kind}" has several ways out, which a list cannot connect. Promote the automation to a workflow to use it.`,
        });
      }
      const here = { ...readable(step.key), step };
      const found = await checkStep(room, workspaceId, context, place, here);
      problems.push(...found.map((problem) => ({ ...problem, step: step.key })));
    }
    problems.push(...checkTexts(context, document.outputs ?? {}, "outputs", { before: document.steps, loops: [] }));
  }
  problems.push(
    ...(await checkStarted(room, workspaceId, document)),
    ...(await checkReach(room, workspaceId, document)),
    ...checkInputSchema(document),
    ...checkZone(document),
  );
  return problems;
}

/** What the shape of a document has wrong, with the step it stands in, if that has a key. */
function problemAt(input: unknown, path: string, message: string): DocumentProblem {
  const place = /^steps\[(\d+)\]/.exec(path)?.[1];
  const steps = isObject(input) && Array.isArray(input["steps"]) ? input["steps"] : [];
  const step: unknown = place === undefined ? undefined : steps[Number(place)];
  const key = isObject(step) ? step["key"] : undefined;
  return { severity: "error", path, ...(typeof key === "string" ? { step: key } : {}), message };
}

function checkInputSchema({ inputs }: Document): DocumentProblem[] {
  const fault = inputsFault(inputs);
  return fault
    ? [{ severity: "error", path: "inputs", message: `This is not a JSON Schema that can be used: ${fault}` }]
    : [];
}

function checkTriggers(context: Context): DocumentProblem[] {
  return context.document.triggers.flatMap((trigger, place) => [
    ...errorsAt(`triggers[${place}]`, checkTrigger(trigger, context.object)),
    ...checkTree(context, trigger.when, `triggers[${place}].when`),
    ...checkTexts(context, trigger.inputs ?? {}, `triggers[${place}].inputs`, atStart),
    ...checkMapped(trigger, context.document, `triggers[${place}].inputs`),
  ]);
}

async function checkStep(
  room: AutomationRoom,
  workspaceId: string,
  context: Context,
  place: number,
  here: Here,
): Promise<DocumentProblem[]> {
  const step = context.document.steps[place];
  if (!step) return [];
  const root = `steps[${place}].config`;
  const tools = step.kind === "llm" ? toolNameFaults(step.config["tools"], context.objects) : [];
  const wrong = [...checkConfig(room.actions, step.kind, step.config), ...tools];
  if (wrong.some(({ path }) => path === ""))
    return errorsAt(
      `steps[${place}].kind`,
      wrong.filter(({ path }) => path === ""),
    );
  const trees = treesOf(step, context.document).flatMap(([path, tree]) =>
    checkTree(context, tree, `${root}.${path}`, here),
  );
  const named = [
    ...(await checkFields(room, workspaceId, step, context, root)),
    ...(await checkNamed(room, workspaceId, step, context, root)),
    ...(await checkSearched(room, workspaceId, step, context, root)),
  ];
  for (const [path, tree] of treesOf(step, context.document))
    named.push(...(await checkCompared(room, workspaceId, context.fieldAt, tree, `${root}.${path}`)));
  const texts = checkTexts(context, templatesIn(room.actions, step.kind, step.config), root, here);
  const typed = errorsAt(root, typedInConfig(room.actions, step.kind, step.config)).map((problem) => ({
    ...problem,
    severity: "warning" as const,
  }));
  return once([...errorsAt(root, wrong), ...trees, ...named, ...texts, ...typed]);
}

/** The conditions a step asks of the run's own record; those of a kind with an object ask another's. */
function treesOf({ kind, config }: Step, { object }: Document): [path: string, tree: JsonObject][] {
  if (config["object"] !== undefined) return [];
  const cases = Array.isArray(config["cases"]) ? config["cases"] : [];
  const asked: [string, unknown][] = [
    ["when", config["when"]],
    // Without a record of its own a run hears of any.
    ["where", kind === "wait_for_event" && object !== null ? config["where"] : undefined],
    ...cases.map((one, at): [string, unknown] => [`cases[${at}].when`, isObject(one) ? one["when"] : undefined]),
  ];
  return asked.flatMap(([path, tree]): [string, JsonObject][] => (isObject(tree) ? [[path, tree]] : []));
}

function once(problems: DocumentProblem[]): DocumentProblem[] {
  return problems.filter(({ path }, place) => problems.findIndex((other) => other.path === path) === place);
}

function checkZone({ timezone }: Document): DocumentProblem[] {
  if (timezone === undefined) return [];
  try {
    new Intl.DateTimeFormat("en", { timeZone: timezone });
    return [];
  } catch {
    return [
      {
        severity: "error",
        path: "timezone",
        message: `"${timezone}" is not a time zone. Use a name such as Europe/Berlin.`,
      },
    ];
  }
}
