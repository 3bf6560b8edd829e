import { expect } from "chai";
import type { Field, FieldType } from "../../../src/crm/index.js";
import { checkValue } from "../../../src/crm/objects/check-value.js";

const options = [
  { value: "a", label: "A" },
  { value: "b", label: "B" },
];
const field = (type: FieldType): Field => ({
  name: "f",
  label: "It",
  type,
  ...(/elect/.test(type) ? { options } : {}),
});
const check = (type: FieldType, value: unknown) => checkValue(field(type), value, "Europe/Berlin");

describe("a value", () => {
  const taken: [FieldType, unknown, unknown?][] = [
    ["text", "a ü 😀"],
    ["text", ""],
    ["number", -0, 0],
    ["number", 1e-7],
    ["money", 0.1 + 0.2, 0.3],
    ["money", -12000.5],
    ["boolean", false],
    ["date", "2028-02-29"],
    ["datetime", "2026-03-02T10:00:00+01:00", "2026-03-02T09:00:00.000Z"],
    ["select", "a"],
    ["multiSelect", ["b", "a", "b"], ["b", "a"]],
    ["multiSelect", null, []],
    ["email", " ada@example.com ", "ada@example.com"],
    ["phone", "+49 (30) 123-456 x12"],
    ["url", "https://example.com/a?b=c#d"],
    ["json", { a: [1, null, { b: "c" }] }],
    ["user", "01ABC"],
    ["text", 5, "5"],
    ["longText", true, "true"],
    ["phone", 4_930_123_456, "4930123456"],
    ["number", " 5 ", 5],
    ["money", "12.50", 12.5],
    ["boolean", "true", true],
    ["boolean", 0, false],
    ["date", "2026-03-01T23:30:00Z", "2026-03-02"],
    ["datetime", "2026-03-02T10:00", "2026-03-02T09:00:00.000Z"],
    ["datetime", "2026-07-01", "2026-06-30T22:00:00.000Z"],
    ["multiSelect", "a", ["a"]],
  ];
  for (const [type, given, kept = given === "" ? null : given] of taken) {
    it(`of ${type} may be ${JSON.stringify(given)}`, () => expect(check(type, given)).to.deep.equal({ value: kept }));
  }

  const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)]);
  const refused: [FieldType, unknown, RegExp][] = [
    ["text", [5], /text, not a list/],
    ["text", "a\0b", /NUL/],
    ["text", "\ud800", /surrogate/],
    ["text", "x".repeat(256), /256 characters, 255/],
    ["longText", "x".repeat(100_001), /too long/],
    ["number", "5 or so", /number, not text/],
    ["number", "12345678901234567890", /number, not text/],
    ["number", Number.NaN, /number/],
    ["number", [5], /list/],
    ["money", 1e12, /too large/],
    ["boolean", "perhaps", /true or false, not text/],
    ["boolean", 2, /true or false, not a number/],
    ["date", "2026-02-30", /date such as/],
    ["date", "2026-3-1", /date such as/],
    ["date", "2026-03-01T25:00:00Z", /date such as 2026-03-31, not "2026-03-01T25:00:00Z"/],
    ["date", "0000-01-01", /date such as/],
    ["datetime", "2026-03-02T24:30:00", /zone/],
    ["datetime", "2026-02-30T10:00:00Z", /zone/],
    ["datetime", "tomorrow", /zone/],
    ["select", "quite", /Known: a, b/],
    ["multiSelect", { a: 1 }, /list/],
    ["multiSelect", ["a", 1], /texts/],
    ["multiSelect", ["c"], /not one of/],
    ["email", "ada", /e-mail/],
    ["email", "a@b.c, d@e.f", /e-mail/],
    ["email", "a@b.c\r\nBcc: x@y.z", /e-mail/],
    ["email", "Ada <a@b.c>", /e-mail/],
    ["phone", "call me", /phone/],
    ["url", "javascript:alert(1)", /https/],
    ["url", "https://", /https/],
    ["url", "ftp://x.y", /https/],
    ["json", JSON.parse('{"__proto__":{"x":1}}'), /__proto__/],
    ["json", { a: { constructor: 1 } }, /constructor/],
    ["json", deep(21), /deeper/],
    ["json", ["\udfff"], /surrogate/],
    ["json", "x".repeat(64_001), /too large/],
    ["relation", 7, /text/],
  ];
  for (const [type, given, fault] of refused) {
    it(`of ${type} may not be ${JSON.stringify(given).slice(0, 40)}`, () => {
      expect(check(type, given)).to.have.property("fault").that.matches(fault);
    });
  }

  it("of json may be nested beyond every stack without harm", () => {
    let nested: unknown = 1;
    for (let level = 0; level < 100_000; level++) nested = [nested];
    expect(check("json", nested)).to.have.property("fault");
  });
});
