import type { Context } from "liquidjs";
import { ScopeContext } from "../scope-context.js";

/** What filters need of the scope they run in. */
export type Settings = { zone: string; now: number | undefined; currency: string | undefined };

/** The zone, moment and currency of the rendering a filter is part of. */
export function settingsOf(context: Context): Settings {
  if (!(context instanceof ScopeContext)) return { zone: "UTC", now: undefined, currency: undefined };
  const { timezone, now, currency } = context.liquidScope;
  return { zone: timezone, now, currency };
}
