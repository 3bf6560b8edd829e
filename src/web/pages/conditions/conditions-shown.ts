import type { Field } from "../../../crm/index.js";
import { type Explanation, operators } from "../../../rules/index.js";
import { isObject } from "../../../shared/json.js";
import { plain } from "../formats.js";
import type { Labels } from "../records/record-shown.js";
import { t, textOr } from "../text.js";

/** One node of an explained tree as the partial `rule` draws it. */
export type RuleNode = {
  group: boolean;
  result: boolean;
  status: "success" | "failed";
  verdict: string;
  text: string;
  field: string;
  operator: string;
  left: string;
  right: string;
  reason: string;
  children: RuleNode[];
};

/** A stored explanation as a tree of lines, each with what was seen and what was asked, ids by their labels; null when there is none. */
export function shownRule(explanation: unknown, fields: Field[], labels: Labels = new Map()): RuleNode | null {
  return isObject(explanation) && typeof explanation["operator"] === "string"
    ? node(explanation as Explanation, fields, labels)
    : null;
}

function node(explanation: Explanation, fields: Field[], labels: Labels): RuleNode {
  const { result } = explanation;
  const shared = {
    result,
    status: result ? ("success" as const) : ("failed" as const),
    verdict: t(result ? "rule.yes" : "rule.no"),
    reason: explanation.reason ?? "",
  };
  if ("conditions" in explanation) {
    const text = t(`rule.${explanation.operator}`, { n: explanation.conditions.length });
    return {
      ...shared,
      group: true,
      text,
      field: "",
      operator: "",
      left: "",
      right: "",
      children: explanation.conditions.map((child) => node(child, fields, labels)),
    };
  }
  const known = operators.find(({ name }) => name === explanation.operator);
  return {
    ...shared,
    group: false,
    text: "",
    field: fieldName(explanation.fact, explanation.path, fields),
    operator: known?.label ?? explanation.operator,
    left: valueWord(explanation.left, explanation.path, fields, labels),
    right: known?.value === "none" ? "" : valueWord(explanation.right, explanation.path, fields, labels),
    children: [],
  };
}

function fieldName(fact: string, path: string | undefined, fields: Field[]): string {
  const label = fields.find(({ name }) => name === path)?.label ?? path ?? "";
  if (fact === "record") return label || t("conditions.facts.record");
  if (fact === "old") return t("conditions.before", { field: label });
  return path ? `${textOr(`conditions.factWord.${fact}`, fact)} ${path}` : textOr(`conditions.factWord.${fact}`, fact);
}

function valueWord(value: unknown, path: string | undefined, fields: Field[], labels: Labels): string {
  const field = fields.find(({ name }) => name === path);
  const labelled = (one: unknown) => labels.get(field?.relation ? `${field.relation}:${one}` : String(one));
  const word = (one: unknown) =>
    field?.options?.find((option) => option.value === one)?.label ?? labelled(one) ?? plain(one);
  return Array.isArray(value) ? value.map(word).join(", ") || t("value.empty") : word(value);
}
