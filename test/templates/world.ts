import { expect } from "chai";
import { createScope, resolve, type ScopeParts, TemplateError } from "../../src/templates/index.js";

/** Monday 2 March 2026, ten in the morning in Berlin. */
export const now = Date.parse("2026-03-02T09:00:00.000Z");

/** A deal of Acme's, on its way through three steps. */
export const parts: ScopeParts = {
  record: {
    id: "d1",
    name: "Rollout",
    amount: 12_000.5,
    tags: ["vip", "eu"],
    company: "c1",
    closeDate: "2026-03-10",
    note: null,
    $related: {
      company: { id: "c1", name: "Acme", size: 250, owner: "u1", $related: { owner: { email: "o@acme.test" } } },
    },
  },
  old: null,
  trigger: { kind: "record.updated", changes: [{ field: "stage", old: "lead", new: "won" }] },
  inputs: { dealId: "d1" },
  steps: {
    find: {
      output: {
        records: [
          { n: 1.1, at: "x" },
          { n: 2.2, at: "y" },
          { n: 1.1, at: "x" },
        ],
        total: 3,
        size: 7,
      },
      port: "success",
    },
    call: { output: null, error: { code: "timeout" }, port: "error" },
  },
  stepKeys: ["find", "call"],
  vars: { days: 3, ratio: 0.5 },
  secrets: { erp_key: "s3cr3t" },
  run: { id: "r1" },
  automation: { name: "Won" },
  workspace: { slug: "demo" },
  user: { name: "Ada" },
  now,
  timezone: "Europe/Berlin",
};

export const scope = createScope(parts);

/** What a value resolves to in the world above. */
export const say = (value: unknown): unknown => resolve(value, scope);

/** The TemplateError that resolving ends with. */
export function fault(value: unknown, within = scope): TemplateError {
  try {
    resolve(value, within);
  } catch (error) {
    expect(error).to.be.instanceOf(TemplateError);
    return error as TemplateError;
  }
  throw new Error("it did not fail");
}
