import { type ActionTable, portsOf } from "../actions/index.js";
import type { ChainKinds, PortsOf } from "../graph/index.js";

/** The ways out of steps, as this table of step kinds knows them; of a kind it does not know, nothing is known. */
export function portsIn(actions: ActionTable): PortsOf {
  return ({ kind, config }) => {
    if (!actions.has(kind)) return undefined;
    try {
      return portsOf(actions, kind, config);
    } catch {
      // A host's kind may not expect a config that is still wrong; what is wrong with it is told beside the config.
      return undefined;
    }
  };
}

/** The same, with which kinds a list can hold. */
export function chainKindsIn(actions: ActionTable): ChainKinds {
  return { portsOf: portsIn(actions), graphOnly: ({ kind }) => actions.get(kind)?.graphOnly === true };
}
