import { expect } from "chai";
import type { Outcome, StepContext } from "../../../src/actions/action.js";
import { wait } from "../../../src/actions/flow/wait.js";
import { MovableClock } from "../../support/movable-clock.js";

const now = new MovableClock().now();
const record = {
  id: "d1",
  name: "Northwind renewal",
  closeDate: "2026-04-01",
  renewalDate: null,
  company: "c1",
  $related: { company: {} },
};

function perform(config: Record<string, unknown>, timezone = "UTC"): Promise<Outcome> {
  return wait.perform(config, { now, timezone, facts: { record } } as unknown as StepContext);
}

async function until(config: Record<string, unknown>, timezone?: string): Promise<string> {
  const outcome = await perform(config, timezone);
  if (outcome.type !== "wait" || outcome.for.kind !== "instant") throw new Error(JSON.stringify(outcome));
  expect(outcome.for.output).to.deep.equal({ until: new Date(outcome.for.at).toISOString() });
  return new Date(outcome.for.at).toISOString().replace(":00.000Z", "Z");
}

describe("wait", () => {
  it("waits for a duration, days being calendar days of the zone", async () => {
    expect(await until({ for: "90m" })).to.equal("2026-03-02T10:30Z");
    expect(await until({ for: "P400D" })).to.equal("2027-04-06T09:00Z");
    expect(await until({ for: "28d" }, "Europe/Berlin")).to.equal("2026-03-30T08:00Z");
    expect(await until({ for: "PT672H" }, "Europe/Berlin")).to.equal("2026-03-30T09:00Z");
  });

  it("waits until a date, an instant, or a date in the zone", async () => {
    expect(await until({ until: "2026-03-05" }, "Europe/Berlin")).to.equal("2026-03-04T23:00Z");
    expect(await until({ until: "2026-03-05", time: "08:30" }, "Europe/Berlin")).to.equal("2026-03-05T07:30Z");
    expect(await until({ until: "2026-03-05T10:00" }, "America/New_York")).to.equal("2026-03-05T15:00Z");
    expect(await until({ until: "2026-03-05T10:00:00+05:00" }, "America/New_York")).to.equal("2026-03-05T05:00Z");
    expect(await until({ until: String(now + 60_000) })).to.equal("2026-03-02T09:01Z");
  });

  it("waits until the date in a field, and some days before it", async () => {
    expect(await until({ until: "closeDate" })).to.equal("2026-04-01T00:00Z");
    expect(await until({ until: "record.closeDate", offset: "-3d", time: "09:00" })).to.equal("2026-03-29T09:00Z");
    expect(await until({ until: "closeDate", offset: "2h" })).to.equal("2026-04-01T02:00Z");
  });

  it("waits until a weekday and time", async () => {
    expect(await until({ weekday: "friday", time: "16:00" }, "Europe/Berlin")).to.equal("2026-03-06T15:00Z");
    expect(await until({ weekday: ["monday", "thursday"] })).to.equal("2026-03-05T09:00Z");
    expect(await until({ time: "08:00" })).to.equal("2026-03-03T08:00Z");
  });

  it("waits for business hours, alone or after something else", async () => {
    expect(await until({ businessHours: true }, "America/New_York")).to.equal("2026-03-02T14:00Z");
    expect(await until({ for: "5d", businessHours: true })).to.equal("2026-03-09T09:00Z");
    expect(await perform({ businessHours: true })).to.include({ type: "done" });
  });

  it("goes on, skips or fails when the instant is past", async () => {
    const until = "2026-03-01T00:00:00Z";
    expect(await perform({ until })).to.deep.equal({ type: "done", output: { until: "2026-03-01T00:00:00.000Z" } });
    expect(await perform({ until, ifPast: "skip" })).to.include({ type: "skip" });
    expect(await perform({ until, ifPast: "fail" })).to.deep.include({ type: "fail", retryable: false });
  });

  for (const [config, code] of [
    [{ until: "renewalDate" }, "empty_date"],
    [{ until: "" }, "empty_date"],
    [{ until: "name" }, "wait"],
    [{ until: "someday" }, "wait"],
    [{ until: "2026-02-30" }, "wait"],
    [{ for: "a while" }, "wait"],
    [{ for: "P9999999999D" }, "wait"],
  ] as const) {
    it(`fails ${code} for ${JSON.stringify(config)}`, async () => {
      const outcome = await perform(config);
      expect(outcome.type === "fail" && outcome.error.code).to.equal(code);
    });
  }

  it("asks for one way of waiting before anything runs", () => {
    expect(wait.check?.({ for: "1d", until: "2026-01-01" })).to.have.length(1);
    expect(wait.check?.({})).to.have.length(1);
    expect(wait.check?.({ until: "closeDate", time: "09:00" })).to.deep.equal([]);
  });

  it("says in words what it waits for", () => {
    expect(wait.sentence({ for: "2d" })).to.equal("wait 2 days");
    expect(wait.sentence({ weekday: ["monday", "friday"], time: "09:00" })).to.equal(
      "wait until next monday and friday at 09:00",
    );
    expect(wait.sentence({ until: "{{ record.closeDate }}", offset: "-3d" })).to.equal(
      "wait until 3 days before record.closeDate",
    );
  });
});
