/** A form field's id from its name. */
export function idOf(name: string): string {
  return `f-${name.replace(/[^\w]+/g, "-").replace(/-$/, "")}`;
}
