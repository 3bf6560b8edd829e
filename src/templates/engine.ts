import { Liquid } from "liquidjs";
import { templateFilters } from "./filters/index.js";
import { useOurTags } from "./tags.js";

/** Milliseconds one text may render for; checked between tags, so cooperative. */
const renderLimit = 200;

/** Liquid as documents may use it: nothing is read from files, names are exact, and every resource has a limit. */
export const engine = new Liquid({
  templates: {},
  parseLimit: 1e5,
  renderLimit,
  memoryLimit: 5e6,
  ownPropertyOnly: true,
  strictFilters: true,
  strictVariables: true,
  lenientIf: true,
  locale: "en-US",
});

useOurTags(engine);
for (const [name, filter] of Object.entries(templateFilters)) engine.registerFilter(name, filter);

/** Every filter a template may use, ours and Liquid's. */
export const filterNames: readonly string[] = Object.keys(engine.filters).sort();
