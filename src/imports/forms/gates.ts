import { isObject } from "../../shared/json.js";
import type { Given } from "../made.js";
import { isNothing, type Source, sourceOf } from "../source.js";
import type { Wire } from "../wiring/nodes.js";

/** Steps and what connects them. */
type Wired = { givens: Given[]; wires: Wire[]; starts: Wire[] };

/** Puts a question before every step that says when it runs; where the answer is no, it leads past the step. */
export function withGates({ givens, wires, starts }: Wired, makeKey: (name: string) => string): Wired {
  const all: Given[] = [];
  let led = [...wires];
  let begun = starts;
  for (const given of givens) {
    const asked = given.role === "action" ? questionOf(given) : undefined;
    if (asked) {
      const gate = gateOf(given, asked, makeKey(`${given.key}_if`));
      const turned = (wire: Wire): Wire => (wire.to === given.slug ? { ...wire, to: gate.slug } : wire);
      begun = begun.map(turned);
      led = led.map(turned);
      const past = led.filter(({ from, port }) => from === given.slug && (port === "" || port === "success"));
      led.push({ from: gate.slug, port: "true", to: given.slug, path: given.path });
      led.push(...past.map((wire) => ({ ...wire, from: gate.slug, port: "false" })));
      all.push(gate);
    }
    all.push(given);
  }
  return { givens: all, wires: led, starts: begun };
}

function gateOf(given: Given, asked: Source, key: string): Given {
  const { path, disabled } = given;
  const gate: Given = {
    path,
    slug: `${given.slug} if`,
    key,
    role: "condition",
    source: asked,
    config: asked,
    settings: asked,
    action: "",
  };
  return disabled ? { ...gate, disabled } : gate;
}

/** What must hold for a step to run: `run_if_field` with its operator and value, or conditions beside its config. */
function questionOf({ source, config }: Given): Source | undefined {
  for (const place of source === config ? [source] : [source, config]) {
    const field = place.text("run_if_field");
    if (field === undefined) continue;
    const operator = place.text("run_if_operator") ?? "equals";
    const value = place.take("run_if_value");
    return sourceOf({ conditions: [{ field, operator, value }] }, place.at("run_if_field"));
  }
  // Without a config of its own, conditions may be those of what it does, such as a search.
  if (source === config) return undefined;
  const names = ["run_if", "only_if", "conditions", "condition"];
  const at = source.at(...names);
  const given = source.take(...names);
  if (isNothing(given)) return undefined;
  const conjunction = source.take("conjunction", "condition_logic", "match");
  const conditions = isObject(given) ? [given] : given;
  return sourceOf(typeof conditions === "string" ? { expression: conditions } : { conditions, conjunction }, at);
}
