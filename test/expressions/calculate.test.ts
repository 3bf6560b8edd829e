import { expect } from "chai";
import { evaluateExpression, operandsOf, ours, readExpression } from "../../src/expressions/index.js";

const names: Record<string, unknown> = {
  "record.amount": 12_000,
  "record.name": "Northwind renewal",
  "record.closeDate": "2026-04-01",
  "record.empty": null,
  "steps.find.output.records[0].id": "r1",
  "inputs.quantity": "3",
  items: [1, 2],
  now: Date.parse("2026-03-02T23:30:00Z"),
};

/** Evaluates with the names above; an operand is looked up by what stands between its braces. */
function calculate(text: string, zone = "UTC") {
  const read = readExpression(text, ours);
  if ("problem" in read) throw new RangeError(read.problem);
  const values = operandsOf(read.expression).map((one): [string, unknown] => [one, names[one.slice(2, -2).trim()]]);
  return evaluateExpression(read.expression, new Map(values), zone);
}

describe("calculations", () => {
  const results: Record<string, unknown> = {
    "1 + 2 * 3": 7,
    "(1 + 2) * 3": 9,
    "10 - 4 - 3": 3,
    "-2 * -(3 + 1)": 8,
    "7 % 4": 3,
    ".5 + 1e3": 1000.5,
    "0.1 + 0.2": 0.3,
    "record.amount * 1.19": 14_280,
    "{{ record.amount }} / 4": 3000,
    'record.name + " (won)"': "Northwind renewal (won)",
    "inputs.quantity * 2": 6,
    "inputs.quantity + 2": 5,
    '"a" + 1 + 2': "a12",
    '"it\'s"': "it's",
    "round(1.005, 2)": 1.01,
    "round(-2.5)": -3,
    "round(1234, -2)": 1200,
    "floor(-1.5)": -2,
    "ceil(1.2)": 2,
    "abs(-3)": 3,
    "min(3, 1, 2)": 1,
    "max(3, inputs.quantity, 2)": 3,
    "record.amount >= 12000": true,
    "record.amount = 12000": true,
    "record.amount != 12000": false,
    '"10" > "9"': true,
    '"b" > "a"': true,
    "record.empty == null": true,
    'record.name == "x"': false,
    "0.1 + 0.2 = 0.3": true,
    'if(record.amount > 10000, "big", "small")': "big",
    'days("2026-03-02", "2026-03-05")': 3,
    "days(now, record.closeDate)": 30,
    "steps.find.output.records[0].id": "r1",
    "1--2": 3,
    "1 / 3 * 3": 1,
    "9007199254740990 + 1": 9_007_199_254_740_991,
    "1.1 * 1.1 - 1.21": 0,
    "record.amount > 1 && record.empty ? 1 : 2": 2,
    "!record.empty": true,
    'record.empty || "none"': "none",
    'record.amount > 20000 ? "big" : record.amount > 10000 ? "middling" : "small"': "middling",
  };
  for (const [text, result] of Object.entries(results)) {
    it(`${text} is ${JSON.stringify(result)}`, () => expect(calculate(text)).to.equal(result));
  }

  it("counts days by the calendar of the zone", () => {
    expect(calculate("days(now, record.closeDate)", "Europe/Berlin")).to.equal(29);
    expect(calculate('days("2026-03-28", "2026-03-30")', "Europe/Berlin")).to.equal(2);
  });

  const faults: Record<string, RegExp> = {
    "1 +": /ends too soon/,
    "1 2": /"2" at character 3 is out of place/,
    "(1": /expected "\)"/,
    "1 < 2 < 3": /has two sides/,
    "a ? b": /ends too soon: expected ":"/,
    "rond(1)": /no function "rond".*Did you mean "round"/,
    "constructor(1)": /no function/,
    "abs(1, 2)": /takes 1 value, not 2/,
    "1 / 0": /division by zero/,
    "record.empty + 1": /record\.empty is empty/,
    "record.name * 2": /record\.name is not a number/,
    "record.empty < 1": /an empty value and 1 have no order/,
    "items + 1": /items is a list/,
    'days("soon", "2026-01-01")': /"soon" is not a date/,
    "1e308 * 10": /too large/,
    "record.name.trim()": /has no "\.trim"/,
    "[1, 2]": /has no lists/,
    "a // b": /"\/" at character 4 is out of place/,
    "record.name == 'x": /begins with ' at character 16 is not closed/,
  };
  for (const [text, message] of Object.entries(faults)) {
    it(`${text} says what is wrong`, () => expect(() => calculate(text)).to.throw(RangeError, message));
  }

  it("refuses what is endless or bottomless", () => {
    expect(() => calculate("1+".repeat(1500))).to.throw(RangeError, /at most 2000/);
    expect(() => calculate("(".repeat(500))).to.throw(RangeError, /at most 50 levels deep/);
    expect(() => calculate("-".repeat(500))).to.throw(RangeError, /at most 50 levels deep/);
  });
});
