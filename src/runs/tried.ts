import type { Performed, StepContext } from "../actions/index.js";

/**
 * One try at a step: what it returned, its rendered input (null: as stored before), and the fields it wrote. `failures`: how
 * many it counts for when it failed, 1 if nobody says.
 */
export type Tried = Pick<Performed, "outcome"> & {
  input: Performed["input"] | null;
  writes: StepContext["writes"];
  startedAt: number;
  failures?: number | undefined;
};
