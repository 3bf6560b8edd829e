import { expect } from "chai";
import { type SinonFakeTimers, useFakeTimers } from "sinon";
import { startPoll } from "../../src/jobs/poll.js";
import { systemClock } from "../../src/shared/clock.js";

describe("polling", () => {
  let time: SinonFakeTimers;
  beforeEach(() => {
    time = useFakeTimers({ now: 1_000_000 });
  });
  afterEach(() => time.restore());

  it("ticks every period until it is stopped", () => {
    let ticks = 0;
    const stop = startPoll(systemClock, 1000, () => ticks++);
    time.tick(3500);
    stop();
    time.tick(10_000);
    expect(ticks).to.equal(3);
  });

  it("does not let lateness add up", () => {
    const at: number[] = [];
    const stop = startPoll(systemClock, 1000, () => at.push(Date.now() - 1_000_000));
    time.tick(999);
    time.setSystemTime(1_001_300);
    time.tick(1);
    time.tick(699);
    stop();
    expect(at).to.deep.equal([1301, 2000]);
  });

  it("keeps ticking when the clock is set back an hour", () => {
    let ticks = 0;
    const stop = startPoll(systemClock, 1000, () => ticks++);
    time.setSystemTime(1_000_000 - 3_600_000);
    time.tick(3000);
    stop();
    expect(ticks).to.equal(3);
  });
});
