import { expect } from "chai";
import { writersLine } from "../../src/db/writers-line.js";

const busy = () => Promise.reject(Object.assign(new Error("SQLITE_BUSY: database is locked"), { code: "SQLITE_BUSY" }));
const nothing = () => Promise.resolve("done");

describe("the line of those who write to SQLite", () => {
  it("lets one after the other write, in the order they came", async () => {
    const line = writersLine(1000);
    const order: number[] = [];
    await Promise.all([1, 2, 3].map((n) => line(async () => void order.push(n))));
    expect(order).to.deep.equal([1, 2, 3]);
  });

  it("tries again while another process holds the file", async () => {
    const line = writersLine(1000);
    let left = 3;
    expect(await line(() => (left-- > 0 ? busy() : nothing()))).to.equal("done");
  });

  it("tells everybody in it after the same time, however long it is", async () => {
    const line = writersLine(60);
    const started = performance.now();
    // Each try takes a third of the time: one after the other, twenty would take twenty times as long.
    const slow = () => new Promise((resolve) => setTimeout(resolve, 20)).then(busy);
    const said = await Promise.allSettled(Array.from({ length: 20 }, () => line(slow)));
    expect(said.map(({ status }) => status)).to.deep.equal(Array.from({ length: 20 }, () => "rejected"));
    expect(performance.now() - started).to.be.lessThan(20 * 60);
  });

  it("passes on at once what is no matter of waiting", async () => {
    const line = writersLine(60_000);
    const failed = await line(() => Promise.reject(new Error("no such table"))).catch(String);
    expect(failed).to.equal("Error: no such table");
    expect(await line(nothing)).to.equal("done");
  });
});
