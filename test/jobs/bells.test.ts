import { expect } from "chai";
import pino from "pino";
import { type SinonFakeTimers, useFakeTimers } from "sinon";
import { createBells } from "../../src/jobs/bells.js";
import { systemClock } from "../../src/shared/clock.js";

const NOON = Date.parse("2026-03-02T12:00:00.000Z");

describe("bells at an instant", () => {
  let time: SinonFakeTimers;
  let rung: string[];
  let hung: string[];
  let broken: boolean;
  let working: boolean;
  const make = () =>
    createBells({
      clock: systemClock,
      log: pino({ enabled: false }),
      near: 1000,
      isWorking: () => working,
      ring: (name) => void rung.push(name),
      async hang(name, at) {
        if (broken) throw new Error("no database");
        hung.push(`${name} ${at.toISOString()}`);
      },
    });
  beforeEach(() => {
    time = useFakeTimers({ now: NOON });
    [rung, hung, broken, working] = [[], [], false, true];
  });
  afterEach(() => time.restore());

  it("rings a past one at once", () => {
    make().at("runs", NOON);
    expect(rung).to.deep.equal(["runs"]);
  });

  it("rings a near one by a timer, never early, and stores nothing", async () => {
    make().at("runs", NOON + 401);
    await time.tickAsync(401);
    expect(rung).to.deep.equal([]);
    await time.tickAsync(22);
    expect([rung, hung]).to.deep.equal([["runs"], []]);
  });

  it("lets near ones share a timer", async () => {
    const bells = make();
    for (let n = 0; n < 1000; n++) bells.at("runs", NOON + 481 + (n % 20));
    await time.tickAsync(600);
    expect(rung).to.deep.equal(["runs"]);
  });

  it("stores one bell a name, at the earliest instant asked for", async () => {
    const bells = make();
    bells.at("runs", NOON + 61_000);
    for (let n = 1000; n > 0; n--) bells.at("runs", NOON + 60_000 + n);
    bells.at("triggers", NOON + 60_500);
    await time.runAllAsync();
    expect(hung).to.deep.equal([
      "runs 2026-03-02T12:01:01.000Z",
      "runs 2026-03-02T12:01:00.001Z",
      "triggers 2026-03-02T12:01:00.500Z",
    ]);
  });

  it("stores even what is due at once where nobody works, for a process that does", async () => {
    working = false;
    make().at("runs", NOON + 400);
    await time.runAllAsync();
    expect([rung, hung]).to.deep.equal([[], ["runs 2026-03-02T12:00:00.400Z"]]);
  });

  it("leaves what is more than a day off, or no instant, to the poll", async () => {
    for (const instant of [NOON + 400 * 86_400_000, Number.POSITIVE_INFINITY, Number.NaN]) make().at("runs", instant);
    await time.runAllAsync();
    expect([rung, hung]).to.deep.equal([[], []]);
  });

  it("tries again for the next one when a bell could not be stored", async () => {
    const bells = make();
    broken = true;
    bells.at("runs", NOON + 60_000);
    await time.runAllAsync();
    broken = false;
    bells.at("runs", NOON + 60_000);
    await time.runAllAsync();
    expect(hung).to.deep.equal(["runs 2026-03-02T12:01:00.000Z"]);
  });

  it("hands what its timers were for over to other processes when it stops", async () => {
    const bells = make();
    bells.at("runs", NOON + 500);
    await bells.handOver(1000);
    await time.runAllAsync();
    expect([rung, hung]).to.deep.equal([[], ["runs 2026-03-02T12:00:00.500Z"]]);
  });
});
