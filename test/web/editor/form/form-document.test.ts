import { expect } from "chai";
import fc from "fast-check";
import { checkShape } from "../../../../src/automations/index.js";
import type { Document } from "../../../../src/graph/index.js";
import { documentToForm } from "../../../../src/web/editor/form/document-form.js";
import { drawnDocument, formToDocument, rawDocument } from "../../../../src/web/editor/form/form-document.js";
import { formFields } from "../../../../src/web/editor/form/form-fields.js";
import type { SentForm } from "../../../../src/web/editor/form/sent-fields.js";
import { branched, everything, known } from "../editor-known.js";

const fieldsOf = (document: Document) => formFields(documentToForm(document, known));
const read = (sent: SentForm) => formToDocument(rawDocument(sent) ?? {}, drawnDocument(sent), known);
const edited = (document: Document, changes: SentForm) => read({ ...fieldsOf(document), ...changes }).document;
const deal = (document: Partial<Document>): Document => ({ object: "deal", triggers: [], steps: [], ...document });

describe("the editor's form", () => {
  it("gives back the document it was drawn from", () => {
    expect(checkShape(everything, "")).to.deep.equal([]);
    expect(read(fieldsOf(everything)).document).to.deep.equal(everything);
  });

  it("gives back any document, whatever its settings hold", () => {
    fc.assert(
      fc.property(documents, (document) => {
        expect(read(fieldsOf(document)).document).to.deep.equal(document);
      }),
      { numRuns: 150 },
    );
  });

  it("settles when it is read from its fields alone, again and again", () => {
    const alone = (document: Document) => {
      const { was: _, ...sent } = fieldsOf(document);
      return read(sent).document;
    };
    fc.assert(
      fc.property(documents, (document) => {
        const once = alone(alone(document));
        expect(alone(once)).to.deep.equal(once);
      }),
      { numRuns: 80 },
    );
  });

  it("gives back every step of a workflow, whichever of them is open", () => {
    expect(checkShape(branched, "")).to.deep.equal([]);
    const graphs = { ...known, form: "graph" as const };
    for (const [at, { key }] of branched.steps.entries()) {
      const sent = formFields(documentToForm(branched, graphs, { unfold: at }));
      const { document, problems } = formToDocument(rawDocument(sent) ?? {}, drawnDocument(sent), graphs);
      expect([document, problems], key).to.deep.equal([branched, []]);
    }
  });

  it("draws the cases of a switch, their conditions and its branches as fields, not as JSON", () => {
    const graphs = { ...known, form: "graph" as const };
    for (const [at, { key }] of branched.steps.entries()) {
      const [card] = documentToForm(branched, graphs, { unfold: at }).steps.slice(at);
      const controls = card?.config.filter(({ control }) => control === "code").map(({ name }) => name) ?? [];
      expect(controls, key).to.deep.equal([]);
    }
  });

  it("changes only what was edited", () => {
    const change = { "document.steps[0].config.values.rows[0].value": "live", "document.limits.runsPerMonth": "50" };
    const document = edited(everything, change);
    const expected = structuredClone(everything);
    expected.limits = { runsPerMonth: 50 };
    expected.steps[0] = {
      ...expected.steps[0],
      config: { values: { status: "live", amount: 5, description: "a\nb" } },
    } as Document["steps"][0];
    expect(document).to.deep.equal(expected);
  });

  it("keeps a row of conditions as it was stored while another one changes", () => {
    const document = edited(everything, {
      "document.conditions.items[0].value": "500",
      "document.conditions.join": "any",
    });
    const [big, ...others] = (everything.conditions?.["all"] ?? []) as object[];
    expect(document.conditions).to.deep.equal({ any: [{ ...big, value: 500 }, ...others] });
  });

  it("keeps line breaks as documents have them", () => {
    const step = { key: "note", kind: "note.create", config: { body: "one\ntwo" } };
    const sent = fieldsOf(deal({ steps: [step] }));
    sent["document.steps[0].config.body"] = "one\r\ntwo\r\nthree";
    expect(read(sent).document.steps[0]?.config).to.deep.equal({ body: "one\ntwo\nthree" });
  });

  it("takes a value out when its field is emptied, and no default in that nobody chose", () => {
    const mail = {
      key: "mail",
      kind: "email.send",
      config: { to: "a@b.test", subject: "S", body: "B", cc: "c@b.test" },
    };
    const document = edited(deal({ steps: [mail] }), { "document.steps[0].config.cc": "" });
    expect(document.steps[0]?.config).to.deep.equal({ to: "a@b.test", subject: "S", body: "B" });
  });

  it("writes one value as a value, several as a list, and blank as null", () => {
    const moved = deal({ triggers: [{ key: "moved", kind: "stage.changed" }] });
    const to = (value: string | string[]) => edited(moved, { "document.triggers[0].to": value }).triggers[0]?.["to"];
    expect(to("won")).to.equal("won");
    expect(to(["won", "lost"])).to.deep.equal(["won", "lost"]);
    expect(to("(blank)")).to.equal(null);
    expect(edited(moved, {}).triggers[0]).not.to.have.property("to");
  });

  it("reads numbers, lists and JSON by the schema, and keeps what cannot be read", () => {
    const http = { key: "call", kind: "http.request", config: { url: "https://example.com" } };
    const { document, problems } = read({
      ...fieldsOf(deal({ steps: [http] })),
      "document.steps[0].config.acceptStatus": "200\n404",
      "document.steps[0].config.body": '{"deal": "{{ record.id }}"}',
      "document.limits.perMinute": "many",
      "document.steps[0].config.expect": "{ broken",
    });
    expect(document.steps[0]?.config).to.deep.include({
      acceptStatus: [200, 404],
      body: { deal: "{{ record.id }}" },
      expect: "{ broken",
    });
    expect(document.limits).to.deep.equal({ perMinute: "many" });
    expect(problems.map(({ path }) => path)).to.have.members(["limits.perMinute", "steps[0].config.expect"]);
  });

  it("reads field values by the field's type", () => {
    const update = { key: "set", kind: "record.update", config: {} };
    const rows = {
      "document.steps[0].config.values.rows[0].field": "amount",
      "document.steps[0].config.values.rows[0].value": "1200.5",
    };
    expect(edited(deal({ steps: [update] }), rows).steps[0]?.config).to.deep.equal({ values: { amount: 1200.5 } });
  });

  it("keeps a condition whose field is not chosen yet", () => {
    const document = edited(deal({}), {
      "document.conditions.items[0].fact": "",
      "document.conditions.items[0].value": "5",
    });
    expect(document.conditions).to.deep.equal({ all: [{ fact: "", operator: "equal", value: 5 }] });
  });

  it("gives a value the shape its operator takes", () => {
    const leaf = { fact: "record", path: "stage", operator: "equal", value: "won" };
    const asked = (changes: SentForm) => {
      const { conditions } = edited(deal({ conditions: { all: [leaf] } }), changes);
      return ((conditions?.["all"] ?? []) as { value: unknown }[])[0]?.value;
    };
    expect(asked({ "document.conditions.items[0].operator": "in" })).to.deep.equal(["won"]);
    expect(asked({ "document.conditions.items[0].operator": "isEmpty" })).to.equal(null);
    expect(
      asked({
        "document.conditions.items[0].compares": "field",
        "document.conditions.items[0].field": "record:company.name",
      }),
    ).to.deep.equal({ fact: "record", path: "company.name" });
  });

  it("makes an input's name from its title", () => {
    const document = edited(deal({}), {
      "document.inputs[0].title": "Why did we lose it?",
      "document.inputs[0].type": "text",
      "document.inputs[0].required": "true",
    });
    expect(document.inputs).to.deep.equal({
      type: "object",
      properties: { whyDidWeLoseIt: { type: "string", title: "Why did we lose it?" } },
      required: ["whyDidWeLoseIt"],
    });
  });

  it("carries the steps of a long list along without drawing them", () => {
    const steps = Array.from({ length: 60 }, (_, at) => ({
      key: `step_${at}`,
      kind: "note.create",
      config: { body: `Note ${at}` },
    }));
    const form = documentToForm(deal({ steps }), known, { unfold: 7 });
    expect(form.steps.filter(({ folded }) => !folded).map(({ number }) => number)).to.deep.equal([8]);
    expect(read(formFields(form)).document.steps).to.deep.equal(steps);
  });

  it("reads a forged or broken form as an empty one", () => {
    expect(drawnDocument({ was: "{" })).to.deep.equal({ object: null, triggers: [], steps: [] });
    expect(rawDocument({ "document.__proto__.x": "1" })).to.equal(undefined);
    const { document } = read({
      was: '{"steps":[1,{"kind":2}],"triggers":"x"}',
      "document.steps[0].key": "a",
      "document.steps[0].kind": "nope",
    });
    expect(document.steps).to.deep.equal([{ key: "a", kind: "nope", config: {} }]);
  });
});

