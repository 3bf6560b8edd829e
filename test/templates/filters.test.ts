import { expect } from "chai";
import { createScope, filterNames, resolve, templateFilters } from "../../src/templates/index.js";
import { fault, now, parts, say } from "./world.js";

const filtered = (value: unknown, filter: string, more: object = {}): unknown =>
  resolve(`{{ vars.v | ${filter} }}`, createScope({ ...parts, ...more, vars: { v: value } }));

type Case = [value: unknown, filter: string, result: unknown];

const cases: Case[] = [
  [1234.5, "money", "1,234.50"],
  ["1,234.5", 'money: "EUR"', "€1,234.50"],
  [1234.5, 'money: "EUR", "de"', "1.234,50\u00a0€"],
  [-3, 'money: "usd"', "-$3.00"],
  [null, "money", null],
  ["+49 (0)30 123-456", "phone", "+4930123456"],
  ["0049 30 123456", "phone", "+4930123456"],
  ["030 / 12 34 56", 'phone: "+49"', "+4930123456"],
  ["(415) 555-2671", 'phone: "1"', "+14155552671"],
  ["030 123", "phone", "030123"],
  [null, "phone", null],
  ["Größe & Co.", "slug", "grosse-co"],
  ["  Ærø – Łódź! ", "slug", "aero-lodz"],
  [{ a: [1, "x"] }, "json", '{"a":[1,"x"]}'],
  [{ a: 1 }, "json: 2", '{\n  "a": 1\n}'],
  ["2026-03-02T09:00:00.000Z", 'date_add: "3d"', "2026-03-05T09:00:00.000Z"],
  ["2026-03-02T09:00:00.000Z", 'date_add: "-90m"', "2026-03-02T07:30:00.000Z"],
  ["2026-03-28T09:00:00.000Z", 'date_add: "1d"', "2026-03-29T08:00:00.000Z"],
  ["2026-03-28T09:00:00.000Z", 'date_add: "24h"', "2026-03-29T09:00:00.000Z"],
  ["2026-01-31", "date_add: 1, 'month'", "2026-02-28"],
  ["2026-03-02", 'date_add: "P1W"', "2026-03-09"],
  ["2026-03-02", 'date_add: "2 weeks"', "2026-03-16"],
  ["2026-03-02", 'date_add: "2h"', "2026-03-02T01:00:00.000Z"],
  [null, 'date_add: "3d"', null],
  ["2026-03-10", 'date_diff: "2026-03-02"', 8],
  ["2026-03-10", "date_diff: now", 8],
  ["2026-03-02", "date_diff: now", 0],
  ["2026-02-28", "date_diff: now", -2],
  ["2026-03-02T12:30:00Z", 'date_diff: now, "hours"', 3],
  ["2027-04-02", 'date_diff: "2026-03-02", "months"', 13],
  ["2026-03-06", "business_days: 1", "2026-03-09"],
  ["2026-03-02", "business_days: 10", "2026-03-16"],
  ["2026-03-07", "business_days: 0", "2026-03-09"],
  ["2026-03-09", "business_days: -1", "2026-03-06"],
  ["2026-03-07", "business_days: 5", "2026-03-13"],
  ["2026-03-02T09:00:00.000Z", "business_days: 1", "2026-03-03T09:00:00.000Z"],
  ["2026-03-06", 'business_days: "2026-03-09"', 1],
  ["2026-03-02", 'business_days: "2026-03-16"', 10],
  ["2026-03-16", 'business_days: "2026-03-02"', -10],
  ["2026-03-02T09:00:00.000Z", 'in_timezone: "Asia/Tokyo"', "2026-03-02T18:00:00.000+09:00"],
  ["2026-03-02T09:00:00.000Z", 'in_timezone: "Asia/Tokyo" | date: "%H:%M %z"', "18:00 +0900"],
  ["# Hi\n\n**you** <script>x</script>", "markdown", "<h1>Hi</h1>\n<p><strong>you</strong> </p>"],
  ["[x](javascript:alert(1))", "markdown", "<p><a>x</a></p>"],
  ["1,234.50", "to_number", 1234.5],
  ["1.234,50 €", "to_number", 1234.5],
  ["EUR 1 234", "to_number", 1234],
  ["1,5", "to_number", 1.5],
  ["1,234", "to_number", 1234],
  ["1.234.567", "to_number", 1_234_567],
  ["-12 %", "to_number", -12],
  ["1e3", "to_number", 1000],
  ["twelve", "to_number", null],
  ["", "to_number", null],
  ["n/a", "to_number | default: 0", 0],
  [0.1, "plus: 0.2", 0.3],
  [1.1, "times: 1.1", 1.21],
  ["19.99", "times: 3 | minus: 0.07", 59.9],
  [10, "divided_by: 4", 2.5],
  [10, "divided_by: 4, true", 2],
  [-7, "modulo: 3", 2],
  [7, "at_most: 3", 3],
  [-1.5, "abs | ceil", 2],
  [1.5, "floor", 1],
  [7.2, "modulo: 0.1", 0],
  [9_007_199_254_740_990, "plus: 1", 9_007_199_254_740_991],
  [1.005, "round: 2", 1.01],
  [-2.5, "round", -3],
  ["3", "at_least: 5.5", 5.5],
  [null, "default: 0 | plus: 1", 1],
  ["Größe?/ü", "base64_url_safe_encode", "R3LDtsOfZT8vw7w"],
  ["R3LDtsOfZT8vw7w", "base64_url_safe_decode", "Größe?/ü"],
  [null, "base64_url_safe_encode", ""],
  [[{ a: { b: 1 } }, { a: null }, {}], "pluck: 'a.b'", [1, null, null]],
  [[{ company: "c", $related: { company: { name: "Acme" } } }], "pluck: 'company.name'", ["Acme"]],
  [null, "pluck: 'a'", []],
  [[1, 2, 1, "1", { a: 1 }, { a: 1 }], "unique", [1, 2, "1", { a: 1 }]],
  [
    [
      { n: 1, x: 1 },
      { n: 1, x: 2 },
    ],
    "unique: 'n'",
    [{ n: 1, x: 1 }],
  ],
  [[0.1, 0.2, "3", null, "x"], "sum", 3.3],
  [[{ n: 1.1 }, { n: 2.2 }, {}], "sum: 'n'", 3.3],
  ["2026-03-02T23:30:00.000Z", 'date: "%Y-%m-%d %H:%M"', "2026-03-03 00:30"],
  ["2026-03-02", 'date: "%d.%m.%Y %H:%M"', "02.03.2026 00:00"],
  ["2026-03-02T09:00:00.000Z", 'date: "%H:%M", "America/New_York"', "04:00"],
  ["2026-07-02T09:00:00.000Z", 'date: "%H:%M"', "11:00"],
  ["now", 'date: "%Y-%m-%d"', "2026-03-02"],
  ["March 14, 2026", 'date: "%Y-%m-%d %H:%M"', "2026-03-14 00:00"],
  ["Mon, 02 Mar 2026 09:00:00 GMT", 'date: "%H:%M"', "10:00"],
  [now, 'date: "%Y"', "2026"],
  [now / 1000, 'date: "%Y"', "2026"],
  [null, 'date: "%Y"', null],
  ["Acme", 'append: "!" | upcase', "ACME!"],
];

