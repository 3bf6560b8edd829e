import { expect } from "chai";
import { sentenceOf } from "../../src/rules/index.js";

const labels: Record<string, string> = { amount: "Amount", stage: "Stage", "stage won": "Won", "stage lost": "Lost" };
const labelOf = (_fact: string, path: string, value?: unknown) =>
  labels[value === undefined ? path : `${path} ${String(value)}`];
const leaf = (path: string, operator: string, value?: unknown, fact = "record") => ({ fact, path, operator, value });
const say = (tree: object) => sentenceOf(tree as never, labelOf);

describe("sentenceOf", () => {
  it("says conditions in words, with labels", () => {
    expect(say({ all: [leaf("amount", "greaterThan", 10_000), leaf("stage", "equal", "won")] })).to.equal(
      "its amount is over 10,000 and its stage is Won",
    );
  });

  it("brackets groups within groups", () => {
    const tree = {
      all: [
        leaf("amount", "lessThan", 5),
        { any: [leaf("stage", "in", ["won", "lost"]), { not: leaf("stage", "isEmpty") }] },
      ],
    };
    expect(say(tree)).to.equal(
      "its amount is under 5 and (its stage is one of Won or Lost or not (its stage is empty))",
    );
  });

  it("reads windows, ranges, relations, other fields and old values", () => {
    expect(say(leaf("closeDate", "withinLast", "7d"))).to.equal("its close date is within the last 7 days");
    expect(say(leaf("closeDate", "olderThan", 1))).to.equal("its close date is older than 1 day");
    expect(say(leaf("amount", "between", [1, 2000]))).to.equal("its amount is between 1 and 2,000");
    expect(say(leaf("company.industry", "equal", "retail"))).to.equal("its company's industry is retail");
    expect(say(leaf("amount", "greaterThan", { fact: "old", path: "amount" }))).to.equal(
      "its amount is over its previous amount",
    );
    expect(say(leaf("stage", "changedTo", "won"))).to.equal("its stage changed to Won");
    expect(say(leaf("total", "equal", true, "inputs"))).to.equal("the total is yes");
  });

  it("says nothing when nothing is asked", () => {
    expect(say({ all: [{ any: [] }] })).to.equal("");
    expect(sentenceOf(undefined)).to.equal("");
  });
});
