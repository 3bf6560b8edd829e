import { expect } from "chai";
import fc from "fast-check";
import { type Minute, remembered, roomIn, withStart } from "../../src/enrollments/sliding-minute.js";

const MINUTE = 60_000;

/** The most starts in any minute, wherever it begins. */
const busiest = (starts: number[]) =>
  Math.max(...starts.map((end) => starts.filter((at) => at > end - MINUTE && at <= end).length));

describe("a sliding minute", () => {
  it("lets no minute have more than its limit, wherever it begins, and lets nobody wait for nothing", () => {
    const askings = fc.array(fc.tuple(fc.nat(90_000), fc.integer({ min: 1, max: 4 })), { minLength: 1, maxLength: 25 });
    fc.assert(
      fc.property(askings, fc.integer({ min: 1, max: 6 }), (pauses, limit) => {
        let [now, free] = [1_000_000, 0];
        let minute: Minute = [];
        const starts: number[] = [];
        for (const [pause, wanted] of pauses) {
          now += pause;
          for (let n = 0; n < wanted; n++) {
            const at = roomIn(minute, limit, Math.max(now, free));
            if (at > now + 50) expect(busiest([...starts, at - 51])).to.be.greaterThan(limit);
            starts.push(at);
            minute = withStart(minute, at);
          }
          free = roomIn(minute, limit, Math.max(now, free));
          minute = remembered(minute, free);
          expect(minute.length).to.be.at.most(limit + 4);
        }
        expect(busiest(starts)).to.be.at.most(limit);
      }),
    );
  });

  it("finds room before starts promised for later, and none between them", () => {
    const later: Minute = [[600_000, 2]];
    expect(roomIn(later, 2, 0)).to.equal(0);
    expect(roomIn(later, 2, 550_000)).to.equal(660_000);
    expect(roomIn([[0, 2]], 2, 59_999)).to.equal(60_000);
  });
});
