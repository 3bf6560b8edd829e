import { readFileSync } from "node:fs";
import { definitionText, exportAutomation, validateDocument, writtenForm } from "../automations/index.js";
import type { Actor } from "../crm/index.js";
import { startManually } from "../enrollments/index.js";
import { importAutomation, readDefinition } from "../imports/index.js";
import { type EventExplanation, explain } from "../insight/index.js";
import type { Explanation } from "../rules/index.js";
import { type Engine, getRun, unfinished } from "../runs/index.js";
import { durationMs, isDuration } from "../shared/duration.js";
import { invalid, messageOf, Problem } from "../shared/errors.js";
import { isObject, type JsonObject } from "../shared/json.js";
import type { Given } from "./command.js";
import { publishAutomation, testAutomation } from "./publish.js";
import { openWorkspace } from "./set-up.js";

const by: Actor = { type: "system", id: null, name: "Command line" };
const print = (text: string) => process.stdout.write(`${text}\n`);

/** `automation validate|import|export|run|test|publish`. */
export async function automationCommand(given: Given): Promise<void> {
  const [verb = "", subject] = given.words;
  const verbs: Record<string, (given: Given, subject: string) => Promise<void>> = {
    validate,
    import: importFile,
    export: exportFile,
    run,
    test: testAutomation,
    publish: publishAutomation,
  };
  const command = verbs[verb];
  if (command && subject) await command(given, subject);
}

async function validate(given: Given, file: string): Promise<void> {
  const definition = readFile(file);
  const { millrace, workspace } = await openWorkspace(given);
  const { document, form, unmapped } = await asImported(millrace.engine, workspace.id, definition);
  for (const { path, reason } of unmapped) print(`not taken over: ${path}: ${reason}`);
  const problems = await validateDocument(millrace.engine, workspace.id, document, form);
  for (const { severity, path, message } of problems) print(`${severity}: ${path}: ${message}`);
  const errors = problems.filter(({ severity }) => severity === "error").length;
  print(
    errors === 0 ? "It can be published." : `It cannot be published yet: ${errors} error${errors === 1 ? "" : "s"}.`,
  );
  process.exitCode = errors === 0 ? 0 : 1;
}

/** What a file would become; one that is no definition is looked at as a document, so that every fault of it is named. */
async function asImported(engine: Engine, workspaceId: string, definition: JsonObject) {
  const document = isObject(definition["document"]) ? definition["document"] : definition;
  const form =
    definition["form"] === "graph" || definition["form"] === "list" ? definition["form"] : writtenForm(document);
  const own = { document, form, unmapped: [] };
  if (document !== definition) return own;
  return readDefinition(engine, workspaceId, definition).catch((error: unknown) => {
    if (error instanceof Problem) return own;
    throw error;
  });
}

async function importFile(given: Given, file: string): Promise<void> {
  const definition = readFile(file);
  const { millrace, workspace } = await openWorkspace(given);
  const { automation: made, unmapped } = await importAutomation(millrace.engine, workspace.id, definition, by);
  print(given.options["quiet"] ? made.id : `"${made.name}" is there as a draft: ${made.id}`);
  // Beside the id, so that a script that reads it still shows people what is left to do.
  const tell = given.options["quiet"] ? (text: string) => process.stderr.write(`${text}\n`) : print;
  if (unmapped.length > 0) tell(`Not taken over, ${unmapped.length}:`);
  for (const { path, reason } of unmapped) tell(`  ${path || "(the definition)"}: ${reason}`);
}

async function exportFile(given: Given, id: string): Promise<void> {
  const { millrace, workspace } = await openWorkspace(given);
  process.stdout.write(definitionText(await exportAutomation(millrace.engine, workspace.id, id)));
}

async function run(given: Given, id: string): Promise<void> {
  const { record, inputs, wait } = given.options;
  const { millrace, workspace } = await openWorkspace(given);
  const start = {
    ...(typeof record === "string" ? { recordId: record } : {}),
    ...(typeof inputs === "string" ? { inputs: readJson(inputs, "--inputs") } : {}),
  };
  const started = await startManually(millrace.engine, workspace.id, id, start, by);
  // A process that ends takes a bell with it that is not stored yet.
  await millrace.jobs.stop();
  const ended = typeof wait === "string" ? await waitFor(millrace.engine, workspace.id, started.id, wait) : started;
  print(
    given.options["quiet"]
      ? started.id
      : `Run ${started.id} is ${ended.status}${ended.reason ? `: ${ended.reason.message}` : ""}`,
  );
  process.exitCode = ended.status === "failed" ? 1 : 0;
}

/** Looks twice a second until the run is over; a worker, in whatever process, does the work. */
async function waitFor(engine: Engine, workspaceId: string, id: string, wait: string) {
  if (!isDuration(wait)) throw invalid([{ path: "wait", message: `"${wait}" is not a duration. Write it as 10s.` }]);
  const until = performance.now() + durationMs(wait);
  for (;;) {
    const found = await getRun(engine, workspaceId, id);
    if (!unfinished.some((status) => status === found.status) || performance.now() >= until) return found;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** `explain AUTOMATION RECORD`: what happened at each change of the record, condition by condition. */
export async function explainCommand(given: Given): Promise<void> {
  const [automation = "", record = ""] = given.words;
  const { millrace, workspace } = await openWorkspace(given);
  const { data } = await explain(millrace.engine, workspace.id, automation, record, { limit: 20 });
  print(
    given.options["json"]
      ? JSON.stringify(data, null, 2)
      : data.map(inWords).join("\n\n") || "Nothing has happened to this record yet.",
  );
}

function inWords({ event, decision, reason, runId, conditions }: EventExplanation): string {
  const changes = event.changes.map(
    ({ field, old, new: now }) => `${field} ${JSON.stringify(old)} → ${JSON.stringify(now)}`,
  );
  const outcome =
    decision === "enrolled"
      ? `it ran: ${runId}`
      : `it did not run: ${reason?.message ?? "no reason is stored"} (${reason?.code})`;
  return [
    `${event.at}  ${event.kind} by ${event.actor.name}${changes.length > 0 ? `: ${changes.join(", ")}` : ""}`,
    `  ${outcome}`,
    ...(conditions ? tree(conditions, 2) : []),
  ].join("\n");
}

function tree(node: Explanation, depth: number): string[] {
  const indent = "  ".repeat(depth);
  const mark = node.result ? "✓" : "✗";
  if ("conditions" in node)
    return [`${indent}${mark} ${node.operator} of`, ...node.conditions.flatMap((inner) => tree(inner, depth + 1))];
  const sides = `${node.path ?? node.fact} (${JSON.stringify(node.left)}) ${node.operator} ${JSON.stringify(node.right)}`;
  return [`${indent}${mark} ${sides}${node.reason ? `, ${node.reason}` : ""}`];
}

function readFile(file: string): JsonObject {
  try {
    return readJson(readFileSync(file, "utf8"), file);
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem(400, "no_file", `${file} cannot be read: ${messageOf(error)}`);
  }
}

function readJson(text: string, from: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Problem(400, "bad_json", `${from} is not JSON: ${messageOf(error)}`);
  }
  if (!isObject(value)) throw new Problem(400, "bad_json", `${from} must hold a JSON object.`);
  return value;
}
