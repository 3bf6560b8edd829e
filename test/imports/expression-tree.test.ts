import { expect } from "chai";
import { readExpression, theirs } from "../../src/expressions/index.js";
import { treeFrom } from "../../src/imports/expressions/expression-tree.js";
import { open } from "../../src/imports/shapes.js";
import { literal } from "../../src/imports/texts/texts.js";
import { evaluate } from "../../src/rules/index.js";
import type { JsonObject } from "../../src/shared/json.js";

function treeOf(text: string) {
  const read = readExpression(text, theirs);
  if ("problem" in read) throw new Error(read.problem);
  return treeFrom(read.expression, {
    read: ([fact = "", ...path]) => ({ fact, path, shape: open }),
    text: (one) => one,
    literal,
    workOut: ({ type }) =>
      type === "compare"
        ? { problem: "no value" }
        : { fact: "steps", path: ["worked", "output", "result"], shape: open },
  });
}

async function holds(text: string, vars: JsonObject): Promise<boolean> {
  const found = treeOf(text.replaceAll("$", "vars."));
  if ("problem" in found) throw new Error(found.problem);
  return (await evaluate(found.tree, { vars })).result;
}

describe("rule trees from expressions", () => {
  it("name facts and paths, and keep values as values", () => {
    expect(treeOf("steps.a.output.total > 1000 && vars.x contains 'y' && vars.z == vars.x")).to.deep.include({
      tree: {
        all: [
          { fact: "steps", path: "a.output.total", operator: "greaterThan", value: 1000 },
          { fact: "vars", path: "x", operator: "contains", value: "y" },
          { fact: "vars", path: "z", operator: "equal", value: { fact: "vars", path: "x" } },
        ],
      },
    });
  });

  it("never take a value for a template, or for a part of the expression", () => {
    expect(treeOf(`vars.x == "{% evil %}' || 1 == 1"`)).to.deep.include({
      tree: {
        all: [{ fact: "vars", path: "x", operator: "equal", value: `{% raw %}{% evil %}' || 1 == 1{% endraw %}` }],
      },
    });
  });

  const facts = {
    n: 5,
    zero: 0,
    text: "abc",
    tags: ["vip", "new"],
    yes: true,
    no: false,
    list: [1, 2, 3],
    nothing: null,
  };
  const truths: [string, boolean][] = [
    ["$n > 4 && $n <= 5", true],
    ["4 < $n", true],
    ["$text contains 'b' || $missing > 1", true],
    ["$tags includes 'vip'", true],
    ["'vip' in $tags", true],
    ["$text in ['abc', 'd']", true],
    ["'xabcx' contains $text", true],
    ["$list.length == 3", true],
    ["$missing == null && $nothing == null", true],
    ["$text != null", true],
    ["$missing != 'x'", true],
    ["$text != 'abc'", false],
    ["!$no && !$zero && !$missing && !$nothing", true],
    ["$yes && $n && $text", true],
    ["!!$yes", true],
    ["($n > 4) == true && ($n > 9) == false", true],
    ["1 == 1 && 'a' != 'b' && 2 > 1", true],
    ["1 == 2 || $no", false],
    ["$text startsWith 'ab' && $text endsWith 'bc'", true],
  ];
  for (const [text, wanted] of truths)
    it(`${text} is ${wanted}`, async () => expect(await holds(text, facts)).to.equal(wanted));

  it("are not made of what no tree can say", () => {
    for (const text of [
      "['a']",
      "vars.x in 'b'",
      "(vars.a > 1) > 3",
      "vars['a b'] == 1",
      "['a'] contains 'b'",
      "vars",
    ]) {
      expect(treeOf(text), text).to.have.property("problem");
    }
  });
});
