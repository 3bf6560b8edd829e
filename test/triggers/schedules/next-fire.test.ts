import { expect } from "chai";
import fc from "fast-check";
import { DateTime } from "luxon";
import { Problem } from "../../../src/shared/errors.js";
import type { ScheduleSpec } from "../../../src/shared/schedule.js";
import { nextFires } from "../../../src/triggers/schedules/next-fire.js";

/** The next fires after `from` as UTC, to the minute. */
function fires(spec: ScheduleSpec, from: string, count: number): string[] {
  return nextFires(spec, Date.parse(from), count).map((at) => new Date(at).toISOString().slice(0, 16));
}

/** A cron expression in a zone. */
const cron = (expression: string, timezone = "UTC"): ScheduleSpec => ({ cron: expression, timezone });

describe("next fire: a local time that the clocks leave out fires once, at the first valid instant", () => {
  const vectors: [name: string, spec: ScheduleSpec, from: string, expected: string[]][] = [
    [
      "Berlin 02:30",
      cron("30 2 * * *", "Europe/Berlin"),
      "2026-03-28T00:00Z",
      ["2026-03-28T01:30", "2026-03-29T01:00", "2026-03-30T00:30"],
    ],
    ["Berlin 02:00", cron("0 2 * * *", "Europe/Berlin"), "2026-03-28T12:00Z", ["2026-03-29T01:00", "2026-03-30T00:00"]],
    [
      "Berlin, three times in the gap",
      cron("0,20,40 2 * * *", "Europe/Berlin"),
      "2026-03-28T12:00Z",
      ["2026-03-29T01:00", "2026-03-30T00:00"],
    ],
    [
      "Berlin, gap and landing",
      cron("30 2,3 * * *", "Europe/Berlin"),
      "2026-03-28T12:00Z",
      ["2026-03-29T01:00", "2026-03-29T01:30"],
    ],
    [
      "New York 02:15",
      cron("15 2 * * *", "America/New_York"),
      "2026-03-07T12:00Z",
      ["2026-03-08T07:00", "2026-03-09T06:15"],
    ],
    [
      "Lord Howe 02:10 (half an hour)",
      cron("10 2 * * *", "Australia/Lord_Howe"),
      "2026-10-03T00:00Z",
      ["2026-10-03T15:30", "2026-10-04T15:10"],
    ],
    [
      "Santiago midnight",
      cron("0 0 * * *", "America/Santiago"),
      "2026-09-05T12:00Z",
      ["2026-09-06T04:00", "2026-09-07T03:00"],
    ],
    [
      "Beirut midnight",
      cron("0 0 * * *", "Asia/Beirut"),
      "2026-03-28T12:00Z",
      ["2026-03-28T22:00", "2026-03-29T21:00"],
    ],
    [
      "Cairo midnight",
      cron("0 0 * * *", "Africa/Cairo"),
      "2026-04-23T12:00Z",
      ["2026-04-23T22:00", "2026-04-24T21:00"],
    ],
    [
      "Apia skips a whole day",
      cron("0 12 * * *", "Pacific/Apia"),
      "2011-12-29T12:00Z",
      ["2011-12-29T22:00", "2011-12-30T10:00", "2011-12-30T22:00"],
    ],
    [
      "every: day",
      { every: "day", at: "02:30", timezone: "Europe/Berlin" },
      "2026-03-28T12:00Z",
      ["2026-03-29T01:00", "2026-03-30T00:30"],
    ],
  ];
  for (const [name, spec, from, expected] of vectors) {
    it(name, () => expect(fires(spec, from, expected.length)).to.deep.equal(expected));
  }
});

describe("next fire: a local time that occurs twice fires the first time only", () => {
  const vectors: [name: string, spec: ScheduleSpec, from: string, expected: string[]][] = [
    [
      "Berlin 02:30",
      cron("30 2 * * *", "Europe/Berlin"),
      "2026-10-24T12:00Z",
      ["2026-10-25T00:30", "2026-10-26T01:30"],
    ],
    [
      "Berlin 02:30, asked between the two",
      cron("30 2 * * *", "Europe/Berlin"),
      "2026-10-25T00:45Z",
      ["2026-10-26T01:30"],
    ],
    [
      "Berlin, a minute rule within one hour",
      cron("*/30 2 * * *", "Europe/Berlin"),
      "2026-10-24T12:00Z",
      ["2026-10-25T00:00", "2026-10-25T00:30", "2026-10-26T01:00"],
    ],
    [
      "New York 01:30",
      cron("30 1 * * *", "America/New_York"),
      "2026-10-31T12:00Z",
      ["2026-11-01T05:30", "2026-11-02T06:30"],
    ],
    [
      "Lord Howe 01:45",
      cron("45 1 * * *", "Australia/Lord_Howe"),
      "2026-04-04T00:00Z",
      ["2026-04-04T14:45", "2026-04-05T15:15"],
    ],
    [
      "Santiago 23:30",
      cron("30 23 * * *", "America/Santiago"),
      "2026-04-04T12:00Z",
      ["2026-04-05T02:30", "2026-04-06T03:30"],
    ],
    [
      "Havana midnight",
      cron("0 0 * * *", "America/Havana"),
      "2026-10-31T12:00Z",
      ["2026-11-01T04:00", "2026-11-02T05:00"],
    ],
  ];
  for (const [name, spec, from, expected] of vectors) {
    it(name, () => expect(fires(spec, from, expected.length)).to.deep.equal(expected));
  }
});

