import type { CheckedValue } from "../objects/check-value.js";
import type { Field } from "../record.js";

/** What a CSV cell means for a field; an empty one means blank. Whether the value is right is checked afterwards. */
export function valueFromText(field: Field, text: string): CheckedValue {
  if (text === "") return { value: null };
  switch (field.type) {
    case "number":
    case "money":
      return numberFrom(field, text);
    case "boolean":
      return truthFrom(field, text);
    case "select":
      return { value: optionFrom(field, text) };
    case "multiSelect":
      return {
        value: text
          .split(/[;,|]/)
          .map((one) => optionFrom(field, one.trim()))
          .filter(Boolean),
      };
    case "json":
      return jsonFrom(field, text);
    default:
      return { value: text };
  }
}

/** A plain number: digits, a dot before the decimals, perhaps blanks or commas between thousands. */
function numberFrom(field: Field, text: string): CheckedValue {
  const plain = /^-?\d{1,3}([ ,]\d{3})+(\.\d+)?$/.test(text) ? text.replace(/[ ,]/g, "") : text;
  if (/^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$/.test(plain)) return { value: Number(plain) };
  return { fault: `${field.label}: "${text.slice(0, 40)}" is not a number. Write it as 12000.50.` };
}

function truthFrom(field: Field, text: string): CheckedValue {
  if (/^(true|yes|1|y|x)$/i.test(text)) return { value: true };
  if (/^(false|no|0|n)$/i.test(text)) return { value: false };
  return { fault: `${field.label}: "${text.slice(0, 40)}" is neither yes nor no.` };
}

function optionFrom(field: Field, text: string): string {
  const options = field.options ?? [];
  const wanted = text.toLowerCase();
  return (
    (
      options.find(({ value }) => value === text) ??
      options.find(({ value, label }) => [value, label].some((one) => one.toLowerCase() === wanted))
    )?.value ?? text
  );
}

function jsonFrom(field: Field, text: string): CheckedValue {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return { fault: `${field.label}: this is not JSON.` };
  }
}
