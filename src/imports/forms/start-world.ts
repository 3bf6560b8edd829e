import type { Given } from "../made.js";
import { keptName, type keyMaker } from "../names/keys.js";
import { variablesIn } from "../steps/variables.js";
import type { World } from "../wiring/scopes.js";
import type { Known, Report } from "../work.js";
import type { Settings } from "./settings.js";

/** How the forms differ in what names mean: the names of their triggers, and whether `{field}` is a template. */
export type Habits = { entries: readonly string[]; singleBraces: boolean };

/** What holds for a whole definition, and the secrets its steps use, noted as they are met. */
export type Opened = { world: World; secrets: ReadonlySet<string> };

/** Opens a definition for the making of its steps; which records it is about is told by its trigger, later. */
export function openWorld(
  known: Known,
  report: Report,
  settings: Settings,
  givens: readonly Given[],
  makeKey: ReturnType<typeof keyMaker>,
  habits: Habits,
): Opened {
  const secrets = new Set<string>();
  const world: World = {
    known,
    report,
    object: null,
    variables: new Set([...variablesIn(givens), ...Object.keys(settings.variables)]),
    inputs: new Set(Object.keys(settings.inputs)),
    secret(name) {
      secrets.add(keptName(name));
      return keptName(name);
    },
    makeKey,
    ...habits,
  };
  return { world, secrets };
}
