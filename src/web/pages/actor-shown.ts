import type { Actor } from "../../crm/index.js";
import type { Icon } from "./icons.js";
import { t } from "./text.js";

/** Who did something, as a line of a page: in words, with the page it leads to (without the base) and a mark. */
export type ShownActor = { text: string; path: string | null; icon: Icon; automation: boolean };

/** An actor in words. A run is named by its automation and leads to the run. */
export function shownActor(actor: Actor): ShownActor {
  if (actor.type === "run")
    return { text: actor.name, path: actor.id ? `/runs/${actor.id}` : null, icon: "zap", automation: true };
  const icons: Record<Exclude<Actor["type"], "run">, Icon> = {
    user: "user",
    key: "key-round",
    import: "download",
    system: "settings",
    host: "globe",
  };
  const text = actor.type === "user" ? actor.name : t(`actors.${actor.type}`, { name: actor.name });
  return { text, path: null, icon: icons[actor.type], automation: false };
}
