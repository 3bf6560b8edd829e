export { checkInvariants } from "./check-invariants.js";
export { type EventExplanation, explain } from "./explain.js";
export { type Simulation, type SimulationRequest, simulate } from "./simulate.js";
