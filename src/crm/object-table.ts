import type { ObjectType } from "./record.js";

/** The objects a process knows: the bundled ones, the host's watched models and, per workspace, the custom ones. */
export type ObjectTable = { bundled: Map<string, ObjectType> };
