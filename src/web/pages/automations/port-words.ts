import type { Step } from "../../../graph/index.js";
import { isObject } from "../../../shared/json.js";
import { textOr } from "../text.js";

/** What people call a way out of a step: the label of its case or branch, else a word for the port. */
export function portLabel(step: Step, port: string): string {
  const rows = ["cases", "branches"].flatMap((list) => [step.config[list] ?? []].flat()).filter(isObject);
  const label = rows.find((row) => row["key"] === port)?.["label"];
  if (typeof label === "string" && label.trim() !== "") return label;
  const words = port.replaceAll("_", " ");
  return textOr(`outline.ports.${port}`, words.charAt(0).toUpperCase() + words.slice(1));
}
