import type { World } from "../wiring/scopes.js";
import type { Work } from "../work.js";

/** What names mean at the start of a definition, before any step. */
export function workAt({ known, report, object, variables, inputs, secret, singleBraces }: World): Work {
  return {
    known,
    report,
    singleBraces,
    scope: {
      objects: known.objects,
      object,
      steps: new Map(),
      loops: [],
      variables,
      inputs,
      input: (name) => void inputs.add(name),
      secret,
      workOut: () => ({ problem: "It has to be calculated, and no step can do that before the start." }),
      lookUp: () => ({ fact: "steps", path: [], shape: { is: "open" } }),
    },
  };
}
