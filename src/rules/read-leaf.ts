import type { Facts } from "./explanation.js";
import { factNames } from "./explanation.js";
import type { FieldTypeName, TypeOf } from "./field-types.js";
import { readSegments } from "./path.js";
import { isMissing, type Reading } from "./reading.js";
import type { Leaf, Place } from "./tree.js";

/** What every leaf of one evaluation reads. */
export type World = { facts: Facts; zone: string; types: TypeOf | undefined; leaves: readonly Leaf[] };

/** A reading, and whether the leaf cannot be decided at all: then `reason` says why. */
export type LeafReading = Reading & { leaf: Leaf; undecided: boolean };

const always = new Set(["id", "version", "createdAt", "updatedAt"]);

/** Reads both sides of a leaf. A field that is gone, an unknown fact or operator, or a record that is not there: undecided. */
export function readLeaf(world: World, leaf: Leaf): LeafReading {
  const reading: LeafReading = {
    leaf,
    left: undefined,
    right: leaf.value,
    type: undefined,
    path: leaf.place.path,
    facts: world.facts,
    zone: world.zone,
    undecided: false,
  };
  const problem = fill(world, leaf, reading);
  if (problem !== undefined) {
    reading.undecided = true;
    reading.reason = problem;
  }
  return reading;
}

function fill(world: World, leaf: Leaf, reading: LeafReading): string | undefined {
  const { operator, place, other } = leaf;
  if (!operator) return `There is no operator "${leaf.name}".`;
  reading.left = valueAt(world.facts, place);
  reading.type = typeAt(world, place) ?? (other && typeAt(world, other));
  if (other) reading.right = valueAt(world.facts, other) ?? undefined;
  const gone = whyUnreadable(world, place, reading.left) ?? (other && whyUnreadable(world, other, reading.right));
  if (gone === undefined && operator.left) reading.left = operator.left(reading);
  return gone;
}

function valueAt(facts: Facts, place: Place): unknown {
  if (!Object.hasOwn(facts, place.fact)) return undefined;
  return readSegments((facts as Record<string, unknown>)[place.fact], place.segments);
}

function typeAt(world: World, { fact, path }: Place): FieldTypeName | undefined {
  const told = path ? world.types?.(fact, path) : undefined;
  if (told) return told;
  if (fact === "now" || (fact === "trigger" && path === "at")) return "datetime";
  return undefined;
}

function whyUnreadable(world: World, place: Place, value: unknown): string | undefined {
  if (!isMissing(value)) return undefined;
  const { fact, path } = place;
  if (!(factNames as readonly string[]).includes(fact)) return `There is no fact "${fact}".`;
  if (fact === "record" && isMissing(world.facts.record)) return "There is no record here.";
  if ((fact === "record" || fact === "old") && hasVanished(world, place)) return fieldGone(path);
  return undefined;
}

/** Why a leaf about a field that is gone cannot be decided; begins with the code that says so. */
function fieldGone(path: string): string {
  return `field_gone: the field "${path}" no longer exists.`;
}

/** Below a JSON field anything may be missing; elsewhere a path without a type and a value is a field that is gone. */
function hasVanished({ types }: World, { fact, path, segments }: Place): boolean {
  const first = segments[0];
  if (!types || first === undefined || always.has(segments.at(-1) ?? "")) return false;
  if (types(fact, path) !== undefined) return false;
  const parent = segments.length > 1 ? types(fact, first) : undefined;
  return parent !== "json" && parent !== "multiSelect";
}
