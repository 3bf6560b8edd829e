import { expect } from "chai";
import { withinTime } from "../../src/actions/within-time.js";
import { codeOf } from "./perform-in.js";

const still = () => new AbortController().signal;
const never = () => new Promise<never>(() => undefined);
const done = { type: "done" } as const;

describe("the time a step may take", () => {
  it("does not touch what is done in time", async () => {
    expect(await withinTime(still(), 1000, false, async () => done)).to.equal(done);
    const error = await withinTime(still(), 1000, false, () => Promise.reject(new Error("no"))).catch(String);
    expect(error).to.equal("Error: no");
  });

  it("gives up what takes longer, tells it so, and lets it be retried", async () => {
    let seen: AbortSignal | undefined;
    const outcome = await withinTime(still(), 10, false, (signal) => {
      seen = signal;
      return never();
    });
    expect(codeOf(outcome)).to.equal("timeout");
    expect(outcome).to.include({ retryable: true });
    expect(seen?.reason.name).to.equal("TimeoutError");
  });

  it("waits for what happens in a transaction, which fails all the same", async () => {
    let finished = false;
    const outcome = await withinTime(still(), 10, true, async (signal) => {
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      finished = true;
      return done;
    });
    expect([codeOf(outcome), finished]).to.deep.equal(["timeout", true]);
  });

  it("never hides that the transaction is broken", async () => {
    const deadlock = Object.assign(new Error("Deadlock found"), { code: "ER_LOCK_DEADLOCK" });
    const work = (signal: AbortSignal) =>
      new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(deadlock)));
    expect(await withinTime(still(), 10, true, work).catch((error: unknown) => error)).to.equal(deadlock);
  });

  it("stops with the run, also when that was stopped before or just now", async () => {
    const run = new AbortController();
    const work = () => {
      run.abort();
      return never();
    };
    expect(codeOf(await withinTime(run.signal, 1000, false, work))).to.equal("aborted");
    expect(codeOf(await withinTime(run.signal, 1000, false, never))).to.equal("aborted");
  });
});
