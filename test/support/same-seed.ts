import fc from "fast-check";

// Property tests try the same examples every time, so that a red run is about the change at hand.
// FAST_CHECK_SEED=random looks further; a number repeats what such a run has found.
const { FAST_CHECK_SEED: seed = "20261121" } = process.env;
if (seed !== "random") fc.configureGlobal({ seed: Number(seed) });
