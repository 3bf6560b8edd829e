import type { FieldError } from "../shared/errors.js";
import { messageOf } from "../shared/errors.js";
import { everyText } from "./every-text.js";
import { isTemplate, parsed } from "./parsed.js";
import { pathHint } from "./suggest.js";
import { usesOf } from "./variables.js";

/** The names templates may use at some place of a document. */
export type KnownNames = {
  /** Full dotted paths: `record.amount`, `record.company.name`, `inputs.dealId`, `steps.make_task.output.id`, `vars.days`. */
  paths: readonly string[];
  /** Paths below which anything may lie: `steps.call.output`, `trigger`. */
  open?: readonly string[];
  /** Step keys by position, for `steps.1`. */
  stepKeys?: readonly string[];
};

const ports = ["output", "error", "port"];
const ofLists = ["size", "first", "last", "length"];

/** What is wrong with one text: Liquid that cannot be parsed, an unknown tag or filter, an unknown variable with the nearest known one. */
export function checkTemplate(text: string, known: KnownNames, path = ""): FieldError[] {
  if (!isTemplate(text)) return [];
  try {
    const unknown = usesOf(parsed(text)).filter((use) => !use.forgiven && !isKnown(use.segments, known));
    const names = new Map(unknown.map(({ segments }) => [segments.join("."), meant(segments, known)]));
    return [...names].map(([name, segments]) => {
      const plain = segments.filter((one) => !/^\d+$/.test(one)).join(".");
      return { path, message: `There is no variable "${name}".${pathHint(plain, pathsOf(known))}` };
    });
  } catch (error) {
    return [{ path, message: messageOf(error) }];
  }
}

/** The same for every text in a JSON value, each problem at its own path below `path`. */
export function checkTemplates(value: unknown, known: KnownNames, path = ""): FieldError[] {
  return [...everyText(value, path)].flatMap((one) => checkTemplate(one.text, known, one.path));
}

function pathsOf({ paths, open = [] }: KnownNames): string[] {
  return ["now", ...paths, ...open];
}

function isKnown(given: readonly string[], known: KnownNames): boolean {
  return spellings(meant(given, known)).some((one) => isListed(one, known));
}

/** A path with `input` and a step's position written out. */
function meant([root = "", second, ...rest]: readonly string[], { stepKeys = [] }: KnownNames): string[] {
  const first = root === "input" ? "inputs" : root;
  if (second === undefined) return [first];
  const isPosition = root === "steps" && /^\d+$/.test(second);
  return [first, isPosition ? (stepKeys[Number(second) - 1] ?? second) : second, ...rest];
}

/** The ways one path may be meant: as written, into a step's output, as a bare variable, through a list. */
function spellings(segments: readonly string[]): string[] {
  const ways = [segments, ["vars", ...segments]];
  const [root, step, name] = segments;
  if (root === "steps" && step && name && !ports.includes(name))
    ways.push(["steps", step, "output", ...segments.slice(2)]);
  const plain = ways.map((way) => way.filter((one, at) => at < 2 || !(/^-?\d+$/.test(one) || ofLists.includes(one))));
  return [...ways, ...plain].map((way) => way.join("."));
}

function isListed(path: string, { paths, open = [] }: KnownNames): boolean {
  const below = `${path}.`;
  if (path === "now" || paths.some((one) => one === path || one.startsWith(below))) return true;
  return open.some((one) => one === path || path.startsWith(`${one}.`) || one.startsWith(below));
}
