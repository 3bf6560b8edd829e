import { isObject } from "../../shared/json.js";

/**
 * Whether stored job data holds `wanted`: an object holds another when it has each of its members, an array when each
 * wanted element is held by one of its own, anything else when it is equal. An array also holds a plain value that it
 * lists. Other members and elements do not matter.
 */
export function contains(value: unknown, wanted: unknown): boolean {
  if (isObject(wanted)) {
    return (
      isObject(value) &&
      Object.entries(wanted).every(([key, inner]) => Object.hasOwn(value, key) && contains(value[key], inner))
    );
  }
  if (Array.isArray(value)) {
    return (Array.isArray(wanted) ? wanted : [wanted]).every((inner) =>
      value.some((element) => contains(element, inner)),
    );
  }
  return value === wanted;
}
