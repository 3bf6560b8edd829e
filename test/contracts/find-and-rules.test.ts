import { expect } from "chai";
import fc from "fast-check";
import {
  createRecords,
  defineField,
  factsOf,
  fieldTypes,
  findRecords,
  type RecordRow,
  withRelated,
} from "../../src/crm/index.js";
import { evaluate } from "../../src/rules/index.js";
import type { JsonObject } from "../../src/shared/json.js";
import { ada, type CrmWorld, crmWorld } from "../crm/crm-world.js";
import { dialects } from "../support/databases.js";

const zone = "Europe/Berlin";
const texts = ["", "a", "A", "a ", "ab", "ba", "100%", "a_b", "ä", "Zoë", "'; --", '"', "\\", "|", "😀x", "vip"];
const days = ["2026-02-27", "2026-03-01", "2026-03-02", "2026-03-03", "2026-03-29", "2026-10-25"];
const instants = [
  "2026-03-01T22:59:59.999Z",
  "2026-03-01T23:00:00.000Z",
  "2026-03-02T08:59:00.000Z",
  "2026-03-02T09:00:00.000Z",
  "2026-03-29T01:30:00.000Z",
  "2026-03-09T09:00:00.000Z",
];
const numbers = [-1, 0, 0.1, 1, 99.9999, 100, 12000.5];
const tags = ["vip", "newsletter", "partner", "press"];

const maybe = <T>(values: readonly T[]) => fc.constantFrom<T | null>(null, ...values);
const some = (values: readonly string[]) => fc.subarray([...values]);

const contact = fc.record({
  name: fc.constantFrom(...texts.filter(Boolean)),
  city: maybe(texts),
  source: maybe(["a", "b"]),
  tags: some(tags),
  status: fc.constantFrom("lead", "prospect"),
  birthday: maybe(days),
  lastContactedAt: maybe(instants),
  subscribed: maybe([true, false]),
  score: maybe(numbers),
  nick: maybe(texts),
  seen: maybe(instants),
  since: maybe(days),
  flag: maybe([true, false]),
  colours: some(["red", "green", "a b"]),
});

type Kind = "text" | "number" | "boolean" | "date" | "datetime" | "many" | "choice" | "id";
const fields: Record<string, Kind> = {
  city: "text",
  name: "text",
  nick: "text",
  "company.name": "text",
  "company.industry": "text",
  "owner.name": "text",
  score: "number",
  "company.employees": "number",
  "company.annualRevenue": "number",
  subscribed: "boolean",
  flag: "boolean",
  birthday: "date",
  since: "date",
  lastContactedAt: "datetime",
  seen: "datetime",
  createdAt: "datetime",
  tags: "many",
  colours: "many",
  status: "choice",
  company: "id",
  id: "id",
};

const emptiness = fc
  .constantFrom("isEmpty", "isNotEmpty")
  .map((operator) => ({ operator, value: undefined as unknown }));
const asked = (operators: string[], value: fc.Arbitrary<unknown>) =>
  fc.record({ operator: fc.constantFrom(...operators), value });
const ordering = ["lessThan", "lessThanInclusive", "greaterThan", "greaterThanInclusive"];
const moment = fc.constantFrom<unknown>(...days, ...instants, Date.parse("2026-03-02T09:00:00Z"));
const dates = fc.oneof(
  asked(["equal", "notEqual", ...ordering, "before", "after", "onDay"], moment),
  asked(["before", "after", "onDay"], fc.constantFrom("now", "today", "yesterday", "tomorrow")),
  asked(["between"], fc.tuple(moment, moment)),
  asked(["in", "notIn"], fc.array(moment, { minLength: 1, maxLength: 3 })),
  asked(["withinLast", "withinNext", "olderThan"], fc.constantFrom<unknown>("3d", "36h", "1w", 0, 1, 7)),
);
const text = fc.constantFrom(...texts);
const number = fc.constantFrom<unknown>(...numbers, "100", "0.1");
const questions: Record<Kind, fc.Arbitrary<{ operator: string; value: unknown }>> = {
  text: fc.oneof(
    asked(["equal", "notEqual", "contains", "notContains", "startsWith", "endsWith"], text),
    asked(["in", "notIn"], fc.array(text, { minLength: 1, maxLength: 3 })),
  ),
  number: fc.oneof(
    asked(["equal", "notEqual", ...ordering], number),
    asked(["in", "notIn"], fc.array(number, { minLength: 1, maxLength: 3 })),
    asked(["between"], fc.tuple(number, number)),
  ),
  boolean: asked(["equal", "notEqual"], fc.constantFrom<unknown>(true, false, "true")),
  date: dates,
  datetime: dates,
  many: fc.oneof(
    asked(
      ["hasAny", "hasAll", "hasNone"],
      fc.array(fc.constantFrom("vip", "press", "red", "a b", "x"), { minLength: 1, maxLength: 3 }),
    ),
    asked(["contains", "notContains"], fc.constantFrom("vip", "red", "Red")),
    asked(["equal", "notEqual"], some(tags)),
  ),
  id: fc.oneof(
    asked(["equal", "notEqual"], fc.constantFrom("lead", "ü")),
    asked(["in", "notIn"], fc.constantFrom(["x", "ü"], ["x"])),
  ),
  choice: fc.oneof(
    asked(["equal", "notEqual"], fc.constantFrom("lead", "lead ", "prospect", "ü")),
    asked(
      ["in", "notIn", "hasAny", "hasNone"],
      fc.array(fc.constantFrom("lead", "Lead", "x"), { minLength: 1, maxLength: 3 }),
    ),
  ),
};

