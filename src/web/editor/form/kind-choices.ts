import { type TriggerKind, triggerRegistry } from "../../../graph/index.js";
import type { Icon } from "../../pages/icons.js";
import { kindIcon } from "../../pages/kind-icons.js";
import { t, textOr } from "../../pages/text.js";
import type { EditorKnown } from "../editor-known.js";

/** Kinds under one heading, each with what its button sends. */
export type KindGroup = { title: string; kinds: { button: string; icon: Icon; title: string; description: string }[] };

const groups = ["Records", "People", "Outside", "Flow", "Host"] as const;

/** The kinds of step by group, each with what its button sends; `graphOnly` adds those that only a workflow can connect. */
export function stepChoices(known: EditorKnown, button: (kind: string) => string, graphOnly = false): KindGroup[] {
  const all = [...known.actions.values()];
  return groups
    .map((group) => ({
      title: t(`editor.groups.${group}`),
      kinds: all
        .filter((action) => action.group === group && (graphOnly || !action.graphOnly) && action.kind !== "unmapped")
        .map(({ kind, title, description }) => ({
          button: button(kind),
          icon: kindIcon(kind),
          title,
          description,
        })),
    }))
    .filter(({ kinds }) => kinds.length > 0);
}

/** The kinds of trigger by module; without a record only those that need none. */
export function triggerChoices(object: string | null): KindGroup[] {
  const kinds = triggerRegistry().filter(({ needsObject }) => object !== null || !needsObject);
  const modules = [...new Set(kinds.map(({ module }) => module))];
  return modules.map((module) => ({
    title: textOr(`editor.modules.${module}`, module),
    kinds: kinds.filter((kind) => kind.module === module).map(triggerChoice),
  }));
}

function triggerChoice({ kind, label, description }: TriggerKind): KindGroup["kinds"][number] {
  return { button: `trigger:${kind}`, icon: kindIcon(kind), title: label, description };
}
