import { expect } from "chai";
import {
  type DateRule,
  occurrence,
  occurrencesWithin,
  readDateValue,
} from "../../../src/triggers/dates/date-occurrence.js";

/** When a rule fires for a value, as UTC to the minute. */
function when(text: string, rule: DateRule, zone = "UTC", year?: number): string | undefined {
  const value = readDateValue(text, zone);
  const found = value && occurrence(value, rule, zone, year);
  return found ? new Date(found.at).toISOString().slice(0, 16) : undefined;
}

describe("date occurrence: offset and time of day", () => {
  it("sixty days before, at nine in the zone", () => {
    expect(when("2026-05-01", { offset: "-60d", time: "09:00" }, "Europe/Berlin")).to.equal("2026-03-02T08:00");
  });
  it("on the day, at midnight, when nothing else is said", () => {
    expect(when("2026-07-01", {}, "Europe/Berlin")).to.equal("2026-06-30T22:00");
  });
  it("two weeks after, over a change of the clocks, at the same local time", () => {
    expect(when("2026-03-20", { offset: "+2w", time: "09:00" }, "Europe/Berlin")).to.equal("2026-04-03T07:00");
  });
  it("hours are elapsed time", () => {
    expect(when("2026-03-29", { offset: "-2h", time: "04:00" }, "Europe/Berlin")).to.equal("2026-03-29T00:00");
    expect(when("2026-03-02T10:00:00Z", { offset: "-90m" })).to.equal("2026-03-02T08:30");
  });
  it("months keep to the month's end", () => {
    expect(when("2026-03-31", { offset: "-P1M", time: "09:00" })).to.equal("2026-02-28T09:00");
  });
  it("a moment keeps its own time of day unless one is given", () => {
    expect(when("2026-03-10T22:30:00Z", { offset: "+1d" }, "Europe/Berlin")).to.equal("2026-03-11T22:30");
    expect(when("2026-03-10T23:30:00Z", { offset: "+1d", time: "09:00" }, "Europe/Berlin")).to.equal(
      "2026-03-12T08:00",
    );
  });
  it("a moment in the second pass of an overlap stays that moment", () => {
    expect(when("2026-10-25T01:30:00Z", { offset: "0d" }, "Europe/Berlin")).to.equal("2026-10-25T01:30");
  });
  it("a time that the clocks leave out is the first valid instant", () => {
    expect(when("2026-03-29", { time: "02:30" }, "Europe/Berlin")).to.equal("2026-03-29T01:00");
    expect(when("2026-09-06", {}, "America/Santiago")).to.equal("2026-09-06T04:00");
  });
  it("a time that occurs twice is the first one", () => {
    expect(when("2026-10-25", { time: "02:30" }, "Europe/Berlin")).to.equal("2026-10-25T00:30");
  });
  it("what is no date never fires", () => {
    for (const value of ["", "soon", "2026-02-30", null, 5]) expect(readDateValue(value, "UTC")).to.equal(null);
  });
});

describe("date occurrence: every year", () => {
  it("falls on the same day, 29 February on the 28th in common years", () => {
    expect(when("1992-02-29", { repeat: "yearly", time: "08:00" }, "UTC", 2026)).to.equal("2026-02-28T08:00");
    expect(when("1992-02-29", { repeat: "yearly", time: "08:00" }, "UTC", 2028)).to.equal("2028-02-29T08:00");
  });
  it("begins in the value's own year", () => {
    expect(when("2028-05-01", { repeat: "yearly" }, "UTC", 2027)).to.equal(undefined);
  });
  it("is found in a window, also when the offset crosses New Year", () => {
    const value = readDateValue("1990-01-05", "UTC");
    const rule: DateRule = { repeat: "yearly", offset: "-10d", time: "09:00" };
    const found =
      value &&
      occurrencesWithin(value, rule, "UTC", Date.parse("2026-12-26T08:59:00Z"), Date.parse("2026-12-26T09:00:00Z"));
    expect(found).to.deep.equal([{ at: Date.parse("2026-12-26T09:00:00Z"), tick: "1990-01-05#2027" }]);
  });
  it("a window is open at its start and closed at its end", () => {
    const value = readDateValue("2026-03-02", "UTC");
    const at = Date.parse("2026-03-02T09:00:00Z");
    expect(value && occurrencesWithin(value, { time: "09:00" }, "UTC", at, at + 1)).to.deep.equal([]);
    expect(value && occurrencesWithin(value, { time: "09:00" }, "UTC", at - 1, at)).to.deep.equal([
      { at, tick: "2026-03-02" },
    ]);
  });
});

describe("date occurrence: business days", () => {
  const moves: [date: string, shift: string, expected: string][] = [
    ["2026-03-07", "previous business day", "2026-03-06T09:00"],
    ["2026-03-08", "previous business day", "2026-03-06T09:00"],
    ["2026-03-07", "next business day", "2026-03-09T09:00"],
    ["2026-03-08", "next business day", "2026-03-09T09:00"],
    ["2026-03-07", "nearest business day", "2026-03-06T09:00"],
    ["2026-03-08", "nearest business day", "2026-03-09T09:00"],
    ["2026-03-09", "next business day", "2026-03-09T09:00"],
  ];
  for (const [date, shift, expected] of moves) {
    it(`${date}, ${shift}`, () => expect(when(date, { time: "09:00", shift })).to.equal(expected));
  }
});
