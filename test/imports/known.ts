import { builtinActions } from "../../src/actions/index.js";
import { createObjectTable } from "../../src/crm/index.js";
import type { Step } from "../../src/graph/index.js";
import { type Imported, importDefinition } from "../../src/imports/import-definition.js";
import type { Known } from "../../src/imports/work.js";

/** A workspace with the bundled objects and step kinds. */
export const known: Known = { actions: builtinActions(), objects: [...createObjectTable().bundled.values()] };

/** An import, with its steps by key. */
export function imported(definition: unknown, within = known): Imported & { step(key: string): Step } {
  const found = importDefinition(definition, within);
  return {
    ...found,
    step(key) {
      const step = found.document.steps.find((one) => one.key === key);
      if (!step) throw new Error(`There is no step ${key}: ${found.document.steps.map((one) => one.key).join(", ")}`);
      return step;
    },
  };
}

/** The places of what was not taken over. */
export const places = ({ unmapped }: Imported) => unmapped.map(({ path }) => path);

/** A step of the step-list form. */
export const action = (stepSlug: string, type: string, parameters: object, nextSteps: object = {}) => ({
  stepSlug,
  stepType: "action",
  config: { type, parameters },
  nextSteps,
});
