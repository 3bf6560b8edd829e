import { expect } from "chai";
import fc from "fast-check";
import { open } from "../../src/imports/shapes.js";
import type { Reading } from "../../src/imports/texts/references.js";
import type { ForTexts } from "../../src/imports/texts/say.js";
import { rewriteText } from "../../src/imports/texts/texts.js";
import { checkTemplate, createScope, resolve } from "../../src/templates/index.js";
import { known } from "./known.js";

const contact = known.objects.find(({ name }) => name === "contact");
const rooted = ["vars", "steps", "list", "one"];

const names: ForTexts = {
  objects: known.objects,
  wantsText: false,
  rooted: (name) => rooted.includes(name),
  workOut: ({ type }) =>
    type === "method"
      ? { problem: "nothing does that" }
      : { fact: "steps", path: ["worked", "output", "result"], shape: open },
  read([root = "", ...path]): Reading {
    const people = { fact: "vars", path: ["people", ...path] };
    if (root === "people" && contact)
      return { ...people, shape: path.length > 0 ? open : { is: "records", object: contact } };
    return rooted.includes(root) ? { fact: root, path, shape: open } : { problem: `nothing called ${root}` };
  },
};
const asText: ForTexts = { ...names, wantsText: true };

const vars = {
  name: "Ann",
  none: [],
  off: false,
  colors: ["red", "blue"],
  orders: [
    { sku: "A", lines: [{ n: 1 }, { n: 2 }] },
    { sku: "B", lines: [] },
  ],
  people: [{ id: "1", object: "contact", values: { name: "Bo", email: "bo@example.com" } }],
};

const rendered = (text: string, given: ForTexts = names) =>
  resolve(rewriteText(text, given).text, createScope({ vars }));

describe("texts from elsewhere", () => {
  const examples: [string, unknown][] = [
    ["Hi {{vars.name}}!", "Hi Ann!"],
    ["{{{vars.name}}} {{& vars.name }}", "Ann Ann"],
    ["{{vars.colors}}", ["red", "blue"]],
    ["{{#vars.colors}}<{{.}}>{{/vars.colors}}", "<red><blue>"],
    ["{{#vars.orders}}{{sku}}:{{#lines}}{{n}},{{/lines}} {{/vars.orders}}", "A:1,2, B: "],
    ["{{#each vars.orders}}{{@index}}{{this.sku}}{{/each}}", "0A1B"],
    ["{{#people}}{{name}} <{{email}}> {{id}}{{/people}}", "Bo <bo@example.com> 1"],
    ["{{^vars.none}}nobody{{/vars.none}}{{^vars.colors}}x{{/vars.colors}}", "nobody"],
    ["{{#if vars.off}}yes{{else}}no{{/if}}{{#unless vars.off}}!{{/unless}}", "no!"],
    ["{{#vars.off}}never {{vars.name}}{{/vars.off}}", ""],
    ["{{! a note }}{{vars.name | upper}} {{vars.colors | length}}", "ANN 2"],
    ["{{vars.nobody || 'friend'}}", "friend"],
    ["100% {% if x %} and {{ open", "100% {% if x %} and {{ open"],
    ["First: {{people[0].values.name}}", "First: Bo"],
    ["{{vars.name + ' B.'}} {{vars.name.toUpperCase()}} {{JSON.stringify(vars.none)}}", "Ann B. ANN []"],
    ["{{#vars.orders}}{{lines.length * 2}}{{#if sku == 'A'}}!{{else}}?{{/if}}{{/vars.orders}}", "4!0?"],
    ["{{vars.off ? 'on' : vars.name}} {{vars.colors.length > 1 ? 'many' : 'one'}}", "Ann many"],
    ["All: {{people}}", `All: ${JSON.stringify(vars.people)}`],
  ];
  for (const [text, wanted] of examples)
    it(`${text} says ${JSON.stringify(wanted)}`, () => expect(rendered(text)).to.deep.equal(wanted));

  it("keep the type of a reference that is all there is, unless only a text may stand there", () => {
    expect(rendered("{{people}}")).to.deep.equal(vars.people);
    expect(rendered("{{people}}", asText)).to.equal(JSON.stringify(vars.people));
  });

  const wrong: [string, string][] = [
    ["{{nobody.name}}", "nothing called nobody"],
    ["{{vars.a b}}", '"{{vars.a b}}" cannot be taken over: "b" at character 8 is out of place'],
    ["{{> footer}}", "takes in another text"],
    ["{{#vars.colors}}open", 'The section "vars.colors" is not closed.'],
    ["{{/vars.colors}}", "closes nothing"],
    ["{{vars.name | shout}}", "nothing does that"],
  ];
  for (const [text, why] of wrong) {
    it(`name what cannot be told in ${text}`, () => expect(rewriteText(text, names).problems.join()).to.include(why));
  }

  it("become templates that can be parsed, or name a problem, whatever they are", () => {
    const parts = fc.constantFrom(
      ..."{{vars.name}} {{ {{{ }} }}} {{# {{/ {{^ {{#vars.colors}} {{/vars.colors}} {{.}} {{else}} {{#if {%raw%} {%endraw%} {%- endraw %} %} a . this | 'x'".split(
        " ",
      ),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(parts, { maxLength: 25 }).map((all) => all.join("")),
        ),
        (text) => {
          const { text: made, problems } = rewriteText(text, names);
          if (problems.length > 0) return;
          const faults = checkTemplate(made, { paths: [], open: rooted }).filter(
            ({ message }) => !message.startsWith("There is no variable"),
          );
          expect(faults, made).to.deep.equal([]);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
