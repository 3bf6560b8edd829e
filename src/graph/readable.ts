import type { Document, Form, Step } from "./document.js";
import { loopsAround } from "./loops-around.js";
import { ancestorsOf, wiringOf } from "./wiring.js";

/** What a step may read: the steps that can have run before it, in the order of the document, and the loops around it. */
export type Readable = { before: Step[]; loops: Step[] };

/** Tells for each step of a document what its templates and conditions may read, by the step's key. Pure. */
export function readableIn(document: Document, form: Form): (key: string) => Readable {
  const { steps } = document;
  if (form === "list") {
    const places = new Map(steps.map((step, place) => [step.key, place]));
    return (key) => ({ before: steps.slice(0, places.get(key) ?? 0), loops: [] });
  }
  const wiring = wiringOf(document);
  const around = loopsAround(wiring);
  return (key) => {
    const before = ancestorsOf(document, key, wiring);
    const loops = around.get(key) ?? [];
    return {
      before: steps.filter((step) => before.has(step.key)),
      loops: loops.flatMap((loop) => wiring.steps.get(loop) ?? []),
    };
  };
}
