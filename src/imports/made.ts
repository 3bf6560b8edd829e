import type { ErrorPolicy } from "../graph/index.js";
import type { JsonObject } from "../shared/json.js";
import type { Source } from "./source.js";

/**
 * A step as it will stand in the document. `rest` is a part of it that has no place here: it becomes a step of its own
 * that fails, right after this one. `goesOn`: the run goes on when it fails.
 */
export type Made = {
  kind: string;
  config: JsonObject;
  rest?: { original: JsonObject; reason: string };
  goesOn?: true;
  /** Steps that belong to it and come right after it, in their order. */
  then?: Made[];
};

/** A step from elsewhere, opened for reading. `settings` are the parameters of an action, else its config. */
export type Given = {
  path: string;
  /** How the others refer to it. */
  slug: string;
  /** What it is called here. */
  key: string;
  role: Role;
  source: Source;
  config: Source;
  settings: Source;
  /** The action it carries out, `customer.get_by_id`; the type of a step nobody knows; empty for other steps. */
  action: string;
  name?: string | undefined;
  note?: string | undefined;
  onError?: ErrorPolicy | undefined;
  timeout?: string | undefined;
  /** It was switched off there. */
  disabled?: boolean;
};

/** What a step is there for. */
export type Role =
  | "action"
  | "llm"
  | "condition"
  | "switch"
  | "loop"
  | "wait"
  | "join"
  | "parallel"
  | "agent"
  | "end"
  | "missing"
  | "unknown";

/** Where a step comes from: its place in what was imported, and itself as it was. */
export type Origin = { path: string; original: JsonObject | undefined };

/** Without the members that are not there. */
export function defined(members: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
