import { expect } from "chai";
import { changeRows, nested, rowAction } from "../../../../src/web/pages/forms/form-body.js";

describe("a sent form", () => {
  it("becomes the tree its names spell, gaps closed", () => {
    const body = { "f.rows[0].a": "1", "f.rows[4].a": "2", "f.name": "x", "g.name": "y" };
    expect(nested(body, "f")).to.deep.equal({ rows: [{ a: "1" }, { a: "2" }], name: "x" });
  });

  it("cannot reach a prototype, nor go on for ever", () => {
    expect(nested({ "f.__proto__.polluted": "1", "f.constructor.x": "1" }, "f")).to.equal(undefined);
    expect(({} as Record<string, unknown>)["polluted"]).to.equal(undefined);
    expect(nested({ [`f${".a".repeat(100)}`]: "1" }, "f")).to.equal(undefined);
  });

  it("has rows that can be added, moved and removed by name", () => {
    const root = { rows: [{ a: 1 }, { a: 2 }] };
    const act = (text: string) => {
      const action = rowAction(text);
      if (action) changeRows(root, "f", action, () => ({ a: 3 }));
      return root.rows.map(({ a }) => a);
    };
    expect(act("add:f.rows")).to.deep.equal([1, 2, 3]);
    expect(act("up:f.rows[2]")).to.deep.equal([1, 3, 2]);
    expect(act("remove:f.rows[0]")).to.deep.equal([3, 2]);
    expect(act("remove:f.rows[9]")).to.deep.equal([3, 2]);
    expect(rowAction("explode:f")).to.equal(null);
  });
});
