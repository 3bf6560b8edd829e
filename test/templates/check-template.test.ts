import { expect } from "chai";
import {
  checkTemplate,
  checkTemplates,
  relatedPaths,
  secretsOf,
  usesSecrets,
  variablesOf,
} from "../../src/templates/index.js";

const known = {
  paths: [
    "record.name",
    "record.amount",
    "record.tags",
    "record.company.name",
    "inputs.dealId",
    "steps.find.output.total",
    "vars.days",
    "secrets.erp_key",
  ],
  open: [
    "steps.call.output",
    "steps.call.error",
    "steps.find.port",
    "run",
    "trigger",
    "user",
    "workspace",
    "automation",
  ],
  stepKeys: ["find", "call"],
};
const messages = (text: string): string[] => checkTemplate(text, known, "config.to").map((one) => one.message);

describe("checkTemplate", () => {
  it("accepts what is known, in every spelling", () => {
    for (const text of [
      "plain text",
      "{{ record.name }} {{ record.company.name }} {{ record }} {{ record.company }}",
      "{{ inputs.dealId }} {{ input.dealId }} {{ vars.days }} {{ days }} {{ now }}",
      "{{ steps.find.output.total }} {{ steps.find.total }} {{ steps.1.total }} {{ steps.find.port }} {{ steps.2.error.code }}",
      "{{ steps.call.output.anything.at.all }} {{ steps.call.anything }} {{ steps.2.body[0].x }}",
      "{{ run.id }} {{ trigger.data.order.id }} {{ user.name }} {{ workspace.slug }} {{ automation.name }}",
      "{{ record.tags.size }} {{ record.tags[0] }} {{ record.tags.first }}",
      "{% assign x = 1 %}{{ x }}{% for t in record.tags %}{{ t.a.b }}{{ forloop.index }}{% endfor %}",
    ]) {
      expect(messages(text), text).to.deep.equal([]);
    }
  });

  it("names an unknown variable and the nearest known one", () => {
    expect(checkTemplate("{{ record.nmae }}", known, "config.to")).to.deep.equal([
      { path: "config.to", message: 'There is no variable "record.nmae". Did you mean "record.name"?' },
    ]);
    expect(messages("{{ recrd.name }}")[0]).to.include('"record.name"');
    expect(messages("{{ amount }}")[0]).to.include('"record.amount"');
    expect(messages("{{ record.company.nam }}")[0]).to.include('"record.company.name"');
    expect(messages("{{ steps.fnd.output.total }}")[0]).to.include('"steps.find.output.total"');
    expect(messages("{{ steps.3.total }}")).to.have.length(1);
    expect(messages("{{ secrets.erp_kye }}")[0]).to.include('"secrets.erp_key"');
    expect(messages("{{ a.b }}{{ a.b }}{% if c.d %}{% endif %}")).to.have.length(2);
  });

  it("forgives what default stands in for, and only that", () => {
    expect(messages("{{ record.gone | upcase | default: 'x' }}")).to.deep.equal([]);
    expect(messages("{{ record.gone | default: 'x' }}{{ record.gone }}")).to.have.length(1);
  });

  it("refuses bad Liquid, unknown tags and unknown filters", () => {
    expect(messages("{{ record.name")[0]).to.include("not valid Liquid");
    expect(messages("{% include 'x' %}")[0]).to.include('no tag "include"');
    expect(messages("{{ record.name | upcas }}")[0]).to.include('Did you mean "upcase"?');
  });

  it("finds every text of a value, each at its path", () => {
    const value = { to: ["{{ record.name }}", "{{ x1 }}"], body: { text: "{{ x2" } };
    expect(checkTemplates(value, known, "steps[0].config").map((one) => one.path)).to.deep.equal([
      "steps[0].config.to[1]",
      "steps[0].config.body.text",
    ]);
  });
});

describe("what templates use", () => {
  it("is told as dotted paths from outside, each once", () => {
    const text =
      "{{ record.company.name }}{% for i in steps.find.records %}{{ i.n }}{{ record.company.name }}{% endfor %}{{ a[b.c].d }}{{ x['y z'][0] }}";
    expect(variablesOf(text)).to.have.members(["record.company.name", "steps.find.records", "a", "b.c", "x.y z.0"]);
    expect(variablesOf("{{ broken")).to.deep.equal([]);
  });

  it("tells the related fields a value needs", () => {
    const value = {
      a: "{{ record.company.name }} {{ record.name }}",
      b: [{ c: "{{ old.company.name }}{{ record.owner.email }}" }],
    };
    expect(relatedPaths(value)).to.deep.equal(["company.name", "owner.email"]);
  });

  it("tells the secrets", () => {
    expect(secretsOf({ auth: "{{ secrets.erp_key }}", x: ["{{ secrets['b'] }}"] })).to.deep.equal(["erp_key", "b"]);
    expect(usesSecrets({ x: "{{ secrets[vars.name] }}" })).to.equal(true);
    expect(usesSecrets({ x: "{{ record.secrets }} secrets.x" })).to.equal(false);
  });
});