describe("next fire: every N minutes or hours goes by elapsed time", () => {
  const vectors: [name: string, spec: ScheduleSpec, from: string, expected: string[]][] = [
    [
      "30m over the gap",
      { every: "30m", timezone: "Europe/Berlin" },
      "2026-03-29T00:30Z",
      ["2026-03-29T01:00", "2026-03-29T01:30", "2026-03-29T02:00"],
    ],
    [
      "30m over the overlap",
      { every: "30m", timezone: "Europe/Berlin" },
      "2026-10-25T00:00Z",
      ["2026-10-25T00:30", "2026-10-25T01:00", "2026-10-25T01:30"],
    ],
    [
      "2h over the gap",
      { every: "2h", timezone: "Europe/Berlin" },
      "2026-03-28T22:00Z",
      ["2026-03-28T23:00", "2026-03-29T01:00", "2026-03-29T03:00"],
    ],
    [
      "*/30 * over the overlap",
      cron("*/30 * * * *", "Europe/Berlin"),
      "2026-10-25T00:00Z",
      ["2026-10-25T00:30", "2026-10-25T01:00", "2026-10-25T01:30", "2026-10-25T02:00"],
    ],
    [
      "hourly over the gap",
      cron("7 * * * *", "Europe/Berlin"),
      "2026-03-28T23:30Z",
      ["2026-03-29T00:07", "2026-03-29T01:07", "2026-03-29T02:07"],
    ],
    [
      "hourly over the overlap",
      cron("7 * * * *", "Europe/Berlin"),
      "2026-10-24T23:30Z",
      ["2026-10-25T00:07", "2026-10-25T01:07", "2026-10-25T02:07"],
    ],
    [
      "hourly in a half-hour gap",
      cron("15 * * * *", "Australia/Lord_Howe"),
      "2026-10-03T14:30Z",
      ["2026-10-03T14:45", "2026-10-03T15:30", "2026-10-03T16:15"],
    ],
    [
      "*/15 over a half-hour overlap",
      cron("*/15 * * * *", "Australia/Lord_Howe"),
      "2026-04-04T14:30Z",
      ["2026-04-04T14:45", "2026-04-04T15:00", "2026-04-04T15:15", "2026-04-04T15:30"],
    ],
    [
      "hourly on one day of the year, first pass not lost",
      cron("30 * 1 11 *", "America/Havana"),
      "2026-02-01T00:00Z",
      ["2026-11-01T04:30", "2026-11-01T05:30", "2026-11-01T06:30"],
    ],
    [
      "hourly on Saturdays, second pass of the last hour",
      cron("30 * * * 6", "America/Santiago"),
      "2026-04-05T02:31Z",
      ["2026-04-05T03:30", "2026-04-11T04:30"],
    ],
  ];
  for (const [name, spec, from, expected] of vectors) {
    it(name, () => expect(fires(spec, from, expected.length)).to.deep.equal(expected));
  }
});

