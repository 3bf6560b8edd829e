import type { Field } from "../../../crm/index.js";
import type { StepDetails, StepLine } from "../../../runs/index.js";
import { isObject } from "../../../shared/json.js";
import { type RuleNode, shownRule } from "../conditions/conditions-shown.js";
import { preview } from "../formats.js";
import type { Labels } from "../records/record-shown.js";
import { t } from "../text.js";
import { took } from "./run-rows.js";

/** One try at a step as its page part draws it. Without `details` only `link` leads to what went in and came out. */
export type ShownTry = {
  n: number;
  title: string | null;
  status: string;
  startedAt: string;
  duration: number | null;
  error: StepLine["error"];
  link: string;
  details: {
    /** Why it was passed over. */
    note: string | null;
    rule: RuleNode | null;
    input: Payload | null;
    output: Payload | null;
    writes: { field: string; before: unknown; after: unknown; path: string }[];
    key: string;
    idempotencyKey: string | null;
  } | null;
};

/** A payload as text; `more` leads to all of it when it was cut. */
type Payload = { text: string; more: string | null };

/** What the texts of tries are made from. */
export type TryWords = { runId: string; object: string | null; fields: Field[]; people: Labels };

/** One try; `number` counts the tries of its step from 1, 0 for an only one. */
export function shownTry(line: StepLine, details: StepDetails | null, number: number, words: TryWords): ShownTry {
  const { n, status, startedAt, error } = line;
  const said = status === "skipped" && isObject(details?.output) ? details.output["reason"] : null;
  const note = typeof said === "string" && said.includes(" ") ? said : null;
  return {
    n,
    title: number > 0 ? t("run.attempt", { n: number }) : null,
    status,
    startedAt,
    duration: took(line),
    error,
    link: `/runs/${words.runId}/steps/${n}`,
    details: details && {
      note,
      rule: shownRule(details.conditions, words.fields, words.people),
      input: payload(details.input, details.inputCut, `/runs/${words.runId}/payload/${n}/input`),
      output: note ? null : payload(details.output, details.outputCut, `/runs/${words.runId}/payload/${n}/output`),
      writes: details.writes.map((write) => ({
        field: fieldWord(write, words),
        before: write.before ?? null,
        after: write.after ?? null,
        path: `/records/${write.object}/${encodeURIComponent(write.recordId)}`,
      })),
      key: line.key,
      idempotencyKey: details.idempotencyKey,
    },
  };
}

function payload(value: unknown, isCut: boolean, path: string): Payload | null {
  if (value === null) return null;
  const { text, cut } = preview(value);
  return { text: isCut || cut ? `${text}…` : text, more: isCut || cut ? path : null };
}

function fieldWord({ object, field }: StepDetails["writes"][number], words: TryWords): string {
  if (field === null) return t("run.wholeRecord");
  const known = object === words.object ? words.fields.find(({ name }) => name === field)?.label : undefined;
  return known ?? `${object}.${field}`;
}
