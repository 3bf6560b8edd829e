import { listUsers, type ObjectType } from "../../../crm/index.js";
import { changesOf, type Event } from "../../../events/index.js";
import type { Engine } from "../../../runs/index.js";
import { type ShownActor, shownActor } from "../actor-shown.js";
import type { Visit } from "../site.js";
import { t, textOr } from "../text.js";
import { type Labels, shownField } from "./record-shown.js";

/** One line of a record's timeline. */
export type TimelineLine = {
  actor: ShownActor;
  text: string;
  changes: { field: string; from: string; to: string }[];
  source: string | null;
  at: number;
};

const PAGE = 25;
const MOST_FIELDS = 12;

/** What happened to a record, newest first: each change with its fields, and who did it. `automations` are names by id. */
export async function timeline(
  engine: Engine,
  visit: Visit,
  object: ObjectType,
  recordId: string,
  automations: Map<string, string>,
  cursor?: string,
): Promise<{ lines: TimelineLine[]; next: string | null }> {
  const page = await changesOf(engine, visit.workspace.id, object.name, recordId, { limit: PAGE, cursor });
  const users = await listUsers(engine, visit.workspace.id);
  const labels: Labels = new Map(users.map(({ id, name }) => [id, name]));
  return {
    lines: page.data.map((event) => line(event, object, { labels, automations, zone: visit.zone })),
    next: page.nextCursor,
  };
}

type Words = { labels: Labels; automations: Map<string, string>; zone: string };

function line(event: Event, object: ObjectType, { labels, automations, zone }: Words): TimelineLine {
  const named = automations.get(String(event.data["automationId"])) ?? event.name ?? "";
  const changes = event.kind === "record.updated" || event.changes.length <= MOST_FIELDS ? event.changes : [];
  const text = textOr(`timeline.${event.kind}`, event.name ?? event.kind, {
    object: object.label.toLowerCase(),
    name: named,
    n: event.changes.length,
  });
  return {
    actor: shownActor(event.actor),
    text: event.unreadable ? t("timeline.damaged", { text }) : text,
    changes: (event.kind === "record.created" ? [] : changes).slice(0, MOST_FIELDS).map(({ field, old, new: now }) => {
      const known = object.fields.find(({ name }) => name === field);
      const word = (value: unknown) =>
        known ? shownField(known, value, labels, zone).text : value === null ? t("value.empty") : String(value);
      return { field: known?.label ?? field, from: word(old), to: word(now) };
    }),
    source: event.source ? textOr(`sources.${event.source.split(":")[0]}`, event.source) : null,
    at: event.at,
  };
}
