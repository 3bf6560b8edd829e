import { expect } from "chai";
import pino from "pino";
import { createRunner, type Runner } from "../../src/jobs/runner.js";

/** Lets everything that is ready to run do so. */
const settle = async () => {
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
};

/** A handler that runs until it is let go. */
function gate() {
  const ends: (() => void)[] = [];
  return {
    handler: () => new Promise<void>((resolve) => ends.push(resolve)),
    started: () => ends.length,
    end: () => ends.at(-1)?.(),
  };
}

describe("ringing handlers", () => {
  let runner: Runner;
  let lines: { job?: string; failures?: number }[];
  const make = (concurrency = 1) => {
    lines = [];
    runner = createRunner(
      pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) }),
      concurrency,
    );
    runner.open();
  };
  beforeEach(() => make());

  it("makes one run of many rings", async () => {
    let runs = 0;
    runner.add("relay", async () => void runs++);
    for (let n = 0; n < 100; n++) runner.ring("relay");
    await settle();
    expect(runs).to.equal(1);
  });

  it("never starts a handler inside the ringer's own turn", async () => {
    let runs = 0;
    runner.add("relay", async () => void runs++);
    runner.ring("relay");
    expect(runs).to.equal(0);
  });

  it("runs again, once, for rings that arrived while it ran", async () => {
    const { handler, started, end } = gate();
    runner.add("relay", handler);
    runner.ring("relay");
    await settle();
    for (let n = 0; n < 100; n++) runner.ring("relay");
    await settle();
    expect(started()).to.equal(1);
    end();
    await settle();
    expect(started()).to.equal(2);
    end();
    await settle();
    expect(started()).to.equal(2);
  });

  it("goes on as long as a handler finds work", async () => {
    const left = [100, 100, 7, 0];
    runner.add("relay", async () => left.shift());
    runner.ring("relay");
    await settle();
    expect(left).to.deep.equal([]);
  });

  it("runs a handler as many times at once as it may", async () => {
    make(2);
    const { handler, started } = gate();
    runner.add("runs", handler);
    for (let n = 0; n < 5; n++) {
      runner.ring("runs");
      await settle();
    }
    expect(started()).to.equal(2);
  });

  it("keeps names apart and ignores unknown ones", async () => {
    const { handler } = gate();
    let runs = 0;
    runner.add("relay", handler);
    runner.add("runs", async () => void runs++);
    for (const name of ["relay", "runs", "unknown"]) runner.ring(name);
    await settle();
    expect(runs).to.equal(1);
  });

  it("logs a handler that throws and leaves it alone until everything is rung", async () => {
    let tries = 0;
    runner.add("relay", async () => {
      if (++tries < 3) throw new Error("no database");
    });
    for (let n = 0; n < 3; n++) {
      runner.ring("relay");
      await settle();
    }
    expect(tries).to.equal(1);
    runner.ringAll();
    await settle();
    runner.ringAll();
    await settle();
    expect(tries).to.equal(3);
    expect(lines.map(({ job, failures }) => ({ job, failures }))).to.deep.equal([
      { job: "relay", failures: 1 },
      { job: "relay", failures: 2 },
      { job: "relay", failures: 2 },
    ]);
    runner.ring("relay");
    await settle();
    expect(tries).to.equal(4);
  });

  it("starts nothing before it is opened and after it is closed", async () => {
    let runs = 0;
    runner.add("relay", async () => void runs++);
    runner.ring("relay");
    runner.close();
    runner.ringAll();
    await settle();
    expect(runs).to.equal(0);
  });

  it("says when everything is at rest, or that it is not in time", async () => {
    const { handler, end } = gate();
    runner.add("relay", handler);
    expect(await runner.atRest(0)).to.equal(true);
    runner.ring("relay");
    await settle();
    expect(await runner.atRest(1)).to.equal(false);
    const rest = runner.atRest(5000);
    runner.close();
    end();
    expect(await rest).to.equal(true);
  });
});
