import { portsIn } from "../../../automations/index.js";
import { type Document, type Opening, outlineOf, type Step } from "../../../graph/index.js";
import { portLabel } from "../../pages/automations/port-words.js";
import { idOf } from "../../pages/forms/field-id.js";
import type { Choice } from "../../pages/forms/schema-form.js";
import { t } from "../../pages/text.js";
import type { EditorKnown } from "../editor-known.js";
import { ROOT } from "../root.js";
import { stepName } from "../words/step-words.js";
import { openingText } from "./outline-change.js";

/** Where each port of a step leads, as selects over every step, and where the step itself can be moved. */
export type StepWiring = {
  ports: { port: string; label: string; name: string; id: string; opening: string; add: string; options: Choice[] }[];
  targets: { value: string; label: string }[];
  moveId: string;
};

/** What the open step of an outline can be connected to. */
export function stepWiring(document: Document, step: Step, place: number, known: EditorKnown): StepWiring {
  const portsOf = portsIn(known.actions);
  const next = step.next ?? {};
  const ports = [...new Set([...(portsOf(step) ?? ["success"]), ...Object.keys(next)])];
  const name = `${ROOT}.steps[${place}]`;
  const named = (one: Step) => `${stepName(one, known)} (${one.key})`;
  const others = document.steps.filter(({ key }) => key !== step.key);
  return {
    ports: ports.map((port) => {
      const target = Object.hasOwn(next, port) ? next[port] : undefined;
      const field = `${name}.next.${port}`;
      const options = [
        {
          value: "",
          label: t(port === "error" ? "outline.failure" : "outline.nowhere"),
          selected: target === undefined,
        },
        { value: "end", label: t("outline.end"), selected: target === "end" },
        ...others.map((one) => ({ value: one.key, label: named(one), selected: one.key === target })),
      ];
      if (target !== undefined && !options.some(({ selected }) => selected))
        options.push({ value: target, label: target, selected: true });
      const at = { from: step.key, port };
      return {
        port,
        label: portLabel(step, port),
        name: field,
        id: idOf(field),
        opening: openingText(at),
        add: openingName(document, at, known, "add"),
        options,
      };
    }),
    targets: openings(document, known)
      .filter((at) => !("from" in at && at.from === step.key) && !("before" in at && at.before === step.key))
      .map((at) => ({ value: openingText(at), label: openingName(document, at, known, "where") })),
    moveId: `${idOf(name)}-move`,
  };
}

/** An opening in words: `at` it ("Send mail, then"), or as the place of a step, or of the button that adds one there. */
export function openingName(
  document: Document,
  at: Opening,
  known: EditorKnown,
  as: "at" | "where" | "add" = "at",
): string {
  const named = (key: string) => {
    const step = document.steps.find((one) => one.key === key);
    return { step, name: step ? stepName(step, known) : key };
  };
  if ("from" in at) {
    const { step, name } = named(at.from);
    const port = step ? portLabel(step, at.port).toLowerCase() : at.port;
    return t(`outline.${as === "at" ? "fromPort" : as === "add" ? "addAt" : "whereAt"}`, { name, port });
  }
  const first = at.before === null || document.steps[0]?.key === at.before;
  if (first) return t(as === "add" ? "outline.addFirst" : "outline.whereFirst");
  const { name } = named(at.before ?? "");
  return t(as === "add" ? "outline.addBefore" : "outline.whereBefore", { name });
}

/** Every opening of a document, from top to bottom. */
function openings(document: Document, known: EditorKnown): Opening[] {
  const portsOf = portsIn(known.actions);
  const { steps, unreached } = outlineOf(document, portsOf);
  const found: Opening[] = [{ before: document.steps[0]?.key ?? null }];
  const todo = [...steps, ...unreached].reverse();
  for (let step = todo.pop(); step; step = todo.pop()) {
    const { key, branches, onward } = step;
    found.push(...branches.map(({ port }) => ({ from: key, port })));
    if (onward) found.push({ from: key, port: onward.port });
    todo.push(...branches.flatMap((branch) => branch.steps).reverse());
  }
  return found;
}
