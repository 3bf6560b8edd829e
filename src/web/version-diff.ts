import {
  type Automation,
  type Difference,
  diffVersions,
  getVersion,
  graphOf,
  type Version,
} from "../automations/index.js";
import type { Workspace } from "../crm/index.js";
import { changesInWords } from "../graph/index.js";
import type { Engine } from "../runs/index.js";
import { editorKnown, objectNamed } from "./editor/editor-known.js";
import { changeWords } from "./editor/words/document-words.js";

/** Two versions side by side: what changed from `a` to `b`, a sentence each, and every setting that differs. */
export type VersionDiff = { a: Version; b: Version; words: string[]; changes: Difference[] };

/** Compares two versions of an automation; 404 Problem when either is not there. */
export async function versionDiff(
  engine: Engine,
  workspace: Workspace,
  automation: Automation,
  a: number,
  b: number,
): Promise<VersionDiff> {
  const [before, after] = [await getVersion(engine, automation, a), await getVersion(engine, automation, b)];
  const known = await editorKnown(engine, workspace);
  const { document } = after;
  const words = changeWords(objectNamed(known, document.object), known, document.timezone ?? known.zone);
  // A list and a graph are compared as graphs, so that only what was meant differently is told of.
  const mixed = before.form !== after.form;
  const [was, is] = mixed ? [graphOf(engine, before), graphOf(engine, after)] : [before.document, document];
  return {
    a: before,
    b: after,
    words: [...(mixed ? [formWords(after)] : []), ...changesInWords(was, is, words)],
    changes: await diffVersions(engine, workspace.id, automation.id, a, b),
  };
}

function formWords({ form }: Version): string {
  return form === "graph" ? "It is a workflow now, no longer a list." : "It is a list now, no longer a workflow.";
}
