import { expect } from "chai";
import fc from "fast-check";
import { type Expression, ours, readExpression, theirs } from "../../src/expressions/index.js";

/** The expression with parentheses around everything, which shows what binds what. */
function shown(part: Expression): string {
  switch (part.type) {
    case "path":
      return part.segments.join(".");
    case "value":
      return JSON.stringify(part.value);
    case "template":
      return part.text;
    case "list":
      return `[${part.items.map(shown).join(", ")}]`;
    case "not":
      return `!(${shown(part.of)})`;
    case "minus":
      return `-(${shown(part.of)})`;
    case "compare":
    case "arithmetic":
      return `(${shown(part.left)} ${part.operator} ${shown(part.right)})`;
    case "choice":
      return `(${shown(part.test)} ? ${shown(part.yes)} : ${shown(part.no)})`;
    case "call":
      return `${part.name}(${part.args.map(shown).join(", ")})`;
    case "method":
      return `${shown(part.of)}${part.called ? "." : "|"}${part.name}(${part.args.map(shown).join(", ")})`;
    default:
      return `(${part.of.map(shown).join(part.type === "and" ? " && " : " || ")})`;
  }
}

const read = (text: string, notation = theirs) => {
  const found = readExpression(text, notation);
  return "problem" in found ? found.problem : shown(found.expression);
};

describe("expressions", () => {
  const examples: [string, string][] = [
    ["{{steps.a.output.total}} > 1000 && {{x}} contains 'y'", '((steps.a.output.total > 1000) && (x contains "y"))'],
    ["a == 1 || b == 2 && !c", "((a == 1) || ((b == 2) && !(c)))"],
    ["!{{a}} == 'b'", '!((a == "b"))'],
    ["(a || b) && c", "((a || b) && c)"],
    ["{{ a.count > 5 && b }}", "((a.count > 5) && b)"],
    ["a + b * 2 - -c", "((a + (b * 2)) - -(c))"],
    ["(a + 1) % 3 == 0 ? 'x' : b ?? 'y'", '((((a + 1) % 3) == 0) ? "x" : (b || "y"))'],
    ["a | default: 1, 2 | upper", "a|default(1, 2)|upper()"],
    ["a.b.slice(1, 3).trim()", "a.b.slice(1, 3).trim()"],
    ["Math.round(a.b)", "Math.round(a.b)"],
    ["a?.b - a.b-c.d - 1", "((a.b - a.b-c.d) - 1)"],
    ["steps.step-2.output-1", "(steps.step-2.output - 1)"],
    ["class.new == function", "(class.new == function)"],
    ["{{items.length}} >= -1.5e2", "(items.length >= -150)"],
    ["{{items}}.length > 0", "(items.length > 0)"],
    ["items|length > 0", "(items|length() > 0)"],
    ['tags includes "it\'s"', '(tags contains "it\'s")'],
    ["status in ['a', 'b', 3]", '(status in ["a", "b", 3])'],
    ["a === null and not b != true", "((a == null) && !((b != true)))"],
    ["steps['get-it'].output.items[0].sku == 'x'", '(steps.get-it.output.items.0.sku == "x")'],
  ];
  for (const [text, wanted] of examples) it(`reads ${text}`, () => expect(read(text)).to.equal(wanted));

  const wrong: [string, string][] = [
    ["a > ", "The expression ends too soon: expected a number, a name or (."],
    ["a == 'open", "What begins with ' at character 6 is not closed."],
    ["(a > 1", '"(" at character 1 is not closed: expected ")".'],
    ["(a > 1]", '"]" at character 7 is out of place: expected an operator or ")".'],
    ["1 < a < 5", "A comparison has two sides; join two of them with &&."],
    ["a b", '"b" at character 3 is out of place: expected an operator or the end.'],
    ["a ? b", 'The expression ends too soon: expected ":" and the other value.'],
    ["", "The expression ends too soon: expected a number, a name or (."],
    ["a // b", '"/" at character 4 is out of place: expected a number, a name or (.'],
    ["a => b", '">" at character 4 is out of place: expected a number, a name or (.'],
    ["`a`; b", '";" at character 4 has no place in an expression.'],
  ];
  for (const [text, why] of wrong)
    it(`says what is wrong with ${JSON.stringify(text)}`, () => expect(read(text)).to.equal(why));

  it("keeps templates and backslashes in our notation, and knows no bar there", () => {
    expect(read("{{ a | plus: 1 }} / 4 = b", ours)).to.equal("(({{ a | plus: 1 }} / 4) == b)");
    expect(read(String.raw`"C:\n" + a`, ours)).to.equal(String.raw`("C:\\n" + a)`);
    expect(read("a|b", ours)).to.include('"|" at character 2');
  });

  it("refuses what is nested too deeply, too long or too much, without running out of stack", () => {
    for (const deep of ["(".repeat(9_000), "!".repeat(9_999), "a ? ".repeat(2_000), "[".repeat(9_999)])
      expect(read(deep)).to.include("nested at most");
    expect(read("a".repeat(10_001))).to.include("at most 10000 characters");
    expect(read("a+".repeat(4_000))).to.include("at most 2000 words and signs");
    expect(read(`${"a+".repeat(990)}a`)).to.include("a + a");
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
        for (const notation of [ours, theirs]) {
          const found = readExpression(text, notation);
          if ("problem" in found) expect(found.at).to.be.within(0, Math.max(text.length, 10_000));
          else expect(shown(found.expression)).to.be.a("string");
        }
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
      readExpression(text, theirs);
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
