import { expect } from "chai";
import { unmapped } from "../../src/actions/flow/unmapped.js";
import type { StepContext } from "../../src/actions/index.js";
import { checkConfig, portsOf } from "../../src/actions/index.js";
import { known } from "./known.js";

const original = { type: "rocket.launch", parameters: { to: "{{input.planet}}", key: "{{secrets.key}}" } };
const config = { reason: "There are no rockets here.", original };

describe("a step that was not taken over", () => {
  it("fails loudly, with what it was and why", async () => {
    const outcome = await unmapped.perform(config, {} as StepContext);
    expect(outcome).to.deep.include({ type: "fail", retryable: false });
    expect(outcome).to.have.nested.property("error.code", "unmapped");
    expect(outcome).to.have.nested.property("error.details.original").deep.equal(original);
    expect(outcome).to.have.nested.property("error.message").include("There are no rockets here.");
  });

  it("is no mistake of the document, and its original is never rendered", () => {
    expect(checkConfig(known.actions, "unmapped", config)).to.deep.equal([]);
    expect(unmapped.raw).to.include("original");
  });

  it("keeps the ways out the step had", () => {
    expect(portsOf(known.actions, "unmapped", config)).to.deep.equal(["success", "error"]);
    expect(portsOf(known.actions, "unmapped", { ...config, ports: ["true", "false"] })).to.deep.equal([
      "true",
      "false",
      "error",
    ]);
  });
});