/** What a template may come to at a run: nothing, an empty text or list, a list with gaps. */
const blank = (value: unknown) =>
  fc.constantFrom<unknown>(undefined, null, "", [], [null], [null, ...[value].flat()], ["", ...[value].flat()]);
const withBlanks = (asking: fc.Arbitrary<{ operator: string; value: unknown }>) =>
  asking.chain((one) =>
    fc.oneof(
      { weight: 3, arbitrary: fc.constant(one) },
      { weight: 1, arbitrary: blank(one.value).map((value) => ({ ...one, value })) },
    ),
  );

const leaf: fc.Arbitrary<JsonObject> = fc.constantFrom(...Object.keys(fields)).chain((path) =>
  fc
    .oneof({ weight: 4, arbitrary: withBlanks(questions[fields[path] as Kind]) }, { weight: 1, arbitrary: emptiness })
    .map(({ operator, value }) => ({
      fact: "record",
      path,
      operator,
      ...(value === undefined ? {} : { value }),
    })),
);

const { tree } = fc.letrec<{ tree: JsonObject }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc.array(tie("tree"), { maxLength: 3 }).map((all) => ({ all })),
    fc.array(tie("tree"), { maxLength: 3 }).map((any) => ({ any })),
    tie("tree").map((not) => ({ not })),
  ),
}));

for (const dialect of dialects) {
  describe(`a search means what the rules mean, on ${dialect}`, () => {
    let world: CrmWorld;
    let records: RecordRow[];

    before(async function () {
      this.timeout(60_000);
      world = await crmWorld(dialect);
      const { host, ws } = world;
      for (const [name, type] of Object.entries({
        score: "number",
        nick: "text",
        seen: "datetime",
        since: "date",
        flag: "boolean",
      } as const)) {
        await defineField(host, ws, "contact", { name, label: name, type });
      }
      const options = ["red", "green", "a b"].map((value) => ({ value, label: value }));
      await defineField(host, ws, "contact", { name: "colours", label: "Colours", type: "multiSelect", options });
      const companies = await createRecords(
        host,
        ws,
        "company",
        [
          { name: "a", industry: "ab", employees: 100, annualRevenue: 0.1 },
          { name: "ä", industry: null, employees: null },
          { name: "😀x" },
        ],
        ada,
      );
      const owner = await world.user("Zoë");
      const links = [null, ...companies.map((company) => company.id)];
      const rows = fc.sample(contact, { numRuns: 120, seed: 7 }).map((values, at) => ({
        ...values,
        company: links[at % links.length],
        owner: at % 3 === 0 ? owner.id : null,
      }));
      records = await createRecords(host, ws, "contact", rows, ada);
    });
    after(() => world.drop());

    it("finds exactly the records for which evaluate() holds", async function () {
      this.timeout(120_000);
      const { host, ws, clock } = world;
      const typeOf = await fieldTypes(host, ws, "contact");
      const types = (fact: string, path: string) => (fact === "record" ? typeOf(path) : undefined);
      const facts = await Promise.all(
        records.map((record) => withRelated(host, ws, "contact", factsOf(record), Object.keys(fields))),
      );
      await fc.assert(
        fc.asyncProperty(tree, async (when) => {
          const found = await findRecords(host, ws, "contact", { when, limit: 1000, timezone: zone, blanks: true });
          const expected: string[] = [];
          for (const record of facts) {
            const { result } = await evaluate(when, { record, now: clock.now() }, { types, timezone: zone });
            if (result) expected.push(String(record["id"]));
          }
          expect(found.records.map((record) => record.id)).to.deep.equal(expected);
        }),
        { numRuns: Number(process.env["FIND_RUNS"] ?? 150) },
      );
    });
  });
}
