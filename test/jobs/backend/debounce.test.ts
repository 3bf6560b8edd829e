import { expect } from "chai";
import { debounced } from "../../../src/jobs/backend/debounce.js";

const since = (started: number) => ({ debounceStartedAt: new Date(started) });

describe("when a debounced job runs", () => {
  it("is a delay after the last save", () => {
    expect(debounced({ delay: 500 }, 1000, null)).to.deep.equal({ nextRunAt: 1500, debounceStartedAt: 1000 });
    expect(debounced({ delay: 500 }, 1400, since(1000))).to.deep.equal({ nextRunAt: 1900, debounceStartedAt: 1000 });
  });

  it("is no later than maxWait after the first save", () => {
    const options = { delay: 500, maxWait: 600 };
    expect(debounced(options, 1400, since(1000))).to.deep.equal({ nextRunAt: 1600, debounceStartedAt: 1000 });
  });

  it("is now, and begins anew, when maxWait has passed", () => {
    const options = { delay: 500, maxWait: 600 };
    expect(debounced(options, 1600, since(1000))).to.deep.equal({ nextRunAt: 1600, debounceStartedAt: null });
  });

  it("stays what it was when the first save leads", () => {
    expect(debounced({ delay: 500, strategy: "leading" }, 1400, since(1000))).to.deep.equal({
      debounceStartedAt: 1000,
    });
  });
});
