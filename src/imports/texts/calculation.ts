import type { Expression } from "../../expressions/index.js";
import { snake } from "../names/keys.js";
import * as synonyms from "../names/synonyms.js";
import { byTheirs, entryOf } from "../names/table.js";
import { Unmappable } from "../unmappable.js";
import { liquidOf, type Said, type SayPath } from "./liquid.js";

const functionWords = byTheirs(synonyms.functions);

/**
 * An expression as a calculation of ours: `Math.round(a.b * 1.2)` is `round(record.b * 1.2)`. Throws Unmappable for what a
 * calculation cannot say.
 */
export function calculationOf(expression: Expression, say: SayPath): string {
  const of = (inner: Expression) => calculationOf(inner, say);
  const inside = (inner: Expression) => (isJoined(inner) ? `(${of(inner)})` : of(inner));
  switch (expression.type) {
    case "path":
      return sayOne(expression, say).text;
    case "value":
      return constant(expression.value);
    case "minus":
      return `-${inside(expression.of)}`;
    case "not":
      return `!${inside(expression.of)}`;
    case "and":
    case "or":
      return expression.of.map(inside).join(expression.type === "and" ? " && " : " || ");
    case "arithmetic":
    case "compare":
      return `${inside(expression.left)} ${expression.operator} ${inside(expression.right)}`;
    case "choice":
      return `${inside(expression.test)} ? ${inside(expression.yes)} : ${inside(expression.no)}`;
    case "call": {
      const name = entryOf(functionWords, snake(expression.name));
      if (name === undefined) throw new Unmappable(`There is no function "${expression.name}" here.`);
      return `${name}(${expression.args.map(of).join(", ")})`;
    }
    case "method": {
      const said = liquidOf(expression, say);
      if (!said) throw new Unmappable(`Nothing here does what "${expression.name}" does to a value.`);
      return `{{ ${said.text}${said.filters} }}`;
    }
    default:
      throw new Unmappable("A list is no part of a calculation.");
  }
}

const isJoined = ({ type }: Expression) => ["and", "or", "arithmetic", "compare", "choice"].includes(type);

function sayOne(path: Expression & { type: "path" }, say: SayPath): Said {
  const said = say(path);
  if (!said) throw new Unmappable(`"${path.text}" means nothing here.`);
  return said;
}

function constant(value: string | number | boolean | null): string {
  if (typeof value !== "string") return String(value);
  const quote = ['"', "'"].find((one) => !value.includes(one));
  if (quote === undefined || value.includes("{{"))
    throw new Unmappable(`The text ${value} cannot stand in a calculation.`);
  return `${quote}${value}${quote}`;
}
