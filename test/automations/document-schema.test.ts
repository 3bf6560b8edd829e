import { readFileSync } from "node:fs";
import { expect } from "chai";
import { checkShape, documentSchema } from "../../src/automations/index.js";

describe("the document's schema", () => {
  it("stands in docs/ as it is", () => {
    expect(JSON.parse(readFileSync("docs/document.schema.json", "utf8"))).to.deep.equal(documentSchema);
  });

  it("names the place and what would be right", () => {
    const step = { key: "Call", kind: "task.create", onError: { policy: "try" }, nam: "Call" };
    const wrong = checkShape({ steps: [step], limit: {}, timeout: "soon" }, "document");
    expect(wrong).to.deep.include.members([
      {
        path: "document.limit",
        message: '"limit" is not a known member here. Did you mean "limits"?',
      },
      { path: "document.steps[0].nam", message: '"nam" is not a known member here. Did you mean "name"?' },
      {
        path: "document.steps[0].onError.policy",
        message: '"try" is not allowed here; use one of stop, continue, retry.',
      },
      {
        path: "document.timeout",
        message: '"soon" is not a duration. Write it as 90s, 15m, 2h, 3d, 2w or PT36H.',
      },
    ]);
    expect(wrong.find(({ path }) => path === "document.steps[0].key")?.message).to.contain("not a valid key");
  });

  it("takes the smallest document there is", () => {
    expect(checkShape({ steps: [{ key: "a", kind: "note.create" }] }, "document")).to.deep.equal([]);
  });
});
