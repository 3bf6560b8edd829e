import { expect } from "chai";
import { builtinActions } from "../../src/actions/index.js";
import { documentSentence } from "../../src/automations/index.js";
import type { Document } from "../../src/graph/index.js";

const daily: Document = {
  object: null,
  triggers: [{ key: "daily", kind: "schedule", cron: "0 9 * * *" }],
  steps: [{ key: "end", kind: "end", config: { status: "completed" } }],
};

describe("a document as a sentence", () => {
  it("tells times in its own zone, and without one in the workspace's", () => {
    const said = (timezone?: string) =>
      documentSentence({ ...daily, ...(timezone ? { timezone } : {}) }, builtinActions(), null, "Europe/Berlin");
    expect(said()).to.include("Berlin");
    expect(said("Asia/Tokyo")).to.include("Tokyo").and.not.include("Berlin");
  });
});