const word = fc.stringMatching(/^[a-z][a-zA-Z]{0,8}$/);
const text = fc.oneof(
  fc.string(),
  fc.constantFrom("{{ record.name }}", "5", " padded ", "two\nlines", "[1", '"quoted"', "true", "won"),
);
const json = fc.jsonValue({ depthSize: "small", stringUnit: "grapheme" });
const value = fc.oneof(text, json);
const leaf = fc.record(
  {
    fact: fc.constantFrom("record", "old", "vars", "now"),
    path: fc.constantFrom("amount", "stage", "company.name", "unknown"),
    operator: fc.constantFrom("equal", "in", "between", "isEmpty", "withinLast", "not:equal"),
    value,
  },
  { requiredKeys: ["fact", "operator"] },
);
const { tree } = fc.letrec<{ tree: object }>((tie) => ({
  tree: fc.oneof(
    { depthSize: "small" },
    leaf,
    fc.record({ all: fc.array(tie("tree"), { maxLength: 3 }) }),
    fc.record({ any: fc.array(tie("tree"), { maxLength: 3 }) }),
    fc.record({ not: tie("tree") }),
  ),
}));
const settings = (names: string[], values: fc.Arbitrary<unknown>) =>
  fc.dictionary(fc.constantFrom(...names), values, { maxKeys: 4 });
