import { expect } from "chai";
import { contains } from "../../../src/jobs/backend/contains.js";

describe("whether job data contains what is asked", () => {
  const data = { user: { id: 7, tags: ["a", "b"], rows: [{ n: 1, m: 2 }] }, none: null };

  it("ignores what is not asked for", () => {
    expect(contains(data, { user: { id: 7 } })).to.equal(true);
    expect(contains(data, {})).to.equal(true);
  });

  it("asks for equal values of the same type", () => {
    expect(contains(data, { user: { id: "7" } })).to.equal(false);
    expect(contains(data, { none: null })).to.equal(true);
    expect(contains(data, { gone: null })).to.equal(false);
  });

  it("finds elements of arrays in any order, objects among them", () => {
    expect(contains(data, { user: { tags: ["b", "a"] } })).to.equal(true);
    expect(contains(data, { user: { tags: ["c"] } })).to.equal(false);
    expect(contains(data, { user: { tags: "a" } })).to.equal(true);
    expect(contains(data, { user: { rows: [{ n: 1 }] } })).to.equal(true);
  });

  it("sees own members only", () => {
    expect(contains({}, { constructor: {} })).to.equal(false);
  });
});
