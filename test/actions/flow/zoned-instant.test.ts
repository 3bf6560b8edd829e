import { expect } from "chai";
import { nextBusinessInstant, nextWeekday, zonedInstant } from "../../../src/actions/flow/zoned-instant.js";

const iso = (at: number) => new Date(at).toISOString().replace(".000Z", "Z");

describe("wall-clock times in a zone", () => {
  const vectors: [string, string, string, string][] = [
    ["2026-03-02", "09:00", "Europe/Berlin", "2026-03-02T08:00:00Z"],
    ["2026-03-29", "02:30", "Europe/Berlin", "2026-03-29T01:00:00Z"],
    ["2026-10-25", "02:30", "Europe/Berlin", "2026-10-25T00:30:00Z"],
    ["2026-03-08", "02:15", "America/New_York", "2026-03-08T07:00:00Z"],
    ["2026-11-01", "01:30", "America/New_York", "2026-11-01T05:30:00Z"],
    ["2018-11-04", "00:00", "America/Sao_Paulo", "2018-11-04T03:00:00Z"],
    ["2026-10-04", "02:10", "Australia/Lord_Howe", "2026-10-03T15:30:00Z"],
    ["2011-12-30", "12:00", "Pacific/Apia", "2011-12-30T10:00:00Z"],
    ["2026-02-28", "23:59:59", "UTC", "2026-02-28T23:59:59Z"],
  ];
  for (const [day, time, zone, at] of vectors) {
    it(`${day} ${time} in ${zone} is ${at}`, () => expect(iso(zonedInstant(day, time, zone))).to.equal(at));
  }

  it("refuses days and times that are none", () => {
    expect(() => zonedInstant("2026-02-30", "09:00", "UTC")).to.throw(RangeError);
    expect(() => zonedInstant("2026-02-28", "25:00", "UTC")).to.throw(RangeError);
  });

  it("finds the next weekday after now, a week later when it is this very moment", () => {
    const monday = Date.parse("2026-03-02T09:00:00Z");
    expect(iso(nextWeekday(monday, [1], "09:00", "UTC"))).to.equal("2026-03-09T09:00:00Z");
    expect(iso(nextWeekday(monday, [1], "09:01", "UTC"))).to.equal("2026-03-02T09:01:00Z");
    expect(iso(nextWeekday(monday, [5, 3], "08:00", "UTC"))).to.equal("2026-03-04T08:00:00Z");
  });

  it("goes on at once in business hours, else at the next opening", () => {
    const at = (text: string) => iso(nextBusinessInstant(Date.parse(text), "Europe/Berlin"));
    expect(at("2026-03-02T09:00:00Z")).to.equal("2026-03-02T09:00:00Z");
    expect(at("2026-03-02T06:00:00Z")).to.equal("2026-03-02T08:00:00Z");
    expect(at("2026-03-06T16:00:00Z")).to.equal("2026-03-09T08:00:00Z");
    expect(at("2026-03-07T12:00:00Z")).to.equal("2026-03-09T08:00:00Z");
  });
});
