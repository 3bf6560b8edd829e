import { expect } from "chai";
import { Problem } from "../../../src/shared/errors.js";
import { previewSchedule } from "../../../src/triggers/schedules/preview-schedule.js";

const now = Date.parse("2026-03-02T09:00:00Z");

describe("schedule preview", () => {
  it("gives the next five fires and the schedule in words", () => {
    const preview = previewSchedule({ cron: "0 9 * * 1", timezone: "Europe/Berlin" }, now);
    expect(preview.fires).to.have.length(5);
    expect(preview.fires[0]).to.equal("2026-03-09T08:00:00.000Z");
    expect(preview.description).to.equal("At 09:00, only on Monday (Europe/Berlin)");
    expect(preview.note).to.equal(undefined);
  });

  it("counts from `from`, as many as asked", () => {
    const { fires } = previewSchedule({ every: "6h", timezone: "UTC", from: "2026-01-01T00:00:00Z", count: 2 }, now);
    expect(fires).to.deep.equal(["2026-01-01T06:00:00.000Z", "2026-01-01T12:00:00.000Z"]);
  });

  it("says what the changes of the clocks do to a fixed time", () => {
    const { note } = previewSchedule({ cron: "30 2 * * *", timezone: "Europe/Berlin" }, now);
    expect(note).to.equal(
      "On 29 March 2026 02:30 does not exist in Europe/Berlin: it fires at 03:00 instead. " +
        "On 25 October 2026 02:30 comes twice in Europe/Berlin: it fires the first time only.",
    );
  });

  it("names only the changes that meet the schedule", () => {
    const { note } = previewSchedule({ cron: "0 0 * * *", timezone: "America/Santiago" }, now);
    expect(note).to.equal("On 6 September 2026 00:00 does not exist in America/Santiago: it fires at 01:00 instead.");
  });

  it("says that hourly rules and intervals go by elapsed time", () => {
    expect(previewSchedule({ cron: "*/15 * * * *", timezone: "Europe/Berlin" }, now).note).to.match(
      /fires in both passes/,
    );
    expect(previewSchedule({ every: "6h", timezone: "Europe/Berlin" }, now).note).to.match(/elapsed time/);
    expect(previewSchedule({ every: "6h", timezone: "Asia/Tokyo" }, now).note).to.equal(undefined);
  });

  it("ends with until and times", () => {
    expect(previewSchedule({ every: "1d", times: 2 }, now).fires).to.have.length(2);
    expect(previewSchedule({ every: "1d", until: "2026-03-04" }, now).fires).to.have.length(2);
  });

  it("uses the zone handed in when the schedule names none", () => {
    expect(previewSchedule({ every: "day", at: "09:00", count: 1 }, now, "America/New_York").fires).to.deep.equal([
      "2026-03-02T14:00:00.000Z",
    ]);
  });

  it("refuses bad input with every place at fault", () => {
    const bad = () => previewSchedule({ cron: "* * *", timezone: "Mars/Base", from: "later", count: 1000 }, now);
    expect(bad).to.throw(Problem).with.property("status", 422);
    try {
      bad();
    } catch (error) {
      expect((error as Problem).errors.map(({ path }) => path)).to.deep.equal(["timezone", "cron", "from", "count"]);
    }
  });
});