describe("next fire: calendars", () => {
  it("29 February comes in leap years, 2100 being none", () => {
    expect(fires(cron("0 0 29 2 *"), "2095-01-01T00:00Z", 2)).to.deep.equal(["2096-02-29T00:00", "2104-02-29T00:00"]);
  });
  it("the 31st skips short months in cron", () => {
    expect(fires(cron("0 9 31 * *"), "2026-01-31T10:00Z", 3)).to.deep.equal([
      "2026-03-31T09:00",
      "2026-05-31T09:00",
      "2026-07-31T09:00",
    ]);
  });
  it("the 31st of a monthly recurrence falls on the last day", () => {
    const spec: ScheduleSpec = { every: "month", on: [30, 31], at: "09:00" };
    expect(fires(spec, "2026-01-30T10:00Z", 4)).to.deep.equal([
      "2026-01-31T09:00",
      "2026-02-28T09:00",
      "2026-03-30T09:00",
      "2026-03-31T09:00",
    ]);
  });
  it("the last day of the month", () => {
    expect(fires({ every: "month", on: "last" }, "2028-01-31T10:00Z", 2)).to.deep.equal([
      "2028-02-29T00:00",
      "2028-03-31T00:00",
    ]);
  });
  it("a birthday on 29 February is kept on the 28th in common years", () => {
    expect(fires({ every: "year", on: "02-29" }, "2027-01-01T00:00Z", 2)).to.deep.equal([
      "2027-02-28T00:00",
      "2028-02-29T00:00",
    ]);
  });
  it("weekdays with several times", () => {
    const spec: ScheduleSpec = {
      every: "week",
      on: ["monday", "fri"],
      at: ["17:00", "09:00"],
      timezone: "Europe/Berlin",
    };
    expect(fires(spec, "2026-03-02T09:00Z", 4)).to.deep.equal([
      "2026-03-02T16:00",
      "2026-03-06T08:00",
      "2026-03-06T16:00",
      "2026-03-09T08:00",
    ]);
  });
  it("what a form sends: lists with commas, and blanks for what was left out", () => {
    const spec: ScheduleSpec = {
      cron: "",
      every: "week",
      on: "monday, friday",
      at: "09:00,17:00",
      start: "",
      until: "",
    };
    expect(fires(spec, "2026-03-02T10:00Z", 3)).to.deep.equal([
      "2026-03-02T17:00",
      "2026-03-06T09:00",
      "2026-03-06T17:00",
    ]);
    expect(fires({ cron: "0 9 * * *", every: "", on: "", at: "" }, "2026-03-02T10:00Z", 1)).to.deep.equal([
      "2026-03-03T09:00",
    ]);
  });
  it("weekday means Monday to Friday", () => {
    expect(fires({ every: "weekday", at: "08:00" }, "2026-03-06T07:00Z", 2)).to.deep.equal([
      "2026-03-06T08:00",
      "2026-03-09T08:00",
    ]);
  });
  it("every second week counts from its start", () => {
    const spec: ScheduleSpec = { every: "2w", on: "monday", start: "2026-03-09" };
    expect(fires(spec, "2026-03-01T00:00Z", 2)).to.deep.equal(["2026-03-09T00:00", "2026-03-23T00:00"]);
  });
  it("every third day keeps its time of day over a change of the clocks", () => {
    const spec: ScheduleSpec = { every: "3d", at: "09:00", start: "2026-03-27", timezone: "Europe/Berlin" };
    expect(fires(spec, "2026-03-01T00:00Z", 3)).to.deep.equal([
      "2026-03-27T08:00",
      "2026-03-30T07:00",
      "2026-04-02T07:00",
    ]);
  });
  it("an interval with a start fires at the start and counts from it", () => {
    expect(fires({ every: "90m", start: "2026-03-02T10:10:00Z" }, "2026-03-01T00:00Z", 2)).to.deep.equal([
      "2026-03-02T10:10",
      "2026-03-02T11:40",
    ]);
  });
  it("day of month and weekday together mean either, as in every cron", () => {
    expect(fires(cron("0 0 1 * 1"), "2026-01-31T00:00Z", 2)).to.deep.equal(["2026-02-01T00:00", "2026-02-02T00:00"]);
  });
});

describe("next fire: the end", () => {
  it("until is inclusive, a date meaning its whole day in the zone", () => {
    const spec: ScheduleSpec = { cron: "0 23 * * *", timezone: "America/New_York", until: "2026-03-03" };
    expect(fires(spec, "2026-03-02T00:00Z", 9)).to.deep.equal([
      "2026-03-02T04:00",
      "2026-03-03T04:00",
      "2026-03-04T04:00",
    ]);
  });
  it("times counts what has fired already", () => {
    expect(nextFires({ every: "1h", times: 5 }, 0, 9, "UTC", 3)).to.have.length(2);
    expect(nextFires({ every: "1h", times: 5 }, 0, 9, "UTC", 5)).to.deep.equal([]);
  });
});

