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
  /** Paths below which anything may lie: `steps.call.output`, `loop`. Run, trigger and the like are open unless listed in `paths`. */
  open?: readonly string[];
  /** Step keys by position, for `steps.1`. */
  stepKeys?: readonly string[];
};

const openRoots = ["trigger", "run", "automation", "workspace", "user"];
const ports = ["output", "error", "port"];
const ofLists = ["size", "first", "last", "length"];

/** What is wrong with one text: Liquid that cannot be parsed, an unknown tag or filter, an unknown variable with the nearest known one. */
export function checkTemplate(text: string, known: KnownNames, path = ""): FieldError[] {
  if (!isTemplate(text)) return [];
  try {
    const unknown = usesOf(parsed(text)).filter((use) => !use.forgiven && !isKnown(use.segments, known));
    const names = [...new Set(unknown.map((use) => use.segments.join(".")))];
    return names.map((name) => ({ path, message: `There is no variable "${name}".${pathHint(name, pathsOf(known))}` }));
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
  const segments = given[0] === "input" ? ["inputs", ...given.slice(1)] : [...given];
  if (segments[0] === "steps" && /^\d+$/.test(segments[1] ?? "")) {
    segments[1] = known.stepKeys?.[Number(segments[1]) - 1] ?? segments[1] ?? "";
  }
  return isPort(segments, known) || spellings(segments).some((one) => isListed(one, known));
}

/** Every step that can be read has an output, an error with a code and a message, and a port. */
function isPort([root, step = "", name = "", below]: readonly string[], known: KnownNames): boolean {
  if (root !== "steps" || !(name === "error" || (ports.includes(name) && below === undefined))) return false;
  return isListed(`steps.${step}`, known);
}

/** The ways one path may be meant: as written, into a step's output, as a bare variable, through a list. */
function spellings(segments: readonly string[]): string[] {
  const ways = [segments, ["vars", ...segments]];
  const [root, step, name] = segments;
  if (root === "steps" && step && name && !ports.includes(name))
    ways.push(["steps", step, "output", ...segments.slice(2)]);
  const plain = ways.map((way) => way.filter((one, at) => at === 0 || !(/^-?\d+$/.test(one) || ofLists.includes(one))));
  return [...ways, ...plain].map((way) => way.join("."));
}

function isListed(path: string, known: KnownNames): boolean {
  if (path === "now" || known.paths.some((one) => one === path || one.startsWith(`${path}.`))) return true;
  const open = [
    ...(known.open ?? []),
    ...openRoots.filter((root) => !known.paths.some((one) => one.startsWith(`${root}.`))),
  ];
  return open.some((one) => one === path || path.startsWith(`${one}.`) || one.startsWith(`${path}.`));
}
