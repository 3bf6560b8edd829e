import { expect } from "chai";
import { together } from "../../src/web/sse.js";

describe("live views of the same thing", () => {
  it("share one look, and those of another thing have their own", async () => {
    let looks = 0;
    const look = (key: string) =>
      together(key, async () => ({ version: String(++looks), event: "run", data: key }), 60_000);
    const seen = await Promise.all([look("a")(), look("a")(), look("b")()]);
    expect(seen.map(({ version }) => version)).to.deep.equal(["1", "1", "2"]);
  });
});