describe("next fire: refuses what is no schedule", () => {
  const refused: [spec: unknown, says: RegExp][] = [
    [{ cron: "" }, /empty/],
    [{ cron: "   " }, /empty/],
    [{ cron: "0 0 9 * * 1" }, /has 6\. Seconds are not supported/],
    [{ cron: "*/15 * *" }, /has 3/],
    [{ cron: "@daily" }, /five fields/],
    [{ cron: "H * * * *" }, /random/],
    [{ cron: "61 * * * *" }, /0-59/],
    [{ cron: "*/90 * * * *" }, /larger than the minute/],
    [{ cron: "0 0 30 2 *" }, /never comes/],
    [{ cron: "0 0 * * *; drop" }, /five fields|not a cron/],
    [{ cron: 7 }, /empty|five/],
    [{}, /needs cron/],
    [null, /object/],
    [{ cron: "0 9 * * *", every: "1d" }, /not both/],
    [{ cron: "0 9 * * *", at: "10:00" }, /at goes with every/],
    [{ cron: "0 9 * * *", timezone: "Europe/Berln" }, /Did you mean "Europe\/Berlin"/],
    [{ every: "30s" }, /once a minute/],
    [{ every: "0h" }, /once a minute/],
    [{ every: "20y" }, /not an interval/],
    [{ every: "11 years" }, /ten years/],
    [{ every: "PT99999999999999999H" }, /ten years/],
    [{ every: "fortnight" }, /not an interval/],
    [{ every: "2h", at: "09:00" }, /no time of day/],
    [{ every: "week", on: ["mondy"] }, /Did you mean "monday"/],
    [{ every: "week", on: [] }, /at least one/],
    [{ every: "month", on: [32] }, /1 to 31/],
    [{ every: "year", on: "02-30" }, /MM-DD/],
    [{ every: "day", on: "monday" }, /every: week/],
    [{ every: "day", at: "25:00" }, /time of day/],
    [{ every: "day", at: [] }, /time of day/],
    [{ every: "day", times: 0 }, /whole number/],
    [{ every: "day", until: "soon" }, /until is a date/],
    [{ every: "day", start: "2026-02-01", until: "2026-01-01" }, /before start/],
    [{ every: "day", catchUp: "some" }, /catchUp/],
  ];
  for (const [spec, says] of refused) {
    it(JSON.stringify(spec), () => {
      expect(() => nextFires(spec as ScheduleSpec, 0, 1))
        .to.throw(Problem, says)
        .with.property("status", 422);
    });
  }
});

describe("next fire: properties", () => {
  const zones = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Asia/Beirut",
    "Africa/Cairo",
    "America/Havana",
    "Asia/Kathmandu",
    "Africa/Casablanca",
    "Antarctica/Troll",
  ];
  const some = fc.record({
    spec: fc.oneof(
      fc
        .tuple(
          fc.constantFrom("0", "30", "*/7", "*/20", "59", "5,35"),
          fc.constantFrom("*", "2", "0,1,2,3", "*/5", "23"),
          fc.constantFrom("*", "1", "29", "L"),
          fc.constantFrom("*", "*", "0", "6"),
        )
        .map(([minute, hour, day, weekday]) => ({ cron: `${minute} ${hour} ${day} * ${weekday}` })),
      fc.constantFrom<ScheduleSpec>(
        { every: "7m" },
        { every: "1h" },
        { every: "5h" },
        { every: "day", at: ["00:30", "02:30"] },
        { every: "2w", on: ["sunday", "saturday"], at: "02:15" },
        { every: "month", on: [31, "last", 5] },
      ),
    ),
    timezone: fc.constantFrom(...zones),
    from: fc.integer({ min: Date.UTC(2024, 0), max: Date.UTC(2029, 0) }),
  });

  it("fires strictly increase, and stepping one by one equals asking for many", () => {
    fc.assert(
      fc.property(some, ({ spec, timezone, from }) => {
        const many = nextFires({ ...spec, timezone }, from, 12);
        let at = from;
        const stepped = many.map(() => (at = nextFires({ ...spec, timezone }, at, 1)[0] ?? Number.NaN));
        return (
          many.length === 12 &&
          many.every((fire, index) => fire > (many[index - 1] ?? from)) &&
          stepped.join() === many.join()
        );
      }),
      { numRuns: 150 },
    );
  });

  it("a daily time fires exactly once on every local day, at that time unless the clocks leave it out", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: 0, max: 23 }),
        fc.constantFrom(0, 15, 30, 59),
        fc.integer({ min: 2023, max: 2027 }),
        (zone, hour, minute, year) => {
          const all = nextFires(cron(`${minute} ${hour} * * *`, zone), Date.UTC(year, 0, 1), 366).map((at) =>
            DateTime.fromMillis(at, { zone }),
          );
          const days = new Set(all.map((at) => at.toISODate()));
          const odd = all.filter((at) => at.hour !== hour || at.minute !== minute);
          return days.size === 366 && odd.length <= 3;
        },
      ),
      { numRuns: 40 },
    );
  });
});
