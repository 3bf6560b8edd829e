import { type ActiveVersion, activityAfter } from "../automations/index.js";
import type { Tx } from "../db/index.js";
import type { Event } from "../events/index.js";
import { eventKinds, type Trigger, watchedFields } from "../graph/index.js";
import { equalities } from "../rules/index.js";
import type { Engine } from "../runs/index.js";
import { isObject } from "../shared/json.js";

/** An automation that might want an event, by one of its triggers. */
export type Candidate = { active: ActiveVersion; trigger: Trigger };

/** A key an event must have for a candidate to match: a watched field that changed, or a field's value. */
type Key = string;

/** Candidates of one workspace, object and kind of event, filed under the rarest thing each of them requires. */
type Bucket = { byKey: Map<Key, Set<Candidate>>; always: Set<Candidate>; valuePaths: Map<string, number> };

/**
 * The automations that listen, arranged so that the cost of an event grows with those that might match it. It follows
 * publications of other processes by their stamp (`refresh`), and holds nothing that is not in the database.
 */
export type AutomationIndex = {
  refresh(tx?: Tx): Promise<void>;
  /** Everything that might match: never too few, perhaps a few too many. */
  candidates(event: Event): Candidate[];
  /** The listening version of one automation, for starts addressed to it. */
  find(automationId: string): ActiveVersion | undefined;
  /** Automations on an object that end runs when a tree becomes true. */
  exits(workspaceId: string, object: string): ActiveVersion[];
  /** Whether anything in a workspace listens for events of a kind, on whatever object. */
  listens(workspaceId: string, kind: string): boolean;
};

const indexes = new WeakMap<object, AutomationIndex>();

/** The index of this process, up to date with everything committed before the call. */
export async function currentIndex(engine: Engine, tx?: Tx): Promise<AutomationIndex> {
  const index = indexes.get(engine.db) ?? createIndex(engine);
  indexes.set(engine.db, index);
  await index.refresh(tx);
  return index;
}

function createIndex(engine: Engine): AutomationIndex {
  const buckets = new Map<string, Bucket>();
  const filed = new Map<
    string,
    { active: ActiveVersion; places: { bucket: Bucket; kind: string; keys: Key[]; candidate: Candidate }[] }
  >();
  const exits = new Map<string, Map<string, ActiveVersion>>();
  /** How many candidates listen, by workspace and kind of event. */
  const listening = new Map<string, number>();
  const count = (workspaceId: string, kind: string, by: number) => {
    const place = `${workspaceId}/${kind}`;
    listening.set(place, (listening.get(place) ?? 0) + by);
  };
  let stamp = 0;

  const remove = (automationId: string) => {
    const entry = filed.get(automationId);
    if (!entry) return;
    for (const { bucket, kind, keys, candidate } of entry.places) {
      unfile(bucket, keys, candidate);
      count(entry.active.workspaceId, kind, -1);
    }
    exits.get(exitPlace(entry.active.workspaceId, entry.active.document.object))?.delete(automationId);
    filed.delete(automationId);
  };

  const add = (active: ActiveVersion) => {
    remove(active.automationId);
    const places = active.document.triggers.flatMap((trigger) =>
      eventKinds(trigger).map((kind) => {
        const place = bucketPlace(active.workspaceId, active.document.object, kind);
        const bucket = buckets.get(place) ?? { byKey: new Map(), always: new Set(), valuePaths: new Map() };
        buckets.set(place, bucket);
        const candidate = { active, trigger };
        count(active.workspaceId, kind, 1);
        return { bucket, kind, keys: file(bucket, candidate, kind), candidate };
      }),
    );
    filed.set(active.automationId, { active, places });
    if (active.document.enrollment?.exitWhen) {
      const place = exitPlace(active.workspaceId, active.document.object);
      const list = exits.get(place) ?? new Map<string, ActiveVersion>();
      exits.set(place, list.set(active.automationId, active));
    }
  };

  return {
    async refresh(tx) {
      const change = await activityAfter(engine, stamp, tx);
      // Another who asked later may have been answered sooner: what he found is newer.
      if (change.stamp < stamp) return;
      for (const automationId of change.stopped) remove(automationId);
      for (const active of change.active) add(active);
      stamp = change.stamp;
    },
    candidates(event) {
      const found = new Set<Candidate>();
      for (const object of event.object === null ? [null] : [event.object, null]) {
        const bucket = buckets.get(bucketPlace(event.workspaceId, object, event.kind));
        if (bucket) collect(bucket, event, found);
      }
      return [...found];
    },
    find: (automationId) => filed.get(automationId)?.active,
    listens: (workspaceId, kind) => (listening.get(`${workspaceId}/${kind}`) ?? 0) > 0,
    exits: (workspaceId, object) => [...(exits.get(exitPlace(workspaceId, object))?.values() ?? [])],
  };
}

