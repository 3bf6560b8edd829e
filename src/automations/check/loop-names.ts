import type { Step } from "../../graph/index.js";
import { variablesOf } from "../../templates/index.js";
import { joined, moved, type Names } from "./names.js";

const counts = ["index", "first", "last", "length"];

/**
 * `loop`, its `parent`, and the loops' own names for their items; `loops` are those around a place, outermost first. An
 * item has the names its list has in `outside`.
 */
export function namesOfLoops(loops: readonly Step[], outside: Names): Names {
  let names: Names = { paths: [], open: [] };
  for (const { config } of loops) {
    const item = namesOfItem(config["items"], joined(outside, names));
    const own = typeof config["itemVariable"] === "string" ? config["itemVariable"] : "";
    const around = joined(moved(names, "loop", "loop.parent"), withoutRoot(names, "loop"));
    const here = { paths: ["loop.item", ...counts.map((count) => `loop.${count}`), "loop.parent"], open: [] };
    names = joined(
      around,
      here,
      item,
      own ? joined(moved(item, "loop.item", own), { paths: [own], open: [] }) : { paths: [], open: [] },
    );
  }
  return names;
}

/** What may be read of one item of `{{ list }}`; anything, when the list is not simply a known name. */
function namesOfItem(items: unknown, known: Names): Names {
  const text = typeof items === "string" ? items.trim() : "";
  const [path = "", ...more] = variablesOf(text);
  const plain = more.length === 0 && /^\{\{-?\s*[\w.[\]]+\s*-?\}\}$/.test(text);
  const [root, step, ...rest] = path.split(".");
  const ways = plain
    ? [path, `vars.${path}`, ["steps", step, "output", ...rest].join("."), path.replace(/^input\./, "inputs.")]
    : [];
  for (const way of root === "steps" ? ways : ways.filter((one) => !one.startsWith("steps."))) {
    const found = moved(known, way, "loop.item");
    if (found.paths.length + found.open.length > 0) return found;
  }
  return { paths: [], open: ["loop.item"] };
}

function withoutRoot({ paths, open }: Names, root: string): Names {
  const other = (path: string) => path !== root && !path.startsWith(`${root}.`);
  return { paths: paths.filter(other), open: open.filter(other) };
}
