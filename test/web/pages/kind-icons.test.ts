import { expect } from "chai";
import { builtinActions } from "../../../src/actions/index.js";
import { triggerKinds } from "../../../src/graph/index.js";
import { kindIcon } from "../../../src/web/pages/kind-icons.js";

describe("icons of kinds", () => {
  it("are there for every kind of step and trigger of ours; a host's kinds share one", () => {
    const kinds = [...builtinActions().keys(), ...triggerKinds.keys()];
    expect(kinds.filter((kind) => kindIcon(kind) === "puzzle")).to.deep.equal([]);
    expect(kindIcon("erp.invoice")).to.equal("puzzle");
  });
});