const configs: Record<string, string[]> = {
  "record.update": ["record", "values", "strange"],
  "email.send": ["to", "subject", "body", "format", "track", "attachments"],
  "http.request": ["url", "headers", "body", "auth", "acceptStatus", "timeout"],
  wait: ["for", "weekday", "businessHours"],
  "owner.assign": ["to"],
  set_variables: ["values"],
  "no.such.kind": ["a", "b"],
};
const step = fc.constantFrom(...Object.keys(configs)).chain((kind) =>
  fc.record(
    {
      kind: fc.constant(kind),
      config: settings(configs[kind] ?? [], fc.oneof(value, fc.dictionary(word, value), fc.array(text))),
      name: text,
      note: text,
      disabled: fc.constant(true),
      timeout: fc.constant("30s"),
    },
    { requiredKeys: ["kind", "config"] },
  ),
);
const trigger = fc.record(
  {
    kind: fc.constantFrom("record.updated", "stage.changed", "schedule", "manual", "nothing"),
    fields: fc.array(fc.constantFrom("stage", "amount", "x")),
    to: value,
    on: value,
    when: tree,
    inputs: fc.dictionary(word, text),
  },
  { requiredKeys: ["kind"] },
);
const keyed = <T extends object>(items: T[]) => items.map((item, at) => ({ ...item, key: `k${at}` }));

/** Documents of the right shape whose settings hold anything JSON can hold. */
const documents: fc.Arbitrary<Document> = fc
  .record(
    {
      object: fc.constantFrom("deal", "contact", "gone", null),
      triggers: fc.array(trigger, { maxLength: 3 }).map(keyed),
      steps: fc.array(step, { maxLength: 4 }).map(keyed),
      conditions: tree,
      variables: fc.dictionary(word, value),
      outputs: fc.dictionary(word, text),
      inputs: fc.record({
        type: fc.constant("object"),
        properties: fc.dictionary(
          word,
          fc.oneof(
            fc.constantFrom({ type: "string", title: "T", minLength: 2 }, { enum: ["a", "b"] }, { type: "integer" }),
            fc.constant({}),
          ),
        ),
        required: fc.array(word, { maxLength: 1 }),
      }),
      enrollment: fc.record(
        { reenter: fc.constantFrom("once", { per: "day" as const }), unless: tree },
        { requiredKeys: [] },
      ),
      limits: fc.record({ perMinute: fc.nat() }),
      layout: fc.constant({ k0: { x: 1, y: 2 } }),
    },
    { requiredKeys: ["object", "triggers", "steps"] },
  )
  .map((document) => JSON.parse(JSON.stringify(document)) as Document);
