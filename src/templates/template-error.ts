import { LiquidError } from "liquidjs";
import { messageOf, Problem } from "../shared/errors.js";

/** What went wrong: a name that is not there, text that is no template, a filter given what it cannot use, a limit reached. */
export type TemplateFault = "template_missing_variable" | "template_syntax" | "template_filter" | "template_limit";

/** A template that could not be rendered, in words for its author. Values never appear in the message. */
export class TemplateError extends Problem {
  constructor(
    readonly fault: TemplateFault,
    message: string,
    /** The variable that is not there, as written. */
    readonly variable?: string,
  ) {
    super(422, fault, message, [], variable === undefined ? {} : { variable });
    this.name = "TemplateError";
  }
}

/** Anything thrown while parsing or rendering, as the one error callers see. */
export function toTemplateError(error: unknown): TemplateError {
  const cause = rootOf(error);
  if (cause instanceof TemplateError) return new TemplateError(cause.fault, cause.message, cause.variable);
  const message = messageOf(error).slice(0, 500);
  if (/ limit exceeded|Invalid string length|out of memory/.test(message)) return limited(message);
  if (/Maximum call stack/.test(message))
    return new TemplateError("template_limit", "The template is nested too deeply.");
  const isSyntax = LiquidError.is(error) && ["ParseError", "TokenizationError"].includes(error.name);
  if (!isSyntax) return new TemplateError("template_filter", `The template could not be rendered: ${placed(message)}.`);
  const tag = /^tag "([^"]*)" not found/.exec(message)?.[1];
  if (tag !== undefined) return new TemplateError("template_syntax", `There is no tag "${tag}" here${place(message)}.`);
  return new TemplateError("template_syntax", `This is not valid Liquid: ${placed(message)}.`);
}

function limited(message: string): TemplateError {
  if (message.includes("parse length"))
    return new TemplateError("template_limit", "The template is longer than 100,000 characters.");
  if (message.includes("template render"))
    return new TemplateError("template_limit", "The template took too long to render.");
  return new TemplateError("template_limit", "The template makes too much data.");
}

function rootOf(error: unknown): unknown {
  let here = error;
  for (let depth = 0; depth < 5 && LiquidError.is(here) && here.originalError; depth++) here = here.originalError;
  return here;
}

const at = /, line:(\d+), col:(\d+)$/;

function placed(message: string): string {
  return `${message.replace(at, "").replace(/\.$/, "")}${place(message)}`;
}

function place(message: string): string {
  const found = at.exec(message);
  return found ? ` (line ${found[1]}, column ${found[2]})` : "";
}