const bucketPlace = (workspaceId: string, object: string | null, kind: string) =>
  `${workspaceId}/${object ?? ""}/${kind}`;
const exitPlace = (workspaceId: string, object: string | null) => `${workspaceId}/${object ?? ""}`;

/** Files a candidate under the requirement with the shortest lists so far, and returns the keys it stands under. */
function file(bucket: Bucket, candidate: Candidate, kind: string): Key[] {
  const alternatives = requirements(candidate, kind);
  const load = (keys: Key[]) => Math.max(...keys.map((key) => bucket.byKey.get(key)?.size ?? 0));
  const best = alternatives.sort((a, b) => load(a) - load(b))[0];
  if (!best) {
    bucket.always.add(candidate);
    return [];
  }
  for (const key of best) {
    const set = bucket.byKey.get(key) ?? new Set<Candidate>();
    bucket.byKey.set(key, set.add(candidate));
    const path = pathOfKey(key);
    if (path) bucket.valuePaths.set(path, (bucket.valuePaths.get(path) ?? 0) + 1);
  }
  return best;
}

function unfile(bucket: Bucket, keys: Key[], candidate: Candidate): void {
  bucket.always.delete(candidate);
  for (const key of keys) {
    const set = bucket.byKey.get(key);
    set?.delete(candidate);
    if (set?.size === 0) bucket.byKey.delete(key);
    const path = pathOfKey(key);
    if (!path) continue;
    const left = (bucket.valuePaths.get(path) ?? 1) - 1;
    if (left === 0) bucket.valuePaths.delete(path);
    else bucket.valuePaths.set(path, left);
  }
}

/** What an event must have for this candidate: each alternative alone is necessary, one of its keys must be there. */
function requirements({ active, trigger }: Candidate, kind: string): Key[][] {
  const { conditions, enrollment: _enrollment } = active.document;
  const equal = [...equalities(trigger.when ?? {}), ...equalities(conditions ?? {})].filter(
    ({ path }) => !path.includes("."),
  );
  const required = equal.map(({ path, values }) => values.map((value) => valueKey(path, value)));
  const fields = kind === "record.updated" ? watchedFields(trigger) : [];
  if (fields.length > 0) required.push(fields.map((field) => `changed ${field}`));
  const { to } = trigger;
  const [only] = fields;
  if (only !== undefined && fields.length === 1 && to !== undefined && to !== null && !isObject(to)) {
    required.push([to].flat().map((value) => valueKey(only, value)));
  }
  return required.filter((keys): keys is Key[] => keys.length > 0 && keys.every((key) => key !== null)) as Key[][];
}

function collect(bucket: Bucket, event: Event, found: Set<Candidate>): void {
  const take = (key: Key | null) => {
    for (const candidate of (key !== null && bucket.byKey.get(key)) || []) found.add(candidate);
  };
  for (const candidate of bucket.always) found.add(candidate);
  for (const change of event.changes) take(`changed ${change.field}`);
  for (const path of bucket.valuePaths.keys()) {
    const value = event.record?.[path];
    const key = valueKey(path, value);
    if (key !== null) take(key);
    else if (value !== null && value !== undefined)
      for (const [each, set] of bucket.byKey)
        if (pathOfKey(each) === path) for (const candidate of set) found.add(candidate);
  }
}

/** Equal values by the rules' own lights give equal keys: "10" and 10 alike. Null for what has no single spelling. */
function valueKey(path: string, value: unknown): Key | null {
  if (typeof value === "boolean") return `value ${path} ${value}`;
  if (typeof value !== "string" && typeof value !== "number") return null;
  const text = String(value).trim();
  if (/^\d{4}-\d\d-\d\d/.test(text) || text.includes("{{")) return null;
  const number = Number(text);
  return `value ${path} ${text !== "" && Number.isFinite(number) ? number : text}`;
}

function pathOfKey(key: Key): string | null {
  return key.startsWith("value ") ? (key.split(" ")[1] ?? null) : null;
}
