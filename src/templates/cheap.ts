import { type Template, TypeGuards, Value } from "liquidjs";
import { everyTemplate, isTemplate, type Parsed, parsed, valuesOf } from "./parsed.js";

const maxText = 20_000;
const maxFilters = 100;
const maxHeavy = 6;

/** Tags that render each of their parts at most once. Loops and captures are not among them. */
const onceTags = new Set([
  "if",
  "unless",
  "case",
  "assign",
  "echo",
  "comment",
  "raw",
  "increment",
  "decrement",
  "liquid",
  "#",
]);

/** Filters whose work and result are in proportion to their input. */
const light = new Set(
  (
    "abs at_least at_most ceil divided_by floor minus plus modulo times round default raw size first last " +
    "upcase downcase capitalize strip lstrip rstrip strip_newlines squish normalize_whitespace truncate truncatewords " +
    "remove remove_first remove_last replace_first replace_last slice number_of_words strip_html newline_to_br " +
    "date date_add date_diff business_days in_timezone date_to_string date_to_long_string date_to_rfc822 date_to_xmlschema " +
    "money phone slug slugify to_number to_integer url_decode base64_decode base64_url_safe_decode sha256 hmac_sha256"
  ).split(" "),
);

/** Filters that may multiply what they get, or that look at every item of a list: cheap a few times, not in a chain. */
const heavy = new Set(
  (
    "append prepend replace concat push unshift join split json jsonify inspect escape escape_once xml_escape url_encode " +
    "cgi_escape uri_escape base64_encode base64_url_safe_encode map pluck sum unique uniq sort sort_natural where reject group_by has find find_index " +
    "compact reverse pop shift array_to_sentence_string"
  ).split(" "),
);

const proofs = new WeakMap<Parsed, boolean>();

/**
 * True when a text provably renders in time and size proportional to its scope: no loop, no capture, no range, no filter
 * outside the lists above. Not a judgement on others, which render in a worker that can be stopped. False for bad Liquid.
 */
export function isCheap(text: string): boolean {
  if (!isTemplate(text)) return true;
  try {
    const template = parsed(text);
    const known = proofs.get(template);
    if (known !== undefined) return known;
    const cheap = text.length <= maxText && prove(everyTemplate(template.templates));
    proofs.set(template, cheap);
    return cheap;
  } catch {
    return false;
  }
}

function prove(templates: readonly Template[]): boolean {
  if (!templates.every(rendersOnce)) return false;
  const filters = templates.flatMap(valuesOf).flatMap((value) => value.filters);
  const heavyOnes = filters.filter((filter) => heavy.has(filter.name));
  if (filters.length > maxFilters || heavyOnes.length > maxHeavy) return false;
  return filters.every((filter) => light.has(filter.name) || heavy.has(filter.name));
}

function rendersOnce(template: Template): boolean {
  const { name } = template as { name?: string };
  if (name !== undefined && !onceTags.has(name)) return false;
  for (const argument of template.arguments?.() ?? []) {
    const tokens =
      argument instanceof Value ? [...argument.initial.postfix, ...argument.filters.flatMap(argumentsOf)] : [argument];
    if (tokens.some((token) => TypeGuards.isRangeToken(token))) return false;
  }
  return true;
}

function argumentsOf(filter: Value["filters"][number]): unknown[] {
  return filter.args.map((one) => (Array.isArray(one) ? one[1] : one));
}
