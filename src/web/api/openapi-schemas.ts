import { roles } from "../access/roles.js";
import { automationSchemas } from "./automations/automation-schemas.js";
import { simulationSchemas } from "./automations/simulation-schemas.js";
import { ref, type Schema } from "./route.js";
import { runSchemas } from "./runs/run-schemas.js";
import { anything, count, id, instant, list, maybe, nullOr, object, open, text } from "./schema-parts.js";

const changes = list(object({ field: text, old: anything, new: anything }, ["field"]));

/** The shapes that answers have in common, by name, for `components/schemas`. */
export const schemas: Record<string, Schema> = {
  Problem: object({
    type: text,
    title: text,
    status: count,
    code: { ...text, description: "A stable word for programs." },
    detail: { ...text, description: "A sentence for people." },
    errors: list(
      object(
        { path: { ...text, description: "Dotted: `steps[2].config.to`." }, message: text, step: text, port: text },
        ["path", "message"],
      ),
    ),
  }),
  Actor: object({ type: { enum: ["user", "key", "run", "import", "system", "host"] }, id: maybe(text), name: text }),
  Field: object(
    {
      name: text,
      label: text,
      type: text,
      required: { type: "boolean" },
      readOnly: { type: "boolean" },
      options: list(object({ value: text, label: text })),
    },
    ["name", "label", "type"],
  ),
  Object: object({
    name: text,
    label: text,
    plural: text,
    labelField: text,
    custom: { type: "boolean" },
    host: { type: "boolean" },
    fields: list(ref("Field")),
  }),
  Record: object({ id, object: text, values: open, version: count, createdAt: instant, updatedAt: instant }),
  Change: object(
    {
      id: text,
      kind: text,
      at: instant,
      actor: ref("Actor"),
      changes,
      source: maybe(text),
      unreadable: { ...list(text), description: "Parts whose stored text is damaged: they are empty here." },
    },
    ["id", "kind", "at", "actor", "changes", "source"],
  ),
  SetAsideEvent: object({
    id: text,
    kind: text,
    name: maybe(text),
    object: maybe(text),
    recordId: maybe(text),
    at: maybe(instant),
    actor: nullOr(ref("Actor")),
    changes,
    unreadable: list(text),
    error: text,
    setAsideAt: instant,
    canRetry: { type: "boolean" },
  }),
  ...automationSchemas,
  ...runSchemas,
  ...simulationSchemas,
  Secret: object({ name: text, version: count, hosts: list(text), updatedAt: instant, updatedBy: maybe(text) }, [
    "name",
  ]),
  AuditEntry: object({ id: text, at: instant, actor: ref("Actor"), action: text, subject: maybe(text), details: open }),
  Person: object({
    id,
    email: text,
    name: text,
    role: { enum: [...roles] },
    active: { type: "boolean" },
    timezone: maybe(text),
  }),
  ApiKey: object({
    id,
    name: text,
    role: { enum: [...roles] },
    prefix: text,
    createdAt: instant,
    revokedAt: maybe(instant),
  }),
  Workspace: object({
    id,
    slug: text,
    name: text,
    timezone: text,
    settings: open,
    retention: { ...open, description: "For how many days each is kept after its end; null is for ever." },
  }),
};
