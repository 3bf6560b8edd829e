import { expect } from "chai";
import fc from "fast-check";
import { type Expression, readExpression } from "../../src/imports/expressions/expression.js";

/** The expression with parentheses around everything, which shows what binds what. */
function shown(expression: Expression): string {
  switch (expression.type) {
    case "path":
      return expression.segments.join(".");
    case "literal":
      return JSON.stringify(expression.value);
    case "text":
      return `template ${JSON.stringify(expression.text)}`;
    case "list":
      return `[${expression.items.map(shown).join(", ")}]`;
    case "not":
      return `!(${shown(expression.of)})`;
    case "compare":
      return `(${shown(expression.left)} ${expression.operator} ${shown(expression.right)})`;
    default:
      return `(${expression.of.map(shown).join(expression.type === "and" ? " && " : " || ")})`;
  }
}

const read = (text: string) => {
  const found = readExpression(text);
  return "problem" in found ? `${found.at}: ${found.problem}` : shown(found.expression);
};

describe("expressions from elsewhere", () => {
  const examples: [string, string][] = [
    ["{{steps.a.output.total}} > 1000 && {{x}} contains 'y'", '((steps.a.output.total > 1000) && (x contains "y"))'],
    ["a == 1 || b == 2 && !c", "((a == 1) || ((b == 2) && !(c)))"],
    ["!{{a}} == 'b'", '!((a == "b"))'],
    ["(a || b) && c", "((a || b) && c)"],
    ["{{ a.count > 5 && b }}", "((a.count > 5) && b)"],
    ["'{{deal.stage}}' == 'won'", '(deal.stage == "won")'],
    ["'Dear {{a}}' == b", '(template "Dear {{a}}" == b)'],
    ["{{items.length}} >= -1.5e2", "(items.length >= -150)"],
    ["{{items}}.length > 0", "(items.length > 0)"],
    ["items|length > 0", "(items.length > 0)"],
    ['tags includes "it\'s"', '(tags contains "it\'s")'],
    ["status in ['a', 'b', 3]", '(status in ["a", "b", 3])'],
    ["a === null and not b != true", "((a == null) && !((b != true)))"],
    ["steps['get-it'].output.items[0].sku == 'x'", '(steps.get-it.output.items.0.sku == "x")'],
  ];
  for (const [text, wanted] of examples) it(`reads ${text}`, () => expect(read(text)).to.equal(wanted));

  const wrong: [string, string][] = [
    ["{{a}} + 1 > 2", '6: "+" cannot stand in an expression.'],
    ["a > ", "4: The expression ends too early."],
    ["a == 'open", "5: A quoted text is not closed."],
    ["(a > 1", '0: "(" is not closed.'],
    ["1 < a < 5", "6: A comparison has two sides; join two of them with &&."],
    ["a b", '2: "b" was not expected here.'],
    ["", "0: The expression ends too early."],
  ];
  for (const [text, why] of wrong)
    it(`says what is wrong with ${JSON.stringify(text)}`, () => expect(read(text)).to.equal(why));

  it("refuses what is nested too deeply, or too long, without running out of stack", () => {
    expect(read(`${"(".repeat(9_000)}a`)).to.include("nested at most");
    expect(read("!".repeat(9_999))).to.include("ends too early");
    expect(read("a".repeat(10_001))).to.include("at most 10000 characters");
  });

  it("never throws and never hangs, whatever the text", () => {
    const parts = fc.constantFrom(
      ..."{{ }} ( ) [ ] ! && || == != > >= . , | ' \" ` \\ - 1 .5 a b.c $now null in contains not length {% %}".split(
        " ",
      ),
    );
    const texts = fc.oneof(
      fc.string(),
      fc.string({ unit: "binary" }),
      fc.array(parts, { maxLength: 60 }).map((all) => all.join(" ")),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const found = readExpression(text);
        if ("problem" in found) expect(found.at).to.be.within(0, Math.max(text.length, 10_000));
        else expect(shown(found.expression)).to.be.a("string");
      }),
      { numRuns: 2_000 },
    );
  });

  it("takes time by the length of the text", () => {
    for (const text of [
      "a".repeat(9_999),
      "(a)||".repeat(1_999),
      "a.".repeat(4_999),
      "'".repeat(9_999),
      "{{".repeat(4_999),
    ]) {
      const before = performance.now();
      readExpression(text);
      expect(performance.now() - before).to.be.below(500);
    }
  });

  it("reads back what it was made from", () => {
    const { expression } = fc.letrec<{ expression: string; leaf: string }>((tie) => ({
      leaf: fc.constantFrom("(a.b > 1)", '(x contains "y")', "(n == null)", "ready"),
      expression: fc.oneof(
        { maxDepth: 4 },
        tie("leaf"),
        fc.tuple(tie("expression"), tie("expression")).map(([a, b]) => `(${a} && ${b})`),
        tie("expression").map((a) => `!(${a})`),
      ),
    }));
    const plain = (text: string) => text.replace(/[()]/g, "");
    fc.assert(
      fc.property(expression, (text) => {
        expect(plain(read(text))).to.equal(plain(text));
      }),
    );
  });
});
