import { expect } from "chai";
import { type WebWorld, webWorld } from "../web-world.js";

describe("lists that come whole", () => {
  let world: WebWorld;
  before(async () => {
    world = await webWorld("sqlite");
  });
  after(() => world.drop());
  const get = (query: string) => world.as("viewer").get(`/automations/registry/operators${query}`);

  it("take limit and cursor like every list, and are whole without them", async () => {
    const whole = (await get("")).body;
    expect(whole.nextCursor).to.equal(null);
    const first = (await get("?limit=3")).body;
    expect(first.data).to.deep.equal(whole.data.slice(0, 3));
    const rest = (await get(`?limit=200&cursor=${first.nextCursor}`)).body;
    expect(rest).to.deep.equal({ data: whole.data.slice(3), nextCursor: null });
    expect((await get("?cursor=elsewhere")).status).to.equal(422);
    expect((await get("?limit=0")).status).to.equal(422);
  });
});
