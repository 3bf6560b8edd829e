import { expect } from "chai";
import { readSchedule, type ScheduleSpec } from "../../../src/shared/schedule.js";
import type { SchedulePlan } from "../../../src/shared/schedule-plan.js";
import { missedFires } from "../../../src/triggers/schedules/missed-fires.js";

function planOf(spec: ScheduleSpec): SchedulePlan {
  const { plan } = readSchedule(spec);
  if (!plan) throw new Error("not a schedule");
  return plan;
}

const everyFive = planOf({ every: "5m" });
const nine = Date.parse("2026-03-02T09:00:00Z");
const noon = Date.parse("2026-03-02T12:02:00Z");
const minute = 60_000;

describe("missed ticks: three hours down with a five-minute schedule", () => {
  it("none: nothing is made up for, every tick is recorded", () => {
    const { fire, missed } = missedFires(everyFive, nine, noon, "none");
    expect([fire.length, missed.length]).to.deep.equal([0, 36]);
  });

  it("one: the newest is fired, the others are recorded", () => {
    const { fire, missed } = missedFires(everyFive, nine, noon, "one");
    expect(fire.map((at) => new Date(at).toISOString())).to.deep.equal(["2026-03-02T12:00:00.000Z"]);
    expect(missed).to.have.length(35);
  });

  it("all: each is fired, oldest first", () => {
    const { fire, missed } = missedFires(everyFive, nine, noon, "all");
    expect([fire.length, missed.length]).to.deep.equal([36, 0]);
    expect(fire[0]).to.equal(nine + 5 * minute);
  });

  it("all stops at the newest hundred", () => {
    const { fire, missed } = missedFires(everyFive, nine - 24 * 60 * minute, noon, "all");
    expect([fire.length, missed.length]).to.deep.equal([100, 224]);
    expect(Math.max(...missed)).to.be.lessThan(fire[0] ?? 0);
  });
});

describe("missed ticks: what is on time", () => {
  it("fires under every policy, and serves as the one", () => {
    for (const policy of ["none", "one"] as const) {
      const { fire, missed } = missedFires(everyFive, nine, noon - 2 * minute, policy);
      expect(fire).to.deep.equal([noon - 2 * minute]);
      expect(missed).to.have.length(35);
    }
  });

  it("nothing due is nothing decided", () => {
    expect(missedFires(everyFive, nine, nine + 4 * minute)).to.deep.equal({ fire: [], missed: [], more: false });
  });
});

describe("missed ticks: a year of minutes", () => {
  it("is worked off in portions, and ends as it would have at once", () => {
    const everyMinute = planOf({ every: "1m" });
    const now = nine + 5_000 * minute + minute / 2;
    let since = nine;
    let recorded = 0;
    for (let portions = 0; portions < 10; portions++) {
      const { fire, missed, more } = missedFires(everyMinute, since, now, "all");
      recorded += missed.length;
      if (!more) {
        expect(fire).to.have.length(100 + 1);
        expect(recorded).to.equal(5_000 - 101);
        return;
      }
      since = missed.at(-1) ?? since;
    }
    expect.fail("did not end");
  });
});
