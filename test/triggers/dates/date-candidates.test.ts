import { expect } from "chai";
import fc from "fast-check";
import type { JsonObject } from "../../../src/shared/json.js";
import { type DateField, dateSearches, nextScan } from "../../../src/triggers/dates/date-candidates.js";
import { type DateRule, occurrence, readDateValue } from "../../../src/triggers/dates/date-occurrence.js";

type Leaf = { operator: string; value: string[] };

/** Whether a search would find a record with this value. */
function finds(searches: JsonObject[], text: string): boolean {
  const leaves = searches.flatMap((search) => (search["all"] ?? search["any"]) as Leaf[]);
  return leaves.some(({ operator, value }) => {
    if (operator === "in") return value.includes(text);
    if (operator === "isNotEmpty") return true;
    const [low = "", high = ""] = value;
    return Date.parse(text) >= Date.parse(low) && Date.parse(text) <= Date.parse(high);
  });
}

const rules = fc.record(
  {
    offset: fc.constantFrom("0d", "-60d", "+2w", "-2h", "+36h", "-P1M", "+3d"),
    time: fc.constantFrom("00:00", "02:30", "09:00", "23:59"),
    shift: fc.constantFrom("previous business day", "next business day", "nearest business day"),
    repeat: fc.constant("yearly" as const),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<DateRule>;
const zones = fc.constantFrom("UTC", "Europe/Berlin", "America/Santiago", "Pacific/Auckland", "America/Los_Angeles");
const moments = fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2027, 0) });

/** A field, a value of it, and one of its occurrences. */
const cases = fc
  .record({ plain: fc.boolean(), rule: rules, zone: zones, moment: moments, years: fc.integer({ min: 0, max: 30 }) })
  .map(({ plain, rule, zone, moment, years }) => {
    const iso = new Date(moment).toISOString();
    const text = plain ? iso.slice(0, 10) : iso;
    const value = readDateValue(text, zone);
    const found = value && occurrence(value, rule, zone, rule.repeat ? Number(iso.slice(0, 4)) + 1 + years : undefined);
    return { field: { name: "f", plain, rule, zone } satisfies DateField, text, at: found?.at ?? Number.NaN };
  });

describe("date searches", () => {
  it("find every value whose occurrence lies in the window, short or long", () => {
    fc.assert(
      fc.property(cases, fc.constantFrom(1, 60_000, 3 * 3_600_000, 40 * 86_400_000), ({ field, text, at }, width) => {
        const searches = dateSearches(field, at - width, at);
        expect(finds(searches, text), JSON.stringify({ field, text, at: new Date(at).toISOString() })).to.equal(true);
      }),
      { numRuns: 400 },
    );
  });

  it("ask for nothing when nothing can occur", () => {
    const field: DateField = { name: "f", plain: true, rule: { time: "09:00" }, zone: "UTC" };
    const nine = Date.parse("2026-03-02T09:00:00Z");
    expect(dateSearches(field, nine, nine + 3_600_000)).to.deep.equal([]);
    expect(dateSearches(field, nine - 1, nine)).to.deep.equal([
      { all: [{ fact: "record", path: "f", operator: "in", value: ["2026-03-02"] }] },
    ]);
    expect(dateSearches({ ...field, plain: false }, nine, nine + 3_600_000)).to.deep.equal([]);
    expect(dateSearches(field, nine, nine - 5)).to.deep.equal([]);
  });

  it("a yearly date names the day in every year, the 28th with the 29th in common years", () => {
    const field: DateField = { name: "f", plain: true, rule: { repeat: "yearly" }, zone: "UTC" };
    const [search] = dateSearches(field, Date.parse("2026-02-27T23:59:00Z"), Date.parse("2026-02-28T00:00:00Z"));
    const { value } = (search?.["all"] as Leaf[] | undefined)?.[0] ?? { value: [] };
    expect(value).to.include.members(["1900-02-28", "1992-02-29", "2026-02-28"]);
    expect(value).not.to.include("1993-02-29");
    expect(value).not.to.include("2027-02-28");
  });
});

describe("the next scan", () => {
  it("is never after the next occurrence, and never more than an hour away", () => {
    fc.assert(
      fc.property(cases, fc.integer({ min: 1, max: 86_400_000 }), ({ field, at }, before) => {
        const now = at - before;
        const scan = nextScan(field, now, 120_000);
        return scan > now && scan <= now + 3_600_000 && (scan <= at || scan <= now + 60_000);
      }),
      { numRuns: 300 },
    );
  });

  it("comes every minute for a while after an occurrence, for changes committed late", () => {
    const field: DateField = { name: "f", plain: true, rule: { time: "09:00" }, zone: "UTC" };
    const nine = Date.parse("2026-03-02T09:00:00Z");
    expect(nextScan(field, nine, 120_000)).to.equal(nine + 60_000);
    expect(nextScan(field, nine + 60_000, 120_000)).to.equal(nine + 120_000);
    expect(nextScan(field, nine + 120_000, 120_000)).to.equal(nine + 120_000 + 3_600_000);
  });
});
