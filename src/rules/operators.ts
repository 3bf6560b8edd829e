import { changeOperators } from "./operators-change.js";
import { compareOperators } from "./operators-compare.js";
import { dateOperators } from "./operators-date.js";
import { listOperators } from "./operators-list.js";
import { textOperators } from "./operators-text.js";
import { isMissing, type Operator, type Reading } from "./reading.js";

const table = new Map<string, Operator>(
  [...compareOperators, ...textOperators, ...dateOperators, ...listOperators, ...changeOperators].map((one) => [
    one.name,
    one,
  ]),
);

/** What the API and the editor show of an operator. `types` are the field types it is offered for. */
export type OperatorInfo = Pick<Operator, "name" | "label" | "types" | "value">;

/** Every operator by name, in the order an editor lists them. `doesNotContain` is the library's name for notContains. */
export const operators: readonly OperatorInfo[] = [...table.values()].map(({ name, label, types, value }) => ({
  name,
  label,
  types,
  value,
}));

type Decorator = (reading: Reading, next: (reading: Reading) => boolean) => boolean;

/** The library's prefixes, for rules written elsewhere: `someFact:greaterThan`, `not:contains`. */
const decorators: Record<string, Decorator> = {
  someFact: (reading, next) => elements(reading).some(next),
  everyFact: (reading, next) => Array.isArray(reading.left) && elements(reading).every(next),
  someValue: (reading, next) => values(reading).some(next),
  everyValue: (reading, next) => Array.isArray(reading.right) && values(reading).every(next),
  swap: (reading, next) => next({ ...reading, left: reading.right, right: reading.left }),
  not: (reading, next) => !next(reading),
};

/** The operator of that name, decorated as the name says; undefined when there is none. */
export function operatorNamed(name: string): Operator | undefined {
  const plain = table.get(name);
  const colon = name.indexOf(":");
  if (plain || colon < 1) return plain;
  const prefix = name.slice(0, colon);
  const decorate = Object.hasOwn(decorators, prefix) ? decorators[prefix] : undefined;
  const inner = operatorNamed(name.slice(colon + 1));
  if (!decorate || !inner || inner.left) return undefined;
  return {
    name,
    label: prefix === "not" ? `not ${inner.label}` : inner.label,
    types: "any",
    value: inner.value,
    ...(inner.allowsMissing ? { allowsMissing: true } : {}),
    holds: (reading) => decorate(reading, (one) => decide(inner, one)),
  };
}

/** Asks an operator; false when a value it needs is missing. */
export function decide(operator: Operator, reading: Reading): boolean {
  if (!operator.allowsMissing && isMissing(reading.left)) return false;
  return lacksValue(operator, reading.right) ? false : operator.holds(reading);
}

/**
 * True when an operator cannot hold, whatever it is asked of: it needs a value to compare with, and there is none.
 * `notEqual null` is the one way to write null as a value. Conditions and searches ask this alike.
 */
export function lacksValue(operator: Pick<Operator, "name" | "value" | "allowsMissing">, value: unknown): boolean {
  if (operator.value === "none" || operator.allowsMissing) return false;
  return value === undefined || (value === null && operator.name !== "notEqual");
}

function elements(reading: Reading): Reading[] {
  const left: unknown[] = Array.isArray(reading.left) ? reading.left : [];
  const type = reading.type === "multiSelect" || reading.type === "json" ? undefined : reading.type;
  return left.map((one) => ({ ...reading, left: one, type }));
}

function values(reading: Reading): Reading[] {
  const right: unknown[] = Array.isArray(reading.right) ? reading.right : [];
  return right.map((one) => ({ ...reading, right: one }));
}
