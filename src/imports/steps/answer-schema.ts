import type { ObjectType } from "../../crm/index.js";
import type { Step } from "../../graph/index.js";
import { isObject, type JsonObject } from "../../shared/json.js";
import { saidOf } from "../names/said.js";

/** What later steps read of an answer: its members, whether it is a list, and a value they ask for. */
type Shape = { members: Map<string, Shape>; many: boolean; like?: unknown };

const newShape = (): Shape => ({ members: new Map(), many: false });

/**
 * Gives every question for JSON that came without a schema one that names what later steps read of its answer. It
 * forbids nothing; but the model is told the names, and a simulated answer has them. Pure.
 */
export function withAnswerShapes(steps: Step[], objects: readonly ObjectType[], own: ObjectType | null): Step[] {
  const asked = steps.filter(({ kind, config }) => kind === "llm" && config["format"] === "json" && !config["schema"]);
  const shapes = new Map(asked.map(({ key }) => [key, newShape()]));
  if (shapes.size === 0) return steps;
  for (const step of steps) readStep(step, shapes, fieldsOf(step, objects, own));
  for (const step of steps) if (step.kind === "loop") readItems(step, steps, shapes);
  return steps.map((step) => {
    const shape = shapes.get(step.key);
    if (!shape || shape.many || shape.members.size === 0) return step;
    return { ...step, config: { ...step.config, schema: { type: "object", ...schemaOf(shape) } } };
  });
}

function schemaOf(shape: Shape): JsonObject {
  const { members, many, like } = shape;
  const named = [...members].map(([name, one]) => [name, schemaOf(one)] as const);
  const inner: JsonObject = named.length > 0 ? { properties: Object.fromEntries(named) } : {};
  if (many) return { items: inner };
  return like === undefined || named.length > 0 ? inner : { examples: [like] };
}

const name = "[\\p{L}_][\\p{L}\\p{N}_-]*";
const place = `steps\\.(${name})\\.output\\.data((?:\\.${name}|\\[\\d+\\])*)`;
const references = () => new RegExp(place, "gu");

/** Follows a path below an answer: `.products[0].name`. */
function at(shapes: ReadonlyMap<string, Shape>, key: string, path: string): Shape | undefined {
  let shape = shapes.get(key);
  for (const [part] of shape ? path.matchAll(/[^.[\]]+/g) : []) {
    if (!shape) return undefined;
    if (/^(?:\d+|length|size|first|last)$/.test(part)) {
      shape.many = true;
      if (part === "length" || part === "size") return undefined;
    } else {
      const next: Shape = shape.members.get(part) ?? newShape();
      shape.members.set(part, next);
      shape = next;
    }
  }
  return shape;
}

function readStep({ kind, config }: Step, shapes: ReadonlyMap<string, Shape>, fields: Map<string, unknown>): void {
  const walk = (value: unknown, member: string): void => {
    if (typeof value === "string") readText(value, shapes, fields.get(member));
    if (typeof value !== "object" || value === null) return;
    if (isObject(value) && value["fact"] === "steps") readLeaf(value, shapes);
    for (const [inner, one] of Object.entries(value)) walk(one, Array.isArray(value) ? member : inner);
  };
  if (kind !== "unmapped") walk(config, "");
}

function readText(text: string, shapes: ReadonlyMap<string, Shape>, like: unknown): void {
  const alone = new RegExp(`^\\{\\{ ${place} \\}\\}$`, "u").test(text);
  for (const [, key = "", path = ""] of text.matchAll(references())) {
    const shape = at(shapes, key, path);
    if (shape && alone && like !== undefined) shape.like ??= like;
  }
  for (const [, item = "", key = "", path = ""] of text.matchAll(
    new RegExp(`\\{% (?:for|assign) (${name}) (?:in|=) ${place}`, "gu"),
  )) {
    const list = at(shapes, key, path);
    if (list) readNames(text, item, list);
  }
}

/** What is read of each item of a list. */
function readNames(text: string, item: string, list: Shape): void {
  list.many = true;
  for (const [, path = ""] of text.matchAll(new RegExp(`(?<![.\\w])${item}((?:\\.${name}|\\[\\d+\\])+)`, "gu")))
    at(new Map([["", list]]), "", path);
}

/** A comparison says what the value is like: the one that makes it hold. */
function readLeaf({ path, operator, value }: JsonObject, shapes: ReadonlyMap<string, Shape>): void {
  const [, key = "", below = ""] = new RegExp(`^${place}$`, "u").exec(`steps.${saidOf(path)}`) ?? [];
  const shape = at(shapes, key, below);
  const one = Array.isArray(value) ? (value as unknown[])[0] : value;
  if (!shape || one === null || isObject(one) || (typeof one === "string" && /\{[{%]/.test(one))) return;
  if (typeof one === "number") shape.like ??= one + (operator === "greaterThan" ? 1 : operator === "lessThan" ? -1 : 0);
  else if (one !== undefined) shape.like ??= one;
}

/** The items of a loop over an answer, by what the steps in it read of them. */
function readItems(loop: Step, steps: readonly Step[], shapes: ReadonlyMap<string, Shape>): void {
  const [, key = "", path = ""] = new RegExp(`^\\{\\{ ${place} \\}\\}$`, "u").exec(saidOf(loop.config["items"])) ?? [];
  const list = at(shapes, key, path);
  if (!list) return;
  list.many = true;
  for (const step of bodyOf(loop, steps)) readNames(JSON.stringify(step.config), "loop\\.item", list);
}

function bodyOf(loop: Step, steps: readonly Step[]): Step[] {
  const reached = new Set([loop.next?.["next"] ?? ""]);
  for (const key of reached) {
    if (key === loop.key) continue;
    for (const to of Object.values(steps.find((one) => one.key === key)?.next ?? {})) reached.add(to);
  }
  return steps.filter((step) => step.key !== loop.key && reached.has(step.key));
}

/** Values that suit the fields a step writes, by their names. */
function fieldsOf(
  { kind, config }: Step,
  objects: readonly ObjectType[],
  own: ObjectType | null,
): Map<string, unknown> {
  if (!/^record\.(?:create|update|upsert)$/.test(kind)) return new Map(kind === "email.send" ? [["to", address]] : []);
  const target = isObject(config["record"]) ? config["record"]["object"] : config["object"];
  const object = target === undefined ? own : objects.find((one) => one.name === target);
  return new Map(
    (object?.fields ?? []).map((field) => [field.name, field.options?.[0]?.value ?? likeType[field.type]]),
  );
}

const address = "someone@example.com";
const likeType: Record<string, unknown> = {
  number: 1,
  money: 1,
  boolean: true,
  date: "2026-01-01",
  datetime: "2026-01-01T09:00:00.000Z",
  email: address,
  url: "https://example.com/",
};
