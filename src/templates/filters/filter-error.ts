import { TemplateError } from "../template-error.js";

/** A filter that was given what it cannot use. Says what it needs, never what it got: that may be a secret. */
export function wrongInput(filter: string, needs: string): TemplateError {
  return new TemplateError("template_filter", `The filter "${filter}" needs ${needs}.`);
}

/** True for a missing value, which filters pass on instead of failing. */
export function isBlank(value: unknown): value is null | undefined | "" {
  return value === null || value === undefined || value === "";
}