describe("filters", () => {
  for (const [value, filter, result] of cases) {
    it(`${JSON.stringify(value)} | ${filter}`, () => {
      expect(filtered(value, filter)).to.deep.equal(result);
    });
  }

  it("take the currency of the scope", () => {
    expect(filtered(5, "money", { currency: "CHF" })).to.equal("CHF\u00a05.00");
  });

  it("say what they need, and not what they got", () => {
    for (const [filter, needs] of [
      ['date_add: "3d"', "a date"],
      ["date_diff: now", "a date"],
      ["money", "a number"],
      ["sum", "a list"],
      ["times: 2", "a number"],
      ["round", "a number"],
      ["in_timezone: 'x'", "a date"],
    ] as const) {
      const error = fault(`{{ secrets.erp_key | ${filter} }}`);
      expect(error.fault).to.equal("template_filter");
      expect(error.message).to.include(needs).and.not.include("s3cr3t");
    }
    expect(fault("{{ now | date_add: 'soon' }}").message).to.include("a duration");
    expect(fault("{{ now | in_timezone: 'Mars' }}").message).to.include("a zone");
    expect(fault("{{ '' | times: 2 }}").message).to.include("the value is empty; put default: 0 before it");
    expect(fault("{{ 1 | plus: 'x' }}").message).to.include("a number");
    expect(fault("{{ 1 | divided_by: 0 }}").message).to.include("division by zero");
    expect(fault("{{ 1 | modulo: 0 }}").message).to.include("division by zero");
    expect(fault("{{ '____x' | base64_url_safe_decode }}").message).to.include("URL-safe Base64");
    expect(fault("{{ 1 | money: 'euros' }}").message).to.include("a currency code");
  });

  it("are all tried above", () => {
    const untried = Object.keys(templateFilters).filter(
      (name) => !cases.some(([, filter]) => filter.split(/[^a-z0-9_]/).includes(name)),
    );
    expect(untried).to.deep.equal(["jsonify"]);
    expect(filterNames).to.include.members(["upcase", "where", "money"]);
  });

  it("look at items without complaint about what they lack", () => {
    expect(say('{{ steps.find.records | where: "at", "x" | size }}')).to.equal(2);
    expect(say('{{ steps.find.records | map: "gone" | compact | size }}')).to.equal(0);
    expect(say('{{ steps.find.records | group_by: "at" | map: "name" | join: "," }}')).to.equal("x,y");
  });
});
